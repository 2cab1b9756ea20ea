"""The Model Context Protocol over HTTP: JSON-RPC, one answer a request, no session kept (PLT-07).

Speaks the versions in `VERSIONS`; what a key may not do is neither listed nor carried out.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import ValidationError

from guike import __version__
from guike.platform.api import gate, tools
from guike.platform.api.problems import Problem, sentence
from guike.platform.api.resources import json_answer, plain
from guike.platform.api.root import Strictly

VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
PARSE, INVALID, NO_METHOD, PARAMETERS = -32700, -32600, -32601, -32602


class Wrong(Exception):
    """A JSON-RPC error."""

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code, self.message = code, message


def respond(request: HttpRequest) -> HttpResponse:
    """Answer one message; a notification is taken without an answer."""
    _same_origin(request)
    version = request.headers.get("MCP-Protocol-Version")
    if version and version not in VERSIONS:
        raise Problem(400, "protocol", _("不支持 MCP 版本 %(version)s") % {"version": version[:20]})
    try:
        message = Strictly().parse_body(request)
    except Problem as problem:
        return _error(None, PARSE, problem.detail, status=problem.status)
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0" or not isinstance(message.get("method", ""), str):
        return _error(None, INVALID, _("不是 JSON-RPC 2.0 的请求"), status=400)
    if "id" not in message or "method" not in message:
        return HttpResponse(status=202)
    number = message["id"] if isinstance(message["id"], str | int) else None
    try:
        result = _method(message["method"])(request, message.get("params") or {})
    except Wrong as wrong:
        return _error(number, wrong.code, wrong.message)
    return json_answer({"jsonrpc": "2.0", "id": number, "result": result})


def _same_origin(request: HttpRequest) -> None:
    """A page of another site may not talk to us through somebody's browser."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.get_host():
        raise Problem(403, "origin", _("不接受来自 %(origin)s 的网页") % {"origin": origin[:100]})


def _error(number: Any, code: int, message: str, status: int = 200) -> HttpResponse:
    return json_answer({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": str(message)}}, status=status)


def _method(name: str) -> Callable[[HttpRequest, Any], dict[str, Any]]:
    methods = {"initialize": _initialize, "ping": lambda request, params: {}, "tools/list": _list, "tools/call": _call}
    if name not in methods:
        raise Wrong(NO_METHOD, _("没有 %(method)s 这个方法") % {"method": name[:60]})
    return methods[name]


def _initialize(request: HttpRequest, params: Any) -> dict[str, Any]:
    asked = params.get("protocolVersion") if isinstance(params, dict) else None
    return {
        "protocolVersion": asked if asked in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "guike", "title": "贵客", "version": __version__},
        "instructions": _("贵客是一家公司的客户管理系统。看到的和能做的不超过密钥主人的权限；金额单位是元，日期按上海时间。"),
    }


def _list(request: HttpRequest, params: Any) -> dict[str, Any]:
    return {"tools": [tool.described() for tool in tools.known().values() if tool.is_open(request)]}


def _call(request: HttpRequest, params: Any) -> dict[str, Any]:
    """Carry out a tool. What it refuses is a result that says so, for the assistant to read; only a call that is none is an error."""
    name = params.get("name") if isinstance(params, dict) else None
    tool = tools.known().get(name) if isinstance(name, str) else None
    if tool is None:
        raise Wrong(PARAMETERS, _("没有 %(tool)s 这个工具") % {"tool": str(name)[:60]})
    try:
        tool.allowed.require(request)
        asked = tool.asked.model_validate(params.get("arguments") or {})
        with transaction.atomic():
            told = plain(tool.work(request.viewer, asked))
        request.rows_read = _rows(told) if tool.reads else 0  # type: ignore[attr-defined]
    except ValidationError as error:
        first = error.errors()[0]
        words = sentence(str(first["type"]), str(first["msg"]), first.get("ctx") or {})
        return _refused(f"{'.'.join(map(str, first['loc']))}：{words}")
    except Exception as error:
        problem = gate.problem_of(request, error)
        return _refused(problem.detail)
    return {"content": [{"type": "text", "text": json.dumps(told, ensure_ascii=False)}], "structuredContent": told, "isError": False}


def _rows(told: dict[str, Any]) -> int:
    """How many records a tool told: those of its longest list, or the one it was asked for."""
    return max((len(part) for part in told.values() if isinstance(part, list)), default=1)


def _refused(words: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": str(words)}], "isError": True}
