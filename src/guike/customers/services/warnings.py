"""Owners are warned before a customer goes to the public pool, and left in peace as soon as they acted (CUS-06)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.customers import rules
from guike.customers.models import Customer
from guike.engine import selectors as engine
from guike.engine.obligations import registry
from guike.engine.obligations.services import Due
from guike.engine.obligations.warnings import bring_in_line, warned_since
from guike.engine.policies.holding import RELEASED
from guike.platform import clock
from guike.platform.access import SYSTEM, Viewer

KIND = "holding"
registry.register_kind(
    registry.Kind(
        KIND,
        gettext_lazy("将进公海"),
        gettext_lazy("记跟进"),
        "hourglass",
        ahead=True,
        link="/contact/log/{subject_id}/",
        second=gettext_lazy("申请例外"),
        second_link="/customers/{subject_id}/exception/",
    )
)


@dataclass(frozen=True)
class Judged:
    """A customer near or over its limit: whose it is, what the policy says, what is to become of it."""

    customer_id: int
    owner_id: int
    department_id: int | None
    position: engine.Position
    going: rules.Going

    @property
    def words(self) -> str:
        """「90 天未跟进」; set by hand: 「人工调整」"""
        remaining = self.position.remaining
        return remaining.words if remaining and self.position.outcome != "" else _("人工调整")


def judge(day: date, ids: Sequence[int] | None = None) -> list[Judged]:
    """Everybody near or over a limit on a day, the nearest day of several policies. A query a policy and two more."""
    positions: dict[int, engine.Position] = {}
    for one in engine.holding_positions(day, ids):
        present = positions.get(one.subject_id)
        if present is None or _left(one) < _left(present):
            positions[one.subject_id] = one
    warned = warned_since(KIND, "customer", ids)
    held = Customer.objects.filter(owner__isnull=False)
    held = held.filter(pk__in=list(positions)) if len(positions) < 10_000 else held
    owners: Mapping[int, Any] = {pk: rest for pk, *rest in held.values_list("pk", "owner_id", "department_id")}
    return [_judged(positions[pk], owners[pk], warned.get(pk), day) for pk in sorted(positions) if pk in owners]


def _left(position: engine.Position) -> int:
    if position.outcome == RELEASED:
        return 0
    return position.remaining.days if position.remaining else 0


def _judged(position: engine.Position, owner: Any, warned_on: date | None, day: date) -> Judged:
    going = rules.going(_left(position), position.clause.content.warn_days, warned_on, day)
    return Judged(position.subject_id, owner[0], owner[1], position, going)


def _due(one: Judged, day: date) -> Due:
    days = (one.going.on - day).days
    when = _("明天") if days == 1 else _("今天") if days <= 0 else _("%(n)d 天后") % {"n": days}
    return Due(
        kind=KIND,
        subject_kind="customer",
        subject_id=one.customer_id,
        title=_("%(when)s进公海：%(why)s") % {"when": when, "why": one.words},
        reason=one.position.clause.words,
        clause=one.position.clause.clause[:60],
        due_on=max(one.going.on - timedelta(days=1), day),
        assignee_id=one.owner_id,
        as_owner=True,
        department_id=one.department_id,
        policy_id=one.position.clause.policy_id,
        policy_version_id=one.position.clause.version_id,
        outcome=one.position.outcome,
    )


def refresh(judged: Sequence[Judged], day: date, *, actor: Viewer = SYSTEM, ids: Sequence[int] | None = None, answered: str = "") -> tuple[int, int]:
    """Warn who is to be warned, close what was answered (by what: `answered`). Returns (new warnings, closed)."""
    dues = [_due(one, day) for one in judged if not one.going.now]
    return bring_in_line(KIND, "customer", dues, actor=actor, answered=answered or _("已跟进或成交，不再进公海"), subject_ids=ids)


def close(customer_ids: Sequence[int], *, actor: Viewer) -> None:
    """The owner changed: the new one starts anew."""
    if warned_since(KIND, "customer", customer_ids):
        bring_in_line(KIND, "customer", [], actor=actor, answered=_("负责人已换"), subject_ids=list(customer_ids))


def answered(event: Any) -> None:
    """A follow-up or an order (contact's and sales' events): a warning that it answers is closed at once."""
    ids = [event.customer_id]
    if warned_since(KIND, "customer", ids):
        refresh(judge(clock.today(), ids), clock.today(), ids=ids)


def policy_changed(event: Any) -> None:
    """Another version holds (engine's PolicyTookEffect): warnings follow it the same day, releases wait for the night."""
    if event.kind in ("holding", "entitlement") and event.subject_kind == "customer":
        refresh(judge(clock.today()), clock.today())
