"""Tools for assistants, one small function each, over the services and selectors that pages use (PLT-07: MCP)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict

from guike.platform.access import Viewer
from guike.platform.api.gate import Allowed


class Asked(BaseModel):
    """The arguments of a tool; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Tool:
    name: str
    title: str
    description: str
    asked: type[Asked]
    allowed: Allowed
    work: Callable[[Viewer, Any], Mapping[str, Any]]
    reads: bool

    def described(self) -> dict[str, Any]:
        """As `tools/list` tells it."""
        schema = self.asked.model_json_schema()
        schema.pop("description", None)
        hints = {
            "title": self.title,
            "readOnlyHint": self.reads,
            "destructiveHint": False,
            "idempotentHint": self.reads,
            "openWorldHint": False,
        }
        return {"name": self.name, "title": self.title, "description": self.description, "inputSchema": schema, "annotations": hints}

    def is_open(self, request: HttpRequest) -> bool:
        """May this key and its owner use it at all?"""
        try:
            self.allowed.require(request)
        except Exception:
            return False
        return True


_tools: dict[str, Tool] = {}


def tool(name: str, title: str, description: str, *, scope: str, object: str, action: str = "view", reads: bool = True) -> Callable:
    """Register `work(viewer, asked)`; its second parameter's type is the shape of the arguments."""

    def decorate(work: Callable[[Viewer, Any], Mapping[str, Any]]) -> Callable:
        asked = next(kind for name, kind in work.__annotations__.items() if isinstance(kind, type) and issubclass(kind, Asked))
        _tools[name] = Tool(name, title, description, asked, Allowed(scope, object, action), work, reads)
        return work

    return decorate


def known() -> Mapping[str, Tool]:
    return _tools
