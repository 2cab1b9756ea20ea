"""Exceptions from the rules of the pool, as pages tell of them (CUS-06, PLT-05)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from guike.customers.models import Customer, PoolException
from guike.engine import selectors as engine
from guike.engine.approvals import selectors as requests
from guike.engine.policies.holding import RELEASED
from guike.platform import clock
from guike.platform.access import Viewer, row, rows
from guike.platform.ui import formats

#: So long a decision stays on the customer's page.
TOLD_DAYS = 30


@dataclass(frozen=True)
class Told:
    """The newest exception asked for: what became of it in words, its card for who may see it, whether it still waits."""

    words: str
    href: str
    waiting: bool


def exception_of(viewer: Viewer, customer_id: int) -> Told | None:
    """What is to be said of exceptions for a customer that the caller has authorised; None long after the last. One query, two where there is one."""
    found = requests.of_subjects("pool_exception", "customer", [customer_id]).select_related("requested_by")
    one = found.order_by("-pk").first()
    if one is None or not (one.open or _recent(one)):
        return None
    seen = rows(viewer, "approval").filter(pk=one.pk).exists()
    return Told(_words(one), one.get_absolute_url() if seen else "", one.open)


def _recent(one: Any) -> bool:
    if one.state == "approved":
        return date.fromisoformat(one.payload["until"]) >= clock.today()
    return one.closed_at is not None and clock.local(one.closed_at).date() >= clock.today() - timedelta(days=TOLD_DAYS)


def _words(one: Any) -> str:
    until = formats.short_day(date.fromisoformat(one.payload["until"]))
    names = {"who": one.requested_by or "—", "day": until, "state": one.get_state_display(), "reason": one.reason, "why": one.closed_reason}
    if one.open:
        return _("%(who)s 申请到 %(day)s 不进公海，%(state)s：%(reason)s") % names
    if one.state == "approved":
        return _approved_words(one, names)
    return _("%(who)s 申请的例外%(state)s：%(why)s") % names if one.closed_reason else _("%(who)s 申请的例外%(state)s") % names


def _approved_words(one: Any, names: dict) -> str:
    ended = PoolException.objects.filter(approval=one, ended_on__isnull=False).values_list("ended_reason", flat=True).first()
    if ended:
        return _("%(who)s 获准的例外提前结束：%(ended)s") % {**names, "ended": ended}
    return _("获准 %(day)s 之前不进公海：%(reason)s") % names


def keepable(viewer: Viewer, customer_id: int) -> Customer:
    """The customer, for who may ask that it stay."""
    found: Customer = row(viewer, "customer", customer_id, "keep")
    return found


def going_words(customer: Customer) -> list[str]:
    """「90 天未跟进，还有 4 天进公海（《…》第十六条，第 1 版）」 by each holding policy that says so today."""
    lines = []
    for one in engine.holding_positions(clock.today(), [customer.pk]):
        left = max(one.remaining.days, 0) if one.remaining and one.outcome != RELEASED else 0
        why = one.remaining.words if one.remaining else _("人工调整")
        when = _("还有 %(n)d 天到期") % {"n": left} if left else _("已到期，提醒期满就进公海")
        lines.append(_("%(why)s，%(when)s（%(clause)s）") % {"why": why, "when": when, "clause": one.clause.words})
    return lines
