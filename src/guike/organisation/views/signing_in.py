"""In and out, and one's own password."""

from __future__ import annotations

from django.contrib.auth import logout as end_session
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from guike.organisation import registry, selectors, services
from guike.organisation.forms import PasswordForm, SignInForm
from guike.organisation.login import selectors as login_selectors
from guike.organisation.login.services import links
from guike.organisation.login.views.entering import enter, wait_half_way, where_from
from guike.platform.access import public, signed_in
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status, safe_next


@public
@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """The door. Somebody inside already goes on to their page."""
    if request.viewer.account_id:
        return redirect(safe_next(request, "/"))
    form = SignInForm(request.POST or None)
    target = safe_next(request, "/")
    if form.is_valid():
        attempt = services.sign_in(form.cleaned_data["login"], form.cleaned_data["password"], **where_from(request))
        if attempt.account is not None:
            return wait_half_way(request, attempt.account, target) if attempt.half else enter(request, attempt, target)
        form.add_error(None, attempt.message)
    return _shown(request, form)


def door(request: HttpRequest, message: str) -> HttpResponse:
    """The door with a sentence why another way in did not work."""
    form = SignInForm({"login": "", "password": ""})
    form.errors.clear()
    form.add_error(None, message)
    return _shown(request, form)


def _shown(request: HttpRequest, form: SignInForm) -> HttpResponse:
    context = {
        "form": form,
        "next": safe_next(request, "/"),
        "company": selectors.company_name(),
        "offers": registry.offers(),
        "provider": login_selectors.active_provider(),
        "may_ask": links.may_ask(),
    }
    return render(request, "organisation/login.html", context, status=form_status(form))


@signed_in
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    services.note_sign_out(request.viewer.account_id, **where_from(request))
    end_session(request)
    return redirect("organisation:login")


@signed_in
@never_cache
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """One's own password; the only page open to somebody who still has to choose one."""
    forced = request.user.must_change_password  # type: ignore[union-attr]
    form = PasswordForm(request.POST or None, viewer=request.viewer)
    if form.is_valid():
        try:
            account = services.change_own_password(
                form.cleaned_data["old_password"], form.cleaned_data["new_password"], actor=request.viewer
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            update_session_auth_hash(request, account)
            landing = registry.landing_for(request.viewer) if forced else None
            return sheets.done(
                request, _("密码已改，其它设备上的登录已退出"), to=landing or ("/" if forced else reverse("organisation:me"))
            )
    template = "organisation/password_forced.html" if forced else "organisation/password.html"
    context = {"form": form, "profile": login_selectors.profile(), "own": request.user.password_changed_at != request.user.created_at}  # type: ignore[union-attr]
    return render(request, template, context, status=form_status(form))
