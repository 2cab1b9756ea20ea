"""Keeping what is due in line when grades, owners, customers or the day change (ACT-02). Called by reactions and jobs."""

from collections.abc import Sequence
from datetime import date

from guike.customers import services as customers
from guike.engine import selectors as engine
from guike.engine.activities import services as timeline
from guike.engine.obligations import escalation
from guike.engine.obligations import services as obligations
from guike.engine.obligations.alerts import refresh_alerts
from guike.engine.obligations.asked import alert_tasks
from guike.engine.obligations.refresh import Refreshed, refresh
from guike.platform import access, clock, jobs
from guike.platform.access import SYSTEM, Viewer
from guike.platform.verbs import verb

#: Up to so many customers are brought in line in the writer's own transaction; more become a job.
AT_ONCE = 500


@verb("contact.refresh_cadences", savepoint=False)
def refresh_cadences(customer_ids: Sequence[int] | None = None, *, actor: Viewer, on: date | None = None) -> Refreshed:
    """Bring contacts due and alert tasks of some customers, or of all, in line with standings, policies, owners and contacts; then their figures."""
    day = on or clock.today()
    with engine.rules_read_once():
        requirements, tasks = engine.cadence_requirements(day), alert_tasks(day)
    done = refresh("customer", requirements=requirements, subject_ids=customer_ids, on=day)
    refresh_alerts("customer", tasks=tasks, subject_ids=customer_ids, on=day)
    customers.refresh_figures(customer_ids)
    return done


def refresh_after_standings(event: object) -> None:
    """Grades changed (engine's StandingsChanged): what is due moves with them, from that day."""
    if event.subject_kind != "customer":  # type: ignore[attr-defined]
        return
    ids = event.subject_ids  # type: ignore[attr-defined]
    _soon(None if ids is None else list(ids))


def refresh_after_policy(event: object) -> None:
    """A cadence took effect or its version changed (engine's PolicyTookEffect): everybody's due days are reckoned anew."""
    if event.kind in ("cadence", "alert", "entitlement") and event.subject_kind == "customer":  # type: ignore[attr-defined]
        _soon(None)


def refresh_many(event: object) -> None:
    """Customers or follow-ups came in by import: their cadences begin."""
    _soon(list(event.customer_ids))  # type: ignore[attr-defined]


def _soon(customer_ids: list[int] | None) -> None:
    if customer_ids is not None and len(customer_ids) <= AT_ONCE:
        if customer_ids:
            refresh_cadences(customer_ids, actor=SYSTEM)
        return
    jobs.start("contact.refresh", "更新联系频次", customer_ids=customer_ids)


def follow_new_owner(event: object) -> None:
    """Customers changed hands (OwnersChanged): what the old owner owed for them goes along."""
    ids, owner_id = list(event.customer_ids), event.owner_id  # type: ignore[attr-defined]
    departments = access.rows(SYSTEM, "customer").filter(pk__in=ids).values_list("department_id", flat=True).order_by().distinct()
    for department_id in list(departments) or [None]:
        mine = access.rows(SYSTEM, "customer").filter(pk__in=ids, department_id=department_id).values_list("pk", flat=True)
        obligations.follow_owner("customer", list(mine), person_id=owner_id, department_id=department_id, actor=SYSTEM)
    _soon(ids)


def withdraw_for_removed(event: object) -> None:
    """A customer was taken out of use (CustomerChanged names `removed_at`): nothing is due with it any more."""
    if "removed_at" in event.fields:  # type: ignore[attr-defined]
        obligations.withdraw_of("customer", [event.customer_id], actor=SYSTEM, reason="客户已停用")  # type: ignore[attr-defined]


def forget_removed(event: object) -> None:
    """An import was undone (platform's RowsRemoved): its follow-ups leave the timeline, and what arose from them is withdrawn."""
    if event.model != "contact.FollowUp":  # type: ignore[attr-defined]
        return
    for activity_id in timeline.retract("follow_up", event.ids):  # type: ignore[attr-defined]
        obligations.withdraw_arisen(activity_id, kinds=["next_step", "promise"], actor=SYSTEM, reason="导入已撤销")


def turn_the_day() -> None:
    """The business day turns: cadences in line, what was put off woken, what is late escalated."""
    refresh_cadences(actor=SYSTEM)
    obligations.wake_due(actor=SYSTEM)
    escalation.relax(actor=SYSTEM)
    escalation.escalate(actor=SYSTEM)
