"""Refusals as programs read them: RFC 9457 problem details with a stable `code`, the `field` at fault and a sentence (PLT-07)."""

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guike.platform import outages

logger = logging.getLogger(__name__)
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Problem(Exception):
    """A refusal on its way out: status, code, sentence, and what else helps the program."""

    def __init__(self, status: int, code: str, detail: str, *, field: str = "", headers: Mapping[str, str] | None = None, **more: Any):
        super().__init__(detail)
        self.status, self.code, self.detail, self.field = status, code, detail, field
        self.headers, self.more = dict(headers or {}), more

    def body(self) -> dict[str, Any]:
        named = {"field": self.field} if self.field else {}
        return {
            "type": "about:blank",
            "title": TITLES[self.status],
            "status": self.status,
            "code": self.code,
            "detail": str(self.detail),
            **named,
            **self.more,
        }

    def response(self) -> HttpResponse:
        answer = JsonResponse(self.body(), status=self.status, json_dumps_params={"ensure_ascii": False})
        answer.headers["Content-Type"] = "application/problem+json"
        for name, value in self.headers.items():
            answer.headers[name] = value
        return answer


def unavailable(error: BaseException | None) -> Problem:
    """The database was not there, or gave up: nothing is acknowledged, the same call may be sent again."""
    headers = {"Retry-After": str(outages.AGAIN_SECONDS)}
    return Problem(503, "unavailable", outages.sentence(error), headers=headers)


def broken(request: HttpRequest, error: BaseException) -> Problem:
    """A fault of ours: logged under a number that the caller can name to whoever runs the server."""
    number = uuid.uuid4().hex[:12]
    logger.error("API fault %s at %s %s", number, request.method, request.path, exc_info=error)
    return Problem(500, "fault", _("服务出错，错误号 %(number)s，可以告诉管理员") % {"number": number})


#: Words for what pydantic finds most often; anything else is told in its own words.
WORDS = {
    "missing": gettext_noop("要填"),
    "extra_forbidden": gettext_noop("没有这一项"),
    "string_too_long": gettext_noop("超过 {max_length} 个字"),
    "string_too_short": gettext_noop("不能少于 {min_length} 个字"),
    "string_type": gettext_noop("要是文字"),
    "int_parsing": gettext_noop("要是整数"),
    "int_type": gettext_noop("要是整数"),
    "int_from_float": gettext_noop("要是整数"),
    "bool_type": gettext_noop("要是 true 或 false"),
    "bool_parsing": gettext_noop("要是 true 或 false"),
    "decimal_parsing": gettext_noop("要是数字"),
    "decimal_type": gettext_noop("要是数字"),
    "date_from_datetime_parsing": gettext_noop("要是日期，如 2026-11-22"),
    "date_type": gettext_noop("要是日期，如 2026-11-22"),
    "date_parsing": gettext_noop("要是日期，如 2026-11-22"),
    "datetime_from_date_parsing": gettext_noop("要是时间，如 2026-11-22T09:30:00+08:00"),
    "literal_error": gettext_noop("只能是 {expected}"),
    "greater_than_equal": gettext_noop("不能小于 {ge}"),
    "greater_than": gettext_noop("要大于 {gt}"),
    "less_than_equal": gettext_noop("不能大于 {le}"),
    "too_long": gettext_noop("不能多于 {max_length} 项"),
    "too_short": gettext_noop("至少 {min_length} 项"),
    "decimal_max_digits": gettext_noop("位数太多"),
    "decimal_max_places": gettext_noop("小数不能多于 {decimal_places} 位"),
    "decimal_whole_digits": gettext_noop("位数太多"),
    "list_type": gettext_noop("要是列表"),
    "dict_type": gettext_noop("要是对象"),
    "model_attributes_type": gettext_noop("要是对象"),
}


def sentence(kind: str, told: str, context: Mapping[str, Any]) -> str:
    """One finding in the caller's language."""
    if kind not in WORDS:
        return told
    try:
        return _(WORDS[kind]).format(**context)
    except (KeyError, IndexError):
        return told
