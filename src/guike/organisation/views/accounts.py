"""Logins: who has one, what state it is in, passwords reset, doors opened and shut."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.organisation import rules, selectors, services
from guike.organisation.forms import AccountForm, RolesForm
from guike.organisation.selectors.accounts import account, account_list
from guike.organisation.views.people import show_password
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.proof import proved
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


@page("account", "view")
def index(request: HttpRequest) -> HttpResponse:
    """Every account with roles, last log-in and state; those that need a hand first."""
    text = request.GET.get("q", "").strip()
    lines = account_list(request.viewer, text)
    context = {"lines": lines, "text": text, "locked": sum(line.state == "locked" for line in lines)}
    context["role_names"] = {code: _(name) for code, name in rules.ROLES.items()}
    return render(request, "organisation/accounts/index.html", context)


@page("account", "add")
@proved
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A login for a person."""
    person = selectors.person(request.viewer, pk)
    suggested = person.pinyin.split(" ")[0]
    form = AccountForm(request.POST or None, viewer=request.viewer, initial={"login": suggested})
    if form.is_valid():
        try:
            made, password = services.add_account(pk, form.cleaned_data["login"], actor=request.viewer, roles=form.cleaned_data["roles"])
            return show_password(request, made, password)
        except Refused as refusal:
            form.refuse(refusal)
    return _form(request, form, _("给%(name)s开账号") % {"name": person.name}, reverse("organisation:person", args=[pk]))


@page("account", "change", row="pk")
@proved
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Login and the roles held without a post."""
    found = account(request.viewer, pk, "change")
    form = RolesForm(request.POST or None, viewer=request.viewer, initial={"login": found.login, "roles": found.roles})
    if form.is_valid():
        try:
            services.change_account(pk, form.cleaned_data["login"], form.cleaned_data["roles"], actor=request.viewer)
            return sheets.done(request, _("账号已改"), to=reverse("organisation:accounts"))
        except Refused as refusal:
            form.refuse(refusal)
    return _form(request, form, found.login, reverse("organisation:accounts"))


@page("account", "change", row="pk")
@proved
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time password, shown once."""
    found = account(request.viewer, pk, "change")
    if request.method == "POST":
        return show_password(request, found, services.reset_password(pk, actor=request.viewer))
    lines = [
        _("给%(name)s生成一次性密码，只显示一次") % {"name": found.person.name},
        _("已登录的设备退出，下次登录要先改密码"),
    ]
    return sheets.confirm(request, title=_("重置密码"), consequences=lines, submit=_("重置"), cancel=reverse("organisation:accounts"))


@page("account", "change", row="pk")
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    services.unlock_account(pk, actor=request.viewer)
    return sheets.done(request, _("已解锁，可以马上登录"), to=reverse("organisation:accounts"))


@page("account", "change", row="pk")
@proved
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    found = account(request.viewer, pk, "change")
    if request.method == "POST":
        services.deactivate_account(pk, actor=request.viewer)
        return sheets.done(request, _("%(login)s 已停用") % {"login": found.login}, to=reverse("organisation:accounts"))
    lines = [_("%(name)s不能再登录，已登录的设备退出") % {"name": found.person.name}, _("名下的客户和待办不变，随时可以再开通")]
    return sheets.confirm(
        request, title=_("停用账号"), consequences=lines, submit=_("停用"), cancel=reverse("organisation:accounts"), danger=True
    )


@page("account", "change", row="pk")
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    services.reactivate_account(pk, actor=request.viewer)
    return sheets.done(request, _("账号已开通"), to=reverse("organisation:accounts"))


def _form(request: HttpRequest, form: AccountForm | RolesForm, title: str, back: str) -> HttpResponse:
    return render(request, "organisation/people/form.html", {"form": form, "title": title, "back": back}, status=form_status(form))
