"""The second step at the door, passkeys in place of a password, and the question asked again before something weighty."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from guike.organisation import services
from guike.organisation.login import selectors
from guike.organisation.login.forms import CodeForm, ProofForm, RecoveryForm
from guike.organisation.login.services import factors, passkeys
from guike.organisation.login.views.entering import enter, half_way, where_from
from guike.organisation.models.accounts import Account
from guike.platform.access import public, signed_in
from guike.platform.ui.sheets import form_status, safe_next

ASKED = "asked"


def options_for(request: HttpRequest, made: tuple[dict[str, Any], dict[str, Any]], purpose: str) -> JsonResponse:
    """A challenge for the browser; what it was for stays in the session and is used once."""
    options, state = made
    request.session[ASKED] = {"purpose": purpose, "state": state}
    return JsonResponse(options)


def answer_to(request: HttpRequest, purpose: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """(the browser's answer, the state of its challenge); None without a challenge for this purpose or with something unreadable."""
    asked = request.session.pop(ASKED, None)
    try:
        answer = json.loads(request.POST.get("credential", ""))
    except ValueError:
        return None
    return (answer, asked["state"]) if asked and asked["purpose"] == purpose and isinstance(answer, dict) else None


@public
@never_cache
@sensitive_post_parameters("code")
def login_factor(request: HttpRequest) -> HttpResponse:
    """The second step: a code, a recovery code or a passkey."""
    found = half_way(request)
    if found is None:
        return redirect("organisation:login")
    account, kept = found
    form = _code_form(request)
    if request.method == "POST" and form.is_valid():
        attempt = services.second_step(account.pk, _proof(request, form, "second", account), **where_from(request))
        if attempt.account is not None:
            return enter(request, attempt, kept["next"])
        form.add_error(None, attempt.message)
    context = {"form": form, "account": account, "factors": selectors.factors_of(account.pk), "recovery": request.GET.get("with") == "code"}
    return render(request, "organisation/login/factor.html", context, status=form_status(form))


@public
@require_POST
def login_factor_options(request: HttpRequest) -> HttpResponse:
    """The challenge for a passkey as second factor."""
    found = half_way(request)
    if found is None:
        return JsonResponse({"error": _("等得太久，重新登录")}, status=409)
    return options_for(request, passkeys.begin_using(request.get_host(), found[0]), "second")


@public
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """The challenge for a passkey in place of login and password."""
    return options_for(request, passkeys.begin_using(request.get_host()), "alone")


@public
@never_cache
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """In by a passkey alone: the device checked its owner, so it is both factors."""
    given = answer_to(request, "alone")
    account = passkeys.account_of(*given, request.get_host()) if given else None
    target = safe_next(request, "/")
    if account is None:
        message = _("这个通行密钥在这里没有登记，用密码登录")
    else:
        attempt = services.enter_by(account, "passkey", **where_from(request))
        if attempt.account is not None:
            return enter(request, attempt, target)
        message = attempt.message
    from guike.organisation.views.signing_in import door

    return door(request, message)


@signed_in
@never_cache
@sensitive_post_parameters("code")
def prove(request: HttpRequest) -> HttpResponse:
    """Who one is, asked again: by a factor, else by the password. Counts for fifteen minutes."""
    account = Account.objects.select_related("person").get(pk=request.viewer.account_id)
    known = selectors.factors_of(account.pk)
    form: Any = _code_form(request) if known else ProofForm(request.POST or None)
    target = safe_next(request, "/")
    if request.method == "POST" and form.is_valid():
        if known:
            attempt = services.prove_again(account.pk, _proof(request, form, "prove", account), **where_from(request))
        else:
            attempt = services.confirm_password(account.pk, form.cleaned_data["password"], **where_from(request))
        if attempt.account is not None:
            request.session.prove()  # type: ignore[attr-defined]
            return redirect(target)
        form.add_error(None, attempt.message)
    context = {"form": form, "factors": known, "next": target, "recovery": request.GET.get("with") == "code"}
    return render(request, "organisation/login/prove.html", context, status=form_status(form))


@signed_in
@require_POST
def prove_options(request: HttpRequest) -> HttpResponse:
    """The challenge for a passkey that proves who one is."""
    account = Account.objects.select_related("person").get(pk=request.viewer.account_id)
    return options_for(request, passkeys.begin_using(request.get_host(), account), "prove")


def _code_form(request: HttpRequest) -> CodeForm:
    return (RecoveryForm if request.GET.get("with") == "code" else CodeForm)(request.POST or None)


def _proof(request: HttpRequest, form: CodeForm, purpose: str, owner: Account) -> Any:
    """How the second factor is tried inside the counted attempt."""
    if not request.POST.get("credential"):
        return lambda account: factors.code_fits(account, form.cleaned_data["code"])
    given = answer_to(request, purpose)
    return lambda account: "key" if given and passkeys.account_of(*given, request.get_host(), owner) else ""
