"""Mail by the company's own server (Django's SMTP backend)."""

import smtplib
import ssl
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import BadHeaderError
from django.utils.translation import gettext as _

from guike.platform import sealing
from guike.platform.notifications.transport.outcome import After, Failure

SECONDS = 15


def post(server: Any, to: str, title: str, text: str, *, key: str, unsubscribe: str = "") -> None:
    """Hand one mail over. Raises Failure. `key` makes its Message-ID, the same at every try, so that a repetition can be told."""
    domain = server.sender.rpartition("@")[2] or "guike"
    headers = {"Message-ID": f"<{key}@{domain}>", "Auto-Submitted": "auto-generated"}
    if unsubscribe:
        headers |= {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMessage(" ".join(title.split()), text, server.sender, [to], headers=headers, connection=_connection(server))
    try:
        message.send()
    except (smtplib.SMTPException, OSError, BadHeaderError, UnicodeError) as error:
        raise failure_of(error, server) from error


def _connection(server: Any) -> Any:
    try:
        password = sealing.unseal(server.password)
    except sealing.Unreadable:
        raise Failure(_("实例的密钥换过，要重新填邮件服务器的密码"), After.GIVE_UP) from None
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=server.host,
        port=server.port,
        username=server.login or None,
        password=password or None,
        use_tls=server.security == "starttls",
        use_ssl=server.security == "ssl",
        timeout=SECONDS,
    )


def _told(answer: Any) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)


def failure_of(error: Exception, server: Any) -> Failure:
    """An SMTP or network error in words; a 5xx answer will be the same next time, everything else may pass."""
    place = {"host": server.host, "port": server.port}
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Failure(_("登录名或密码不对（很多邮箱要填授权码）：%(told)s") % {"told": _told(error.smtp_error)[:120]}, After.GIVE_UP)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, told = next(iter(error.recipients.values()))
        return Failure(f"{code} {_told(told)[:200]}", After.GIVE_UP if code >= 500 else After.RETRY)
    if isinstance(error, smtplib.SMTPResponseException):
        return Failure(f"{error.smtp_code} {_told(error.smtp_error)[:200]}", After.GIVE_UP if error.smtp_code >= 500 else After.RETRY)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Failure(_("服务器不支持所选的加密或登录方式"), After.GIVE_UP)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Failure(_("%(host)s:%(port)s 中断了连接") % place)
    if isinstance(error, ssl.SSLError):
        return Failure(_("%(host)s:%(port)s 的加密方式或证书不对") % place)
    if isinstance(error, TimeoutError):
        return Failure(_("%(host)s:%(port)s 超时") % place)
    if isinstance(error, BadHeaderError | UnicodeError):
        return Failure(_("标题或地址里有不能发的字符"), After.GIVE_UP)
    return Failure(_("连不上 %(host)s:%(port)s") % place)
