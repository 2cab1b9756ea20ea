"""「我的登录」: one's second factors, open sessions, last log-ins."""

from __future__ import annotations

import qrcode
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from guike.organisation import rules as organisation_rules
from guike.organisation.login import rules, selectors
from guike.organisation.login.forms import AuthenticatorForm, PasskeyForm
from guike.organisation.login.services import factors, passkeys, sessions
from guike.organisation.login.views.second_step import answer_to, options_for
from guike.organisation.middleware import FACTOR_DUE
from guike.organisation.models.accounts import Account
from guike.organisation.selectors.company import company_name
from guike.organisation.sessions import digest
from guike.platform import clock, sealing
from guike.platform.access import signed_in
from guike.platform.errors import Refused
from guike.platform.proof import proved
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status

BEING_SET_UP = "authenticator"


def _account(request: HttpRequest) -> Account:
    return Account.objects.select_related("person").get(pk=request.viewer.account_id)


def _present(request: HttpRequest) -> str:
    return digest(request.session.session_key or "")


@signed_in
@never_cache
def my_login(request: HttpRequest) -> HttpResponse:
    """How one gets in, where one is in, and the last attempts."""
    account = _account(request)
    demand = selectors.demand_on(account, request.viewer)
    context = {
        "account": account,
        "factors": selectors.factors_of(account.pk),
        "demand": demand,
        "days_left": demand.days_left(clock.now()),
        "sessions": selectors.sessions_of(account.pk, _present(request)),
        "records": selectors.records_of(account.pk),
        "identity": selectors.identity_of(account.pk),
        "rules": selectors.sign_in_rules(),
    }
    return render(request, "organisation/login/mine.html", context)


@signed_in
@never_cache
def factor_setup(request: HttpRequest) -> HttpResponse:
    """Where somebody is led who may not go on without a second factor."""
    if FACTOR_DUE not in request.session or selectors.factors_of(request.viewer.account_id):
        request.session.pop(FACTOR_DUE, None)
        return redirect("organisation:my_login")
    return render(request, "organisation/login/setup.html", {"may_passkey": _may_passkey(request)})


@signed_in
@never_cache
@sensitive_post_parameters("code")
@proved
def authenticator(request: HttpRequest) -> HttpResponse:
    """An authenticator app: the secret as a QR code and in letters, kept once a code of it fits."""
    account = _account(request)
    secret = _new_secret(request)
    form = AuthenticatorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.add_authenticator(secret, form.cleaned_data["code"], actor=request.viewer)
            request.session.pop(BEING_SET_UP, None)
            return _set_up(request, codes, _("验证器已设好"))
        except Refused as refusal:
            form.refuse(refusal)
    name = company_name() or "贵客"
    path, side = qr_path(rules.key_uri(secret, account.login, name))
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    context = {"form": form, "path": path, "side": side, "secret": grouped, "forced": FACTOR_DUE in request.session, "name": name}
    return render(request, "organisation/login/authenticator.html", context, status=form_status(form))


def _new_secret(request: HttpRequest) -> str:
    """The secret that is being set up: the same until it is kept, so that a mistyped code does not ask to scan again."""
    kept = request.session.get(BEING_SET_UP, "")
    try:
        if kept:
            return sealing.unseal(kept)
    except sealing.Unreadable:
        pass
    secret = factors.new_secret()
    request.session[BEING_SET_UP] = sealing.seal(secret)
    return secret


def qr_path(text: str) -> tuple[str, int]:
    """A QR code as one SVG path with its side in modules, quiet zone included: no picture file, nothing inline that the policy blocks."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, on in enumerate(row) if on]
    return "".join(dark), len(matrix)


@signed_in
@never_cache
@proved
def passkey_make(request: HttpRequest) -> HttpResponse:
    """A passkey on this device, or on a key that is plugged in."""
    form = PasskeyForm(request.POST or None, initial={"name": organisation_rules.device_name(request.META.get("HTTP_USER_AGENT", ""))})
    if request.method == "POST" and form.is_valid():
        given = answer_to(request, "make")
        try:
            if given is None:
                raise Refused(_("通行密钥没有设好，再试一次"))
            codes = passkeys.add_passkey(*given, request.get_host(), form.cleaned_data["name"], actor=request.viewer)
            return _set_up(request, codes, _("通行密钥已设好"))
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "may": _may_passkey(request), "forced": FACTOR_DUE in request.session}
    return render(request, "organisation/login/passkey.html", context, status=form_status(form))


@signed_in
@require_POST
def passkey_make_options(request: HttpRequest) -> HttpResponse:
    """The challenge for a new passkey."""
    return options_for(request, passkeys.begin_making(_account(request), request.get_host()), "make")


def _may_passkey(request: HttpRequest) -> bool:
    """Browsers keep passkeys for named hosts under https only, and for localhost."""
    host = request.get_host().rsplit(":", 1)[0]
    return host == "localhost" or (request.is_secure() and not host.replace(".", "").isdigit() and not host.startswith("["))


def _set_up(request: HttpRequest, codes: list[str], message: str) -> HttpResponse:
    request.session.pop(FACTOR_DUE, None)
    if not codes:
        return sheets.done(request, message, to=reverse("organisation:my_login"), stay=False)
    return _codes(request, codes, message)


def _codes(request: HttpRequest, codes: list[str], message: str) -> HttpResponse:
    """The one time that recovery codes are shown."""
    response = render(request, "organisation/login/codes.html", {"codes": codes, "message": message})
    response.headers["Cache-Control"] = "no-store"
    return response


@signed_in
@never_cache
@proved
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes."""
    if request.method == "POST":
        return _codes(request, factors.new_recovery_codes(actor=request.viewer), _("新的备用码"))
    lines = [_("生成 10 个新的备用码，只显示一次"), _("原来的备用码全部作废")]
    return sheets.confirm(request, title=_("备用码"), consequences=lines, submit=_("生成"), cancel=reverse("organisation:my_login"))


@signed_in
@proved
def factor_remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take a factor away, after saying what that means."""
    found = selectors.factors_of(request.viewer.account_id)
    every = [*found.passkeys, *([found.authenticator] if found.authenticator else [])]
    if request.method == "POST":
        factors.remove_factor(number, actor=request.viewer)
        return sheets.done(request, _("已删除"), to=reverse("organisation:my_login"))
    lines = [_("登录时不能再用它")]
    if len(every) <= 1:
        lines.append(_("这是最后一项：备用码一起作废，以后登录只要密码"))
        if selectors.demand_on(_account(request), request.viewer).required:
            lines.append(_("角色要求二次验证，下次登录要重新设"))
    name = next((one.name for one in every if one.pk == number), "")
    return sheets.confirm(
        request,
        title=_("删除「%(name)s」") % {"name": name},
        consequences=lines,
        submit=_("删除"),
        cancel=reverse("organisation:my_login"),
        danger=True,
    )


@signed_in
@require_POST
def session_end(request: HttpRequest, code: str) -> HttpResponse:
    """End one of one's sessions."""
    sessions.end_session(code, actor=request.viewer)
    return sheets.done(request, _("已退出那台设备"), to=reverse("organisation:my_login"))


@signed_in
@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End all but this one."""
    ended = sessions.end_other_sessions(_present(request), actor=request.viewer)
    messages.success(request, _("其它 %(n)s 个登录已退出") % {"n": ended} if ended else _("没有其它登录"))
    return redirect("organisation:my_login")
