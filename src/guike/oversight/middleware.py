"""Who opened which record and what was refused, noted from the page's own access declaration (PLT-02)."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest, HttpResponse

from guike.platform import access, audit

Answer = Callable[[HttpRequest], HttpResponse]
#: Objects whose records say something about a customer or a person: opening one is written. Lists are not.
LOOKED_AT = frozenset({"customer", "contact", "find", "sales_order", "return_order", "follow_up", "personal_request"})


class Watching:
    """After the answer: at most one statement for a record that was shown, one for a refusal, none for anything else."""

    def __init__(self, answer: Answer):
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.coming_from(_address(request)):
            response = self.answer(request)
            match = request.resolver_match
            declared = getattr(match.func, "access", None) if match else None
            if declared is not None and match is not None:
                _note(request, response, declared, match.kwargs)
        return response


def _address(request: HttpRequest) -> str | None:
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def _note(request: HttpRequest, response: HttpResponse, declared: access.PageAccess, parts: dict[str, Any]) -> None:
    viewer = getattr(request, "viewer", access.ANONYMOUS)
    subject = parts.get(declared.row) if declared.row else None
    if response.status_code == 200:
        if request.method == "GET" and declared.action == "view" and declared.object in LOOKED_AT and isinstance(subject, int):
            audit.note_look(viewer, declared.object, subject)
    elif response.status_code == 403:
        audit.note_refusal(viewer, "refused", declared.object, subject, _what(request, declared))
    elif response.status_code == 429 or getattr(getattr(response, "refusal", None), "code", "").endswith("_limit"):
        audit.note_refusal(viewer, "limit", declared.object, subject, _what(request, declared))
    elif response.status_code == 404 and viewer.account_id and isinstance(subject, int) and _is_there(declared.object, subject):
        audit.note_refusal(viewer, "unseen", declared.object, subject, _what(request, declared))


def _is_there(code: str, pk: int) -> bool:
    """Is there such a record, which then was out of reach?"""
    declared = access.declarations().get(code)
    return bool(declared and declared.model_class()._base_manager.filter(pk=pk).exists())


def _what(request: HttpRequest, declared: access.PageAccess) -> dict[str, str]:
    return {"asked": declared.action, "path": request.path[:200], "method": request.method or ""}
