"""The one way in for programs: key, address, rate, scope and right, then the answer, once per `Idempotency-Key` (PLT-07).

Session cookies open nothing here, so a foreign page cannot use a browser's login: there is no token to forge.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from guike.platform import access, outages
from guike.platform.access import ANONYMOUS, PageAccess
from guike.platform.api import idempotency, keys, scopes, taking
from guike.platform.api.problems import Problem, broken, unavailable
from guike.platform.errors import Forbidden, Refused, Stale

logger = logging.getLogger(__name__)
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Allowed:
    """What one operation asks for: the key's scope, and the owner's right (`object` "" = any account).

    `row`: the URL part that is the row. `names`: what its query may hold; a misspelt filter is refused, for it would filter nothing.
    """

    scope: str
    object: str = ""
    action: str = "view"
    row: str = ""
    names: frozenset[str] = frozenset()

    def understand(self, request: HttpRequest) -> None:
        """Raise Problem where the query holds a name that this operation does not know."""
        for name in request.GET:
            if name not in self.names:
                known = "、".join(sorted(self.names)) or _("没有")
                detail = _("没有「%(name)s」这个参数；有：%(known)s") % {"name": name[:40], "known": known}
                raise Problem(422, "unknown_parameter", detail, field=name[:40])

    def require(self, request: HttpRequest, parts: Mapping[str, Any] | None = None) -> None:
        """Raise Problem or Forbidden where scope or right is missing, Http404 where the row is out of sight.

        A row to be written is asked for before anybody reads the body; the service asks again, with the row locked.
        """
        held = request.api_key.scopes  # type: ignore[attr-defined]
        if self.scope and not scopes.covers(held, self.scope):
            detail = _("这把密钥没有 %(scope)s 这个范围，可在「接口密钥」里加上") % {"scope": self.scope}
            raise Problem(403, "scope", detail, scope=self.scope)
        if self.object:
            access.require(request.viewer, self.object, self.action)  # type: ignore[attr-defined]
        if self.row and parts and request.method in UNSAFE:
            access.row(request.viewer, self.object, parts[self.row], self.action)  # type: ignore[attr-defined]


def require_scope(request: HttpRequest, scope: str) -> None:
    """A further scope that a part of an answer needs."""
    Allowed(scope).require(request)


def guarded(view: Callable[..., HttpResponse], operations: Mapping[str, Allowed]) -> Callable[..., HttpResponse]:
    """A view behind the gate; `operations` by method. Carries its declaration for the access matrix."""

    @csrf_exempt
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.viewer = ANONYMOUS  # type: ignore[attr-defined]
        with translation.override(language_of(request)):
            try:
                return _answer(request, operations, kwargs, lambda: _carried_out(view, request, *args, **kwargs))
            except Exception as error:
                return problem_of(request, error).response()

    answer.access = PageAccess("api", operations=dict(operations))  # type: ignore[attr-defined]
    return answer


def _answer(
    request: HttpRequest, operations: Mapping[str, Allowed], parts: Mapping[str, Any], answer: Callable[[], HttpResponse]
) -> HttpResponse:
    allowed = operations.get(request.method or "")
    if allowed is None:
        methods = ", ".join(operations)
        raise Problem(405, "method", _("这个地址只接受 %(methods)s") % {"methods": methods}, headers={"Allow": methods})
    let_in(request)
    allowed.require(request, parts)
    allowed.understand(request)
    token = idempotency.token_of(request) if request.method in UNSAFE else ""
    response = idempotency.once(request, request.api_key, token, answer) if token else answer()  # type: ignore[attr-defined]
    taking.count(request.api_key, request.viewer, taking.rows_of(request, response))  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = "no-store"
    return response


def _carried_out(view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Refusals become answers here already, so that a transaction around it learns of them by their status."""
    try:
        return view(request, *args, **kwargs)
    except Exception as error:
        return problem_of(request, error).response()


def let_in(request: HttpRequest) -> None:
    """Put key and viewer on the request, or raise Problem: no key, not from here, too often. Three queries."""
    words = request.headers.get("Authorization", "").split()
    key = keys.found(words[1]) if len(words) == 2 and words[0].lower() == "bearer" else None
    if key is None:
        detail = _("密钥无效、已停用或已过期") if words else _("要带密钥：Authorization: Bearer gk_…")
        raise Problem(401, "key", detail, headers={"WWW-Authenticate": 'Bearer realm="guike"'})
    address = request.META.get("REMOTE_ADDR", "")
    if not keys.comes_from(key, address):
        raise Problem(403, "address", _("这把密钥不能从 %(address)s 使用") % {"address": address})
    if not keys.take_token(key, address):
        raise Problem(429, "rate", _("请求太频繁，稍等再发"), headers={"Retry-After": "1"})
    request.api_key = key  # type: ignore[attr-defined]
    request.viewer = keys.viewer_of(key)  # type: ignore[attr-defined]
    if "Accept-Language" not in request.headers:
        translation.activate(request.viewer.preferences.get("language", "zh-hans"))  # type: ignore[attr-defined]


def language_of(request: HttpRequest) -> str:
    """What the caller asks for, as far as we speak it; Simplified Chinese otherwise."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()[:200]):
        try:
            return get_supported_language_variant(
                {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant"}.get(code, code)
            )
        except LookupError:
            continue
    return "zh-hans"


def problem_of(request: HttpRequest, error: Exception) -> Problem:
    """Any exception as a problem; what nobody expected is logged and told by its number only."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Stale):
        return Problem(409, error.code, str(error))
    if isinstance(error, Refused):
        named: dict[str, Any] = {"clause": error.clause} if error.clause else {}
        return Problem(422 if error.field else 409, error.code, str(error), field=error.field or "", **named)
    if isinstance(error, Forbidden | PermissionDenied):
        return Problem(403, "forbidden", str(error) or _("没有权限"))
    if isinstance(error, Http404):
        said = error.args[0] if error.args and isinstance(error.args[0], str) else ""
        return Problem(404, "not_found", said or _("没有这个地址"))
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "too_large", _("请求超过 5 MB，分几次发，或改用导入"))
    if isinstance(error, MultiPartParserError):
        return Problem(400, "multipart", _("multipart 内容不完整"))
    return _of_database(request, error) or broken(request, error)


def _of_database(request: HttpRequest, error: Exception) -> Problem | None:
    """What the database refuses by itself, and its absence."""
    if outages.is_outage(error):
        logger.warning("%s %s: %s", request.method, request.path, error)
        return unavailable(error)
    if isinstance(error, DataError):
        return Problem(422, "range", _("有数字超出能保存的范围"))
    if isinstance(error, IntegrityError):
        logger.warning("API call refused by a constraint at %s %s", request.method, request.path, exc_info=error)
        return Problem(409, "constraint", _("与已有的记录冲突，没有写入"))
    return None


def nowhere(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """Any address under the API that is none."""
    with translation.override(language_of(request)):
        return Problem(404, "not_found", _("没有这个地址，所有地址见 /api/v1/openapi.json")).response()


nowhere = csrf_exempt(access.public(nowhere))
