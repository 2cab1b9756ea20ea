"""The MCP address over every domain's tools, at /mcp (PLT-07)."""

from importlib import import_module

from django.http import HttpRequest, HttpResponse
from django.urls import path

from guike.platform.api import gate, mcp

for domain in ("customers", "sales", "contact", "engine", "workspace"):
    import_module(f"guike.{domain}.tools")


def answer(request: HttpRequest) -> HttpResponse:
    return mcp.respond(request)


urlpatterns = [path("mcp", gate.guarded(answer, {"POST": gate.Allowed("")}), name="mcp")]
