"""django-ninja under our gate: routers whose operations say what they allow, problems as answers, the description (PLT-07)."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.utils import normalize_path, replace_path_param_notation

from guike.platform.api import gate, scopes
from guike.platform.api.gate import Allowed
from guike.platform.api.problems import Problem, sentence
from guike.platform.api.schemas import ProblemBody

BASE = "/api/v1"
REFUSALS = {
    "400": gettext_noop("读不懂的请求"),
    "401": gettext_noop("没有密钥，或密钥无效"),
    "403": gettext_noop("密钥没有这个范围，账号没有这个权限，或 24 小时内读得太多"),
    "404": gettext_noop("没有这条记录，或不在可见范围内"),
    "405": gettext_noop("这个地址不接受这种方法"),
    "409": gettext_noop("与现状冲突：version 已旧，或业务规则不允许"),
    "412": gettext_noop("If-Match 已旧"),
    "413": gettext_noop("请求太大"),
    "415": gettext_noop("请求体不是 application/json"),
    "422": gettext_noop("某一项不对，field 说明是哪一项"),
    "428": gettext_noop("要带 version 或 If-Match"),
    "429": gettext_noop("太频繁，按 Retry-After 再发"),
    "503": gettext_noop("这一刻连不上数据库，写入都没有确认；按 Retry-After 再发，带同一个 Idempotency-Key"),
}


class Strictly(Parser):
    """JSON as the standard has it; no NUL, which PostgreSQL cannot keep, no half characters, no NaN."""

    def parse_body(self, request: HttpRequest) -> Any:
        if (request.content_type or "") not in ("application/json", ""):
            raise Problem(415, "media_type", _("请求体要是 application/json"))
        try:
            body = json.loads(request.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Problem(400, "json", _("请求体不是 JSON")) from None
        _refuse_unkeepable(body)
        return body

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        for name, values in data.lists():
            _refuse_unkeepable(values, name)
            if len(values) > 1 and name not in list_fields:
                raise Problem(422, "repeated", _("「%(name)s」只能写一次") % {"name": name[:40]}, field=name[:40])
        return super().parse_querydict(data, list_fields, request)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _refuse_unkeepable(value: Any, place: str = "") -> None:
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise Problem(422, "characters", _("有不能保存的字符"), field=place)
    elif isinstance(value, dict):
        for name, one in value.items():
            _refuse_unkeepable(name, place)
            _refuse_unkeepable(one, f"{place}.{name}".strip(".")[:200])
    elif isinstance(value, list):
        for number, one in enumerate(value):
            _refuse_unkeepable(one, f"{place}.{number}".strip("."))


class Routes(Router):
    """A domain's operations. Each names the scope that a key needs and the right that its owner needs."""

    def operation(
        self, method: str, address: str, *, scope: str, summary: str, object: str = "", action: str = "view", row: str = "",
        status: int = 200, answer: Any = None, also: Mapping[int, Any] | None = None, **more: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # fmt: skip
        """`status` and `answer`: what usually comes back; `also`: other answers by status, None for one without a body."""

        def decorate(work: Callable[..., Any]) -> Callable[..., Any]:
            work.allowed = Allowed(scope, object, action, row)  # type: ignore[attr-defined]
            responses = {status: answer, **(also or {})}
            extra = {"x-scope": scope, **more.pop("openapi_extra", {})}
            name = f"{work.__module__.split('.')[1]}_{work.__name__}"
            return self.api_operation(
                [method], address, response=responses, summary=summary, operation_id=name, openapi_extra=extra, **more
            )(work)

        return decorate


_made: list[NinjaAPI] = []


def make() -> NinjaAPI:
    """The API without its domains; the gate does what ninja's own authentication would."""
    api = NinjaAPI(title="贵客 API", version="1", urls_namespace="api-v1", docs_url=None, openapi_url=None, parser=Strictly())

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return _invalid(error).response()

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        inner = error.__cause__ or error.__context__  # what the parser said of the body
        return (inner if isinstance(inner, Problem) else Problem(error.status_code, "http", str(error))).response()

    @api.exception_handler(Http404)
    @api.exception_handler(Exception)
    def anything(request: HttpRequest, error: Exception) -> HttpResponse:
        return gate.problem_of(request, error).response()

    _made[:] = [api]
    return api


def _invalid(error: ValidationError) -> Problem:
    found = [_finding(one) for one in error.errors]
    first = found[0]
    return Problem(
        422,
        "invalid",
        _("「%(field)s」%(words)s") % {"field": first["field"], "words": first["detail"]},
        field=first["field"],
        errors=found,
    )


def _finding(one: dict[str, Any]) -> dict[str, str]:
    place = [str(part) for part in one["loc"]]
    named = place[2:] or place[1:] or place
    return {
        "field": ".".join(named)[:200],
        "code": str(one["type"]),
        "detail": sentence(str(one["type"]), str(one["msg"]), one.get("ctx") or {}),
    }


def patterns(api: NinjaAPI) -> Iterator[URLPattern]:
    """The API's addresses, each behind the gate with what its operations allow; fixed words before those with parts."""
    found = [(router, address, view) for router in api._get_bound_routers() for address, view in router.path_operations.items()]
    for router, address, view in sorted(found, key=lambda one: one[1].count("{")):
        allowed = {
            method: replace(operation.view_func.allowed, names=_asked(operation))  # type: ignore[attr-defined]
            for operation in view.operations
            for method in operation.methods
        }
        route = normalize_path("/".join(part for part in (router.prefix, address) if part)).lstrip("/")
        yield path(replace_path_param_notation(route), gate.guarded(view.get_view(), allowed))


def _asked(operation: Any) -> frozenset[str]:
    """The names that an operation knows in its query."""
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return frozenset(name for model in models for name in model.__ninja_flatten_map__)


@cache
def described() -> dict[str, Any]:
    """The OpenAPI description, with the refusals every operation shares and the key it needs. The same for everybody."""
    scopes.load()
    api = _made[0]
    schema: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=f"{BASE}/"), default=str))
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = ProblemBody.model_json_schema()
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "接口密钥 gk_…"}}
    schema["security"] = [{"key": []}]
    schema["servers"] = [{"url": "/"}]
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            for status, words in REFUSALS.items():
                said = operation["responses"].setdefault(status, {"description": words})
                said.setdefault("content", {}).update(problem["content"])
            if method.upper() in gate.UNSAFE:
                operation.setdefault("parameters", []).append(_IDEMPOTENCY)
    return schema


_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]*$"},
    "description": "同一个值重发只办一次，24 小时内给同样的回答",
}
