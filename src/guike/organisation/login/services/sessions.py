"""Open sessions ended: one's own one by one, all others, everything of somebody else (PLT-01)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guike.organisation.login.models import Session
from guike.platform import clock
from guike.platform.access import Viewer, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb


@verb("organisation.end_session")
def end_session(number: str, *, actor: Viewer, account_id: int | None = None) -> None:
    """End one session: one's own, or an account's for whoever keeps accounts. `number` is the start of its hash."""
    owner: Any = actor.account_id if account_id is None else row(actor, "account", account_id, "change").pk
    found = Session.objects.filter(account_id=owner, session_key__startswith=number) if len(number) == 16 else Session.objects.none()
    if not found.delete()[0]:
        raise Refused(_("这个登录已经退出"))


@verb("organisation.end_other_sessions")
def end_other_sessions(present: str, *, actor: Viewer) -> int:
    """End all sessions of the actor but the present one (its hash). Returns how many."""
    mine: Any = actor.account_id
    return int(Session.objects.filter(account_id=mine).exclude(session_key=present).delete()[0])


@verb("organisation.end_sessions_of")
def end_sessions_of(account_id: int, *, actor: Viewer, reason: str = "") -> int:
    """Sign an account out everywhere, for whoever keeps accounts. Returns how many sessions ended."""
    account = row(actor, "account", account_id, "change", lock=True)
    account.session_epoch += 1
    account.save(update_fields=["session_epoch"])
    return int(Session.objects.filter(account=account).delete()[0])


def forget_old_sessions() -> int:
    """Rows of sessions long over, taken out every night."""
    return int(Session.objects.filter(expire_date__lt=clock.now()).delete()[0])
