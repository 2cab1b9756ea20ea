"""The administrator's side: somebody's log-in seen and put right, and the company's rules."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.organisation import rules as organisation_rules
from guike.organisation.login import rules, selectors
from guike.organisation.login.forms import ReasonForm, RulesForm
from guike.organisation.login.services import factors, links, sessions
from guike.organisation.login.services.keeping import CHANGEABLE, save_sign_in_rules
from guike.organisation.selectors.accounts import account, locked_until
from guike.platform import clock
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.proof import proved
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


@page("account", "view", row="pk")
def account_login(request: HttpRequest, pk: int) -> HttpResponse:
    """How somebody gets in: factors, sessions, links, attempts."""
    found = account(request.viewer, pk)
    demand = selectors.demand_on(found)
    context = {
        "account": found,
        "factors": selectors.factors_of(pk),
        "demand": demand,
        "days_left": demand.days_left(clock.now()),
        "sessions": selectors.sessions_of(pk),
        "records": selectors.records_of(pk, 20),
        "locked_until": locked_until(found),
        "links": selectors.links_of(pk),
        "identity": selectors.identity_of(pk),
    }
    return render(request, "organisation/login/account.html", context)


@page("account", "change", row="pk")
@proved
def account_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link to a new password, shown once."""
    found = account(request.viewer, pk, "change")
    if request.method == "POST":
        token = links.make_reset_link(pk, actor=request.viewer)
        address = request.build_absolute_uri(reverse("organisation:reset_link", args=[token]))
        response = render(request, "organisation/login/link.html", {"account": found, "address": address})
        response.headers["Cache-Control"] = "no-store"
        return response
    lines = [
        _("给%(name)s一个链接，自己设新密码；24 小时内有效，只能用一次") % {"name": found.person.name},
        _("之前给的链接作废；现在的密码到设好新的为止还能用"),
    ]
    return sheets.confirm(request, title=_("重置链接"), consequences=lines, submit=_("生成链接"), cancel=_back(pk))


@page("account", "change", row="pk")
@require_POST
def account_links_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    links.withdraw_reset_links(pk, actor=request.viewer)
    return sheets.done(request, _("链接已作废"), to=_back(pk))


@page("account", "change", row="pk")
@proved
def account_factors_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the factors of somebody who lost the phone; with the reason in the history."""
    found = account(request.viewer, pk, "change")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            factors.reset_factors(pk, actor=request.viewer, reason=form.cleaned_data["reason"])
            return sheets.done(request, _("%(name)s的二次验证已清除") % {"name": found.person.name}, to=_back(pk))
        except Refused as refusal:
            form.refuse(refusal)
    lines = [
        _("%(name)s的验证器、通行密钥、备用码全部作废，已登录的设备退出") % {"name": found.person.name},
        _("先当面或打电话核对是本人；原因会记进变更记录"),
    ]
    return sheets.confirm(request, title=_("清除二次验证"), consequences=lines, submit=_("清除"), cancel=_back(pk), danger=True, form=form)


@page("account", "change", row="pk")
@require_POST
def account_sessions_end(request: HttpRequest, pk: int) -> HttpResponse:
    ended = sessions.end_sessions_of(pk, actor=request.viewer)
    return sheets.done(request, _("%(n)s 个登录已退出") % {"n": ended}, to=_back(pk))


@page("account", "change", row="pk")
@require_POST
def account_session_end(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    sessions.end_session(code, actor=request.viewer, account_id=pk)
    return sheets.done(request, _("已退出那台设备"), to=_back(pk))


@page("sign_in", "change")
@proved
def sign_in_rules(request: HttpRequest) -> HttpResponse:
    """The company's rules for getting in, with what each password profile means."""
    found = selectors.sign_in_rules()
    form = RulesForm(request.POST or None, viewer=request.viewer, initial={name: getattr(found, name) for name in (*CHANGEABLE, "version")})
    if request.method == "POST" and form.is_valid():
        try:
            save_sign_in_rules(actor=request.viewer, **form.cleaned_data)
            return sheets.done(request, _("登录设置已保存"), to=reverse("organisation:sign_in_rules"))
        except Refused as refusal:
            form.refuse(refusal)
    missing = [organisation_rules.ROLES[code] for code in ("administrator", "finance") if code not in found.required_roles]
    context = {
        "form": form,
        "rules": found,
        "kept": not found._state.adding,
        "profiles": rules.PROFILES,
        "missing": [_(name) for name in missing],
        "provider": selectors.provider(),
    }
    return render(request, "organisation/login/rules.html", context, status=form_status(form))


def _back(pk: int) -> str:
    return reverse("organisation:account_login", args=[pk])
