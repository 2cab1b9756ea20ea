"""The API: every domain's operations on one root, at /api/v1/ (PLT-07)."""

from importlib import import_module

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, re_path

from guike.platform.access import public
from guike.platform.api import gate, root

#: The domains with an `api.py`, in the order of the description.
DOMAINS = ("customers", "products", "sales", "contact", "workspace", "engine", "organisation", "oversight", "platform.imports", "platform.webhooks")

api = root.make()
for domain in DOMAINS:
    api.add_router("", import_module(f"guike.{domain}.api").routes)


@public
def openapi(request: HttpRequest) -> HttpResponse:
    """The description itself says nothing of anybody: it is open."""
    return JsonResponse(root.described(), json_dumps_params={"ensure_ascii": False})


urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    *root.patterns(api),
    re_path(r"^.*$", gate.nowhere),
]
