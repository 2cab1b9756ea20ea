"""What every way in has in common: the session begun, what is still to be done first, the half-way house of the second factor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import login as start_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from guike.organisation import registry
from guike.organisation.login import rules, selectors
from guike.organisation.middleware import FACTOR_DUE
from guike.organisation.models.accounts import Account
from guike.organisation.selectors.viewers import viewer_for
from guike.organisation.services.signing_in import SignIn
from guike.platform import clock

BACKEND = "guike.organisation.backend.AccountBackend"
HALF = "half"
HALF_LIVES = timedelta(minutes=10)


def where_from(request: HttpRequest) -> dict[str, str]:
    """Address and device of a request, as the login record keeps them."""
    return {"address": request.META.get("REMOTE_ADDR", ""), "device": request.META.get("HTTP_USER_AGENT", "")[:200]}


def enter(request: HttpRequest, attempt: SignIn, target: str) -> HttpResponse:
    """Begin the session under a new key, and go on to where the login is led first, else to `target`."""
    account = attempt.account
    if account is None:
        raise ValueError("nobody to let in")
    start_session(request, account, backend=BACKEND)
    for left in (HALF, "asked", "oidc"):
        request.session.pop(left, None)
    told = selectors.sign_in_rules()
    request.session.prove()  # type: ignore[attr-defined]
    viewer = viewer_for(account)
    _ask_for_factor(request, account, attempt.way, selectors.demand_on(account, viewer))
    request.session.opened(**where_from(request), idle_minutes=told.idle_minutes, longest_hours=told.longest_hours)  # type: ignore[attr-defined]
    return redirect(registry.landing_for(viewer) or target)


def _ask_for_factor(request: HttpRequest, account: Account, way: str, demand: rules.Demand) -> None:
    """Whose role needs a second factor and who has none sets one up: now, or within the time of grace."""
    if not demand.required or way not in ("password", "oidc") or selectors.factors_of(account.pk):
        return
    if way == "oidc" and (found := selectors.provider()) and found.checks_factor:
        return
    now = clock.now()
    if demand.due(now):
        request.session[FACTOR_DUE] = True
    else:
        messages.warning(request, _("%(n)s 天内要设二次验证，在「我的登录」里设") % {"n": demand.days_left(now)})


def wait_half_way(request: HttpRequest, account: Account, target: str, way: str = "password") -> HttpResponse:
    """The first step is done: remember it for ten minutes under a new key, and ask for the second factor."""
    request.session.cycle_key()
    request.session[HALF] = {
        "account": account.pk,
        "at": clock.now().isoformat(),
        "next": target,
        "way": way,
        "hash": account.get_session_auth_hash(),
    }
    return redirect("organisation:login_factor")


def half_way(request: HttpRequest) -> tuple[Account, dict[str, Any]] | None:
    """Who is waiting at the second step; None when nobody is, it took too long, or the password changed meanwhile."""
    kept = request.session.get(HALF)
    if not kept:
        return None
    account = Account.objects.select_related("person").filter(pk=kept["account"]).first()
    late = clock.now() - datetime.fromisoformat(kept["at"]) > HALF_LIVES
    if late or account is None or account.get_session_auth_hash() != kept["hash"]:
        request.session.pop(HALF)
        return None
    return account, kept
