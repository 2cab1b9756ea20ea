"""Answers that fit both a whole page and the sheet, and small messages."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from guike.platform.errors import Refused
from guike.platform.ui import pickers
from guike.platform.ui.shell import in_quick, in_sheet


def done(request: HttpRequest, message: str, to: str, *, stay: bool = True, made: tuple[str, Any] | None = None) -> HttpResponse:
    """After a write: say what was done and go on to `to`. From a sheet the page below is shown again when `stay`, with the message.

    `made` (picker, id of the new row): a picker that asked for the row gets it chosen, and nothing else moves.
    """
    if in_quick(request):
        return _chosen(request, message, made)
    messages.success(request, message)
    if not in_sheet(request):
        return redirect(to)
    if stay and request.htmx.current_url:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponse(status=204, headers={"HX-Redirect": to})


def _chosen(request: HttpRequest, message: str, made: tuple[str, Any] | None) -> HttpResponse:
    code, key = made or ("", "")
    found = pickers.chosen(request.viewer, code, [key]) if made else []  # type: ignore[attr-defined]
    triggers = {"gk:made": {"choice": found[0].as_json() if found else None}, "gk:toast": {"text": str(message), "tone": ""}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(triggers)})


def toast(response: HttpResponse, text: str, *, danger: bool = False) -> HttpResponse:
    """Let a fragment's answer also show a toast."""
    triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
    triggers["gk:toast"] = {"text": str(text), "tone": "danger" if danger else ""}
    response.headers["HX-Trigger"] = json.dumps(triggers)
    return response


def carried_out(
    request: HttpRequest,
    form: Any,
    write: Callable[[], Any],
    message: Callable[[Any], str],
    to: Callable[[Any], str],
    *,
    stay: bool = True,
    picker: str = "",
) -> HttpResponse | None:
    """Run a service with a valid form of the kit; a refusal goes back to its field. None = show the form. `picker`: what it makes can be chosen there."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        result = write()
    except Refused as refusal:
        form.refuse(refusal)
        return None
    made = (picker, result.pk) if picker else None
    return done(request, message(result), to=to(result), stay=stay, made=made)


def form_status(form: BaseForm | None) -> int:
    """422 for a form shown again with errors, 200 otherwise."""
    return 422 if form is not None and form.is_bound and form.errors else 200


def confirm(
    request: HttpRequest,
    *,
    title: str,
    consequences: Iterable[str],
    submit: str,
    cancel: str,
    danger: bool = False,
    form: BaseForm | None = None,
    hidden: Iterable[tuple[str, str]] = (),
    action: str = "",
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Ask once, with the consequence in numbers: `consequences=["3 家客户将转给黄可", "12 件时限任务随之转移"]`."""
    context = {
        "title": title,
        "consequences": list(consequences),
        "submit": submit,
        "cancel": cancel,
        "danger": danger,
        "form": form,
        "hidden": list(hidden),
        "action": action or request.get_full_path(),
        **(extra or {}),
    }
    return render(request, "ui/confirm.html", context, status=form_status(form))


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where a form says to go on to (`next`), if it is a page of ours; no open redirect."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return otherwise
    try:
        resolve(wanted.split("?")[0].split("#")[0])
    except Resolver404:
        return otherwise
    return wanted
