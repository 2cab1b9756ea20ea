"""Editing one field where it stands: a cell or a line becomes a small form, and again the value once it is saved."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _

from guike.platform.errors import Refused
from guike.platform.ui import formats
from guike.platform.ui.forms import Form


def respond(
    request: HttpRequest,
    form: Form,
    name: str,
    *,
    write: Callable[[Any], Any],
    shown: Callable[[], str],
    before: Callable[[], Any],
    version: Callable[[], int],
) -> HttpResponse:
    """GET: the form; `?show=1` the value. POST: written, the value and a toast that takes it back; or the form with what is wrong.

    `write(value)` calls the service with the form's version; `before()` is the raw value that undoing writes, `version()` the row's present one.
    """
    if request.GET.get("show"):
        return _value(shown())
    if request.method == "POST" and form.is_valid():
        old = before()
        try:
            write(form.cleaned_data[name])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            label = str(form.fields[name].label)
            values = {name: old, "version": version()}
            return _with_undo(_value(shown()), _("已改：%(label)s") % {"label": label}, request.path, values)
    status = 422 if form.is_bound else 200
    return render(request, "ui/inplace.html", {"form": form, "field": form[name], "action": request.path}, status=status)


def _value(text: str) -> HttpResponse:
    return HttpResponse(conditional_escape(text or formats.NOTHING))


def _with_undo(answer: HttpResponse, text: str, url: str, values: dict[str, Any]) -> HttpResponse:
    detail = {"text": text, "tone": "", "undo": {"url": url, "values": values, "label": _("撤销")}}
    answer.headers["HX-Trigger"] = json.dumps({"gk:toast": detail})
    return answer
