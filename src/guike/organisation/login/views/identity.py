"""In by the company's own identity provider, and the page on which it is set up."""

from __future__ import annotations

import logging
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from guike.organisation import services
from guike.organisation.login import selectors
from guike.organisation.login.forms import ProviderForm
from guike.organisation.login.models import IdentityProvider
from guike.organisation.login.services import oidc
from guike.organisation.login.services.provider import CHANGEABLE, account_of_claims, save_provider, try_provider, unbind_identity
from guike.organisation.login.views.entering import enter, wait_half_way, where_from
from guike.platform.access import page, public
from guike.platform.errors import Refused
from guike.platform.proof import proved
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status, safe_next

logger = logging.getLogger(__name__)
KEPT = "oidc"


def _refused(request: HttpRequest, message: str) -> HttpResponse:
    from guike.organisation.views.signing_in import door

    return door(request, message)


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("organisation:oidc_back"))


@public
@never_cache
@require_GET
def oidc_go(request: HttpRequest) -> HttpResponse:
    """Off to the provider."""
    found = selectors.active_provider()
    if found is None:
        return redirect("organisation:login")
    try:
        address, way = oidc.begin(found, _back(request), safe_next(request, "/"))
    except oidc.Untrusted as error:
        logger.warning("identity provider: %s", error)
        return _refused(request, _("公司账号现在用不了，用密码登录或找管理员"))
    request.session[KEPT] = asdict(way)
    return redirect(address)


@public
@never_cache
@require_GET
def oidc_back(request: HttpRequest) -> HttpResponse:
    """Back from the provider. What was kept for the way is used up by the first answer, whatever it says."""
    found = selectors.active_provider()
    kept = request.session.pop(KEPT, None)
    if found is None or kept is None:
        return _refused(request, _("登录没有完成，再来一次"))
    way = oidc.Way(**kept)
    try:
        claims = oidc.finish(found, way, _back(request), request.GET.dict())
    except oidc.Untrusted as error:
        logger.warning("identity provider: %s", error)
        return _refused(request, _("公司账号的回答不能信任，再来一次；还不行就找管理员"))
    try:
        account = account_of_claims(found, claims)
    except Refused as refusal:
        services.note_refusal(str(claims.get(found.claim) or claims["sub"]), **where_from(request))
        return _refused(request, refusal.message)
    if not found.checks_factor and account.may_enter and selectors.factors_of(account.pk):
        services.half_way(account, "oidc", **where_from(request))
        return wait_half_way(request, account, way.target, "oidc")
    attempt = services.enter_by(account, "oidc", **where_from(request))
    return enter(request, attempt, way.target) if attempt.account else _refused(request, attempt.message)


@page("sign_in", "change")
@sensitive_post_parameters("client_secret")
@proved
def provider(request: HttpRequest) -> HttpResponse:
    """Where the company's people are known, and how they are told apart."""
    found = selectors.provider()
    shown = {name: getattr(found or IdentityProvider(), name) for name in (*CHANGEABLE, "version")}
    form = ProviderForm(request.POST or None, viewer=request.viewer, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            save_provider(actor=request.viewer, **form.cleaned_data)
            return sheets.done(request, _("公司账号登录已保存"), to=reverse("organisation:provider"))
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "provider": found, "back": _back(request)}
    return render(request, "organisation/login/provider.html", context, status=form_status(form))


@page("sign_in", "change")
@require_POST
def provider_try(request: HttpRequest) -> HttpResponse:
    """Ask the provider who it is."""
    found = try_provider(actor=request.viewer)
    return sheets.done(request, _("连得上，会去 %(address)s") % {"address": found}, to=reverse("organisation:provider"))


@page("account", "change", row="pk")
@require_POST
def account_unbind(request: HttpRequest, pk: int) -> HttpResponse:
    unbind_identity(pk, actor=request.viewer)
    return sheets.done(request, _("已解绑，下次用公司账号登录时重新绑定"), to=reverse("organisation:account_login", args=[pk]))
