"""A new password by a link, and asking for one by mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from guike.organisation.login import selectors
from guike.organisation.login.forms import ForgotForm, NewPasswordForm
from guike.organisation.login.services import links
from guike.organisation.login.views.entering import where_from
from guike.platform.access import public
from guike.platform.errors import Refused
from guike.platform.ui.sheets import form_status


@public
@never_cache
@sensitive_post_parameters()
def reset_link(request: HttpRequest, token: str) -> HttpResponse:
    """A new password for whoever was given the link. It lets nobody in: the door asks for the password and the second factor."""
    account = links.account_of_link(token)
    if account is None:
        return render(request, "organisation/login/dead_link.html", {"may_ask": links.may_ask()}, status=410)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            links.use_reset_link(token, form.cleaned_data["new_password"])
            messages.success(request, _("密码已改，用新密码登录"))
            return redirect("organisation:login")
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "account": account, "profile": selectors.profile()}
    response = render(request, "organisation/login/new_password.html", context, status=form_status(form))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@public
@never_cache
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail. The answer is the same whoever asked: it tells nobody which logins there are."""
    form = ForgotForm(request.POST or None)
    asked = request.method == "POST" and form.is_valid()
    if asked:
        links.ask_for_reset(form.cleaned_data["login"], address=where_from(request)["address"])
    context = {"form": form, "asked": asked, "may_ask": links.may_ask()}
    return render(request, "organisation/login/forgot.html", context, status=form_status(form))
