"""The one way out for web requests to addresses that people typed in: http(s) only, never into our own network (08-quality: SSRF).

The check is made on the address actually connected to, so neither a redirect nor a name that changes its meaning gets around it.
`GUIKE_NOTIFY_HOSTS` names hosts inside that are meant: `chat.example.cn,10.0.0.8:8080`.
"""

import ipaddress
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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

SECONDS = (5, 10)  # to connect, to answer
ANSWER_BYTES = 20_000
#: Seconds for the whole of an answer: one that comes drop by drop is given up.
PATIENCE = 20

#: Where a network answers for IPv4 addresses (RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Inside(OSError):
    """The address lies in our own network."""


def is_named(host: str, port: int | None) -> bool:
    """Did the settings allow this host, with or without its port?"""
    return bool({host, f"{host}:{port}"} & set(settings.NOTIFY_HOSTS))


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, or translated by the network (NAT64)."""
    translated = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None
    return address.ipv4_mapped or address.sixtofour or translated or address


def is_outside(address: str) -> bool:
    """Is an IP address one of the open network: not loopback, private, link-local, multicast, reserved."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        found = _inner(found)
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


@contextmanager
def session() -> Iterator[requests.Session]:
    """A session whose every connection is checked; no proxies, no repetitions."""
    with requests.Session() as opened:
        opened.trust_env = False
        for scheme in ("http://", "https://"):
            opened.mount(scheme, _Adapter(max_retries=0))
        yield opened


def asked(method: str, url: str, *, limit: int = ANSWER_BYTES, **options: Any) -> requests.Response:
    """One request without redirects or keep-alive; at most `limit` bytes of the answer, none after `PATIENCE`. Raises what requests raises."""
    options.update(allow_redirects=False, timeout=SECONDS, stream=True)
    until = time.monotonic() + PATIENCE
    with session() as opened:
        response = opened.request(method, url, **options)
        parts: list[bytes] = []
        while sum(map(len, parts)) < limit and (part := response.raw.read1(limit, decode_content=True)):
            parts.append(part)
            if time.monotonic() > until:
                raise requests.exceptions.ReadTimeout
        response._content = b"".join(parts)[:limit]
        return response


@dataclass(frozen=True)
class Outcome:
    """What became of a message: status and beginning of the answer, or why there is none; `inside`: it would have gone into our own network."""

    status: int | None
    text: str
    error: str
    seconds: float
    inside: bool = False

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send a body; never raises for what the network or the other side does. A redirect is an answer, not a way."""
    began = time.monotonic()
    if found := problem(address):
        return Outcome(None, "", found, 0.0, inside=True)
    try:
        response = asked("POST", address, data=body, headers=dict(headers))
    except Exception as error:
        return Outcome(None, "", words_of(error, urlsplit(address).hostname or ""), time.monotonic() - began, inside=is_inside(error))
    text = (response.content or b"")[:500].decode("utf-8", "replace").replace("\x00", "")
    return Outcome(response.status_code, text, "", time.monotonic() - began)


def is_inside(error: Exception) -> bool:
    """Did a request fail because it would have gone into our own network?"""
    causes, seen = [error], error
    while (seen := seen.__cause__ or seen.__context__) and seen not in causes:  # type: ignore[assignment]
        causes.append(seen)
    inner = getattr(error.args[0] if error.args else None, "reason", None)
    return any(isinstance(cause, Inside) for cause in (*causes, inner)) or "Inside" in repr(error.args)


def words_of(error: Exception, host: str) -> str:
    """A network error in words; none of them holds the address, which may be the secret."""
    if is_inside(error):
        return _("%(host)s 在内网，要由运维在 GUIKE_NOTIFY_HOSTS 里放行") % {"host": host}
    if isinstance(error, requests.exceptions.SSLError):
        return _("%(host)s 的证书不对") % {"host": host}
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return _("%(host)s 连接超时") % {"host": host}
    if isinstance(getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError):
        return _("连不上 %(host)s") % {"host": host}
    return _("%(host)s 没有回音，不知道是否送达") % {"host": host}
