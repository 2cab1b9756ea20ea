"""The one settings file. Everything a company may change comes from the environment (see docs/handbook/运维.md)."""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

PACKAGE = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("GUIKE_HOME", "instance")).resolve()


def _secret_key() -> str:
    """The instance's own key: made once, kept in its folder, never in the repository."""
    if key := os.environ.get("GUIKE_SECRET_KEY"):
        return key
    path = HOME / "secret.key"
    if path.exists():
        return path.read_text().strip()
    return secrets.token_urlsafe(50)  # a command without an instance signs nothing that lasts


#: A server that vanished without a word (power, cable, failover) is noticed in seconds instead of the kernel's hours.
NOTICES_LOSS = {"connect_timeout": "5", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "15000"}


def database(url: str) -> dict:
    """Django's settings for a DATABASE_URL; several hosts (`a:5432,b:5432/guike?target_session_attrs=read-write`) as libpq takes them."""
    parts = urlsplit(url)
    query = {name: unquote(value) for name, _equals, value in (pair.partition("=") for pair in parts.query.split("&") if "=" in pair)}
    user, _at, hosts = parts.netloc.rpartition("@")
    login, _colon, password = user.partition(":")
    pairs = [_host_and_port(one) for one in hosts.split(",")] if hosts else []
    host = query.pop("host", "") or ",".join(one for one, _port in pairs)
    port = query.pop("port", "") or (",".join(one or "5432" for _host, one in pairs) if any(one for _host, one in pairs) else "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(login),
        "PASSWORD": unquote(password),
        "HOST": host,
        "PORT": port,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": int(os.environ.get("GUIKE_DB_MAX_AGE", "600")),
        "DISABLE_SERVER_SIDE_CURSORS": os.environ.get("GUIKE_DB_POOLER") == "1",
        "OPTIONS": ({} if not host or host.startswith("/") else NOTICES_LOSS) | query,
    }


def noticing_loss(url: str) -> str:
    """A URL for libpq itself, with what it does not say of NOTICES_LOSS; "" stays."""
    query = urlsplit(url).query
    said = {pair.partition("=")[0] for pair in query.split("&")}
    more = "&".join(f"{name}={value}" for name, value in NOTICES_LOSS.items() if name not in said)
    return f"{url}{'&' if query else '?'}{more}" if url else ""


def _host_and_port(text: str) -> tuple[str, str]:
    """`db1:5432`, `db1`, `[::1]:5432`."""
    if text.startswith("["):
        host, _bracket, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    host, _colon, port = text.partition(":")
    return unquote(host), port


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("GUIKE_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("GUIKE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("GUIKE_ORIGINS", "").split(",") if o]

#: Past the pooler: what needs a connection of its own (backups, migrations, the worker's listening).
DIRECT_URL = noticing_loss(os.environ.get("GUIKE_DIRECT_URL", ""))
THROUGH_POOLER = os.environ.get("GUIKE_DB_POOLER") == "1"
#: Addresses or networks of reverse proxies whose word about the caller counts.
PROXIES = [one for one in os.environ.get("GUIKE_PROXIES", "").split(",") if one]
#: The certificate (chain) that the reverse proxy shows, as a file this program may read: its end is watched.
TLS_CERTIFICATE = os.environ.get("GUIKE_TLS_CERTIFICATE", "")
METRICS_TOKEN = os.environ.get("GUIKE_METRICS_TOKEN", "")
DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgres:///guike"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organisation.Account"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "guike.platform",
    "guike.platform.ui",
    "guike.platform.dictionaries",
    "guike.platform.imports",
    "guike.platform.notifications",
    "guike.platform.api",
    "guike.platform.operations",
    "guike.platform.webhooks",
    "guike.organisation",
    "guike.engine",
    "guike.customers",
    "guike.products",
    "guike.sales",
    "guike.contact",
    "guike.marketing",
    "guike.workspace",
    "guike.oversight",
    "guike.engine.automations",  # after the domains: its daily look follows their daily rounds
    "guike.wiring",
]

MIDDLEWARE = [
    "guike.platform.middleware.RealAddress",
    "guike.platform.operations.middleware.Watched",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guike.platform.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guike.organisation.middleware.SignedIn",
    "guike.oversight.middleware.Watching",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guike.platform.ui.middleware.Display",
    "guike.platform.middleware.Refusals",
]

ROOT_URLCONF = "guike.wiring.urls"
WSGI_APPLICATION = "guike.wiring.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
            "builtins": ["django.templatetags.i18n", "guike.platform.ui.templatetags.ui"],
        },
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]  # each in its own script, never translated
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [("vendor", PACKAGE / "static_vendor")] if (PACKAGE / "static_vendor").exists() else []
# `guike up` collects, compresses and names them by content; without that (tests) they come from their folders.
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_USE_FINDERS, WHITENOISE_MANIFEST_STRICT = not _COLLECTED, False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = Path(os.environ.get("GUIKE_FILES") or HOME / "files")
#: More rows than this taken out by one person within 24 hours: the administrators are told. What needs approval is the policy's affair.
EXPORT_ALERT_ROWS = int(os.environ.get("GUIKE_EXPORT_ALERT_ROWS", "250"))
SEAL_FILES = os.environ.get("GUIKE_SEAL_FILES") == "1"

AUTHENTICATION_BACKENDS = ["guike.organisation.backend.AccountBackend"]
LOGIN_URL = "organisation:login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "guike.organisation.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7  # the most a company may allow; what it does allow stands in 登录设置
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("GUIKE_HTTPS") == "1"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

#: Calls a minute that one key may make; a quarter of it at once (PLT-07).
API_PER_MINUTE = int(os.environ.get("GUIKE_API_PER_MINUTE", "1200"))
#: Hosts inside the company's own network that robots and webhooks may reach: "chat.example.cn,10.0.0.8:8080" (PLT-06).
NOTIFY_HOSTS = [host for host in os.environ.get("GUIKE_NOTIFY_HOSTS", "").split(",") if host]

# History: one context per request or job; triggers write the events (ADR history by triggers).
PGHISTORY_APPEND_ONLY = True

#: JSON for machines, lines for a person at a terminal; one line a request only where nobody sits in front of it.
LOG_FORMAT = os.environ.get("GUIKE_LOG_FORMAT") or ("text" if sys.stderr.isatty() else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "guike.platform.operations.logs.Line", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "guike.platform.operations.logs.JsonLine"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("GUIKE_LOG", "WARNING")},
    "loggers": {
        "guike.request": {"level": os.environ.get("GUIKE_LOG_REQUESTS") or ("INFO" if LOG_FORMAT == "json" else "WARNING")},
        "django": {"handlers": [], "level": os.environ.get("GUIKE_LOG", "WARNING")},
    },
}
PROCRASTINATE_IMPORT_PATHS = ["guike.platform.jobs"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
#: Days that log-ins and looks are kept; never below half a year and three years (`oversight.services.cutting`).
AUDIT_DAYS = {
    "organisation_loginrecord": int(os.environ.get("GUIKE_LOGIN_DAYS", "730")),
    "platform_accesslog": int(os.environ.get("GUIKE_ACCESS_LOG_DAYS", "1100")),
}
