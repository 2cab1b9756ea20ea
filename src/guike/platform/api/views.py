"""「接口密钥」: one's own keys, and everybody's for the administrator (PLT-07)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.platform.access import page, signed_in
from guike.platform.api import keys, scopes, selectors
from guike.platform.api import reference as book
from guike.platform.api.forms import KeyForm
from guike.platform.errors import Refused
from guike.platform.proof import proved
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status

KEYS = "api:keys"


@page("api_key")
def index(request: HttpRequest) -> HttpResponse:
    words = scopes.known()
    found = [
        {"key": key, "scopes": [words.get(scope, scope) for scope in key.scopes], "state": _state(key)}
        for key in selectors.keys_for(request.viewer)
    ]
    return render(request, "api/keys.html", {"lines": found, "base": request.build_absolute_uri("/api/v1/")})


def _state(key: Any) -> str:
    if key.revoked_at:
        return "revoked"
    return "alive" if keys.is_alive(key) else "over"


@page("api_key", "add")
@proved
def add(request: HttpRequest) -> HttpResponse:
    """A new key; its text stands on the page that answers, once."""
    form = KeyForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            key, text = keys.make_key(values.pop("name"), values.pop("scopes"), actor=request.viewer, **values)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            response = render(request, "api/one_time.html", {"key": key, "text": text, "base": request.build_absolute_uri("/api/v1/")})
            response.headers["Cache-Control"] = "no-store"
            return response
    return render(request, "api/key.html", {"form": form, "key": None}, status=form_status(form))


@page("api_key", "change", row="pk")
@proved
def change(request: HttpRequest, pk: int) -> HttpResponse:
    key = selectors.key_for(request.viewer, pk, "change")
    initial = {
        "name": key.name,
        "scopes": key.scopes,
        "expires_on": key.expires_on,
        "addresses": "\n".join(key.addresses),
        "unmetered": key.unmetered,
        "version": key.version,
    }
    form = KeyForm(request.POST or None, viewer=request.viewer, initial=initial)
    answer = sheets.carried_out(
        request,
        form,
        lambda: keys.change_key(pk, actor=request.viewer, **form.cleaned_data),
        lambda _key: _("密钥已改，下一次调用起算"),
        lambda _key: reverse(KEYS),
    )
    return answer or render(request, "api/key.html", {"form": form, "key": key}, status=form_status(form))


@page("api_key", "change", row="pk")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    key = selectors.key_for(request.viewer, pk, "change")
    if request.method == "POST":
        keys.revoke_key(pk, actor=request.viewer)
        return sheets.done(request, _("「%(name)s」已停用") % {"name": key.name}, to=reverse(KEYS))
    lines = [_("用它的程序下一次调用就被拒绝"), _("停用后不能恢复，可以另生成一把")]
    return sheets.confirm(
        request, title=_("停用「%(name)s」") % {"name": key.name}, consequences=lines, submit=_("停用"), cancel=reverse(KEYS), danger=True
    )


# --- how the API is used -----------------------------------------------------------------------------------------------


@signed_in
def reference(request: HttpRequest) -> HttpResponse:
    """All addresses at a glance, and what holds for every call."""
    return render(
        request,
        "api/reference.html",
        {"chapters": book.chapters(), "base": request.build_absolute_uri("/").rstrip("/"), "refusals": book.refusals()},
    )


@signed_in
def reference_of(request: HttpRequest, tag: str) -> HttpResponse:
    """The addresses of one kind of record with parameters, fields and an example to copy."""
    chapter = next((one for one in book.chapters() if one.code == tag), None)
    if chapter is None:
        raise Http404(_("没有这一章"))
    return render(request, "api/chapter.html", {"chapter": chapter, "base": request.build_absolute_uri("/").rstrip("/")})
