"""The one door for web requests to addresses that administrators typed in: http(s) only, never into our own network (08-quality: SSRF).

The check is made on the address actually connected to, so neither a redirect nor a name that changes its meaning gets around it.
`GUIKE_NOTIFY_HOSTS` names hosts inside that are meant: `chat.example.cn,10.0.0.8:8080`.
"""

import ipaddress
import socket
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from guike.platform.notifications.transport.outcome import After, Failure

SECONDS = (5, 10)  # to connect, to answer
ANSWER_BYTES = 20_000


class Inside(OSError):
    """The address lies in our own network."""


def is_named(host: str, port: int | None) -> bool:
    """Did the settings allow this host, with or without its port?"""
    return bool({host, f"{host}:{port}"} & set(settings.NOTIFY_HOSTS))


def is_outside(address: str) -> bool:
    """Is an IP address one of the open network: not loopback, private, link-local, multicast, reserved."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


def problem(address: str) -> str:
    """What is wrong with an address before anybody connects to it; "" when nothing."""
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        return _("端口不对")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return _("地址要以 https:// 或 http:// 开头")
    if parts.username or parts.password:
        return _("地址里不能带用户名和密码")
    if is_named(parts.hostname, port):
        return ""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, port or 443, type=socket.SOCK_STREAM)}
    except OSError:
        return _("找不到主机 %(host)s") % {"host": parts.hostname}
    if not all(is_outside(str(one)) for one in found):
        return _("%(host)s 在内网，要由运维在 GUIKE_NOTIFY_HOSTS 里放行") % {"host": parts.hostname}
    return ""


def _checked(connected: socket.socket, host: str, port: int | None) -> socket.socket:
    if not is_named(host, port) and not is_outside(connected.getpeername()[0]):
        connected.close()
        raise Inside(host)
    return connected


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn(), self.host, self.port)


class _Encrypted(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn(), self.host, self.port)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = PoolManager(num_pools=1, maxsize=1)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}


class Answer:
    """What came back from the last request, or why nothing did."""

    def __init__(self) -> None:
        self.response: requests.Response | None = None
        self.error: Exception | None = None


_answer: ContextVar[Answer | None] = ContextVar("guike_answer", default=None)


class Door:
    """Stands where apprise's plug-ins expect `requests`; everything else of it is passed on."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def post(self, url: str, **options: Any) -> requests.Response:
        return self.request("POST", url, **options)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request without redirects, proxies or keep-alive; its answer, of `limit` bytes at most, is kept for `through`."""
        kept = _answer.get() or Answer()
        limit = options.pop("limit", ANSWER_BYTES)
        options.update(allow_redirects=False, timeout=SECONDS, stream=True)
        with requests.Session() as session:
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, _Adapter(max_retries=0))
            try:
                kept.response = session.request(method, url, **options)
                kept.response._content = kept.response.raw.read(limit, decode_content=True)
            except Exception as error:
                kept.error = error
                raise requests.ConnectionError from error
        return kept.response


class through:
    """`with through() as answer:` — what the plug-in's request brought is in `answer` afterwards."""

    def __enter__(self) -> Answer:
        self.answer = Answer()
        self._token = _answer.set(self.answer)
        return self.answer

    def __exit__(self, *_: object) -> None:
        _answer.reset(self._token)


def failure_of(error: Exception, host: str, *, unsure: After = After.UNCLEAR) -> Failure:
    """A network error in words; none of them holds the address, which is the secret. `unsure`: what follows when no answer came."""
    causes, seen = [error], error
    while (seen := seen.__cause__ or seen.__context__) and seen not in causes:  # type: ignore[assignment]
        causes.append(seen)
    inner = getattr(error.args[0] if error.args else None, "reason", None)
    if any(isinstance(cause, Inside) for cause in (*causes, inner)) or "Inside" in repr(error.args):
        return Failure(_("%(host)s 在内网，要由运维在 GUIKE_NOTIFY_HOSTS 里放行") % {"host": host}, After.GIVE_UP)
    if isinstance(error, requests.exceptions.SSLError):
        return Failure(_("%(host)s 的证书不对") % {"host": host})
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Failure(_("%(host)s 连接超时") % {"host": host})
    if isinstance(inner, NewConnectionError):
        return Failure(_("连不上 %(host)s") % {"host": host})
    return Failure(_("%(host)s 没有回音，不知道是否送达") % {"host": host}, unsure)
