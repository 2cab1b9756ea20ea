"""What customers do when upper domains tell of facts (called from the table in `wiring/reactions.py`)."""

from collections.abc import Collection, Sequence
from typing import Any

from guike.customers.services.figures import follow_file_duties, refresh_figures
from guike.customers.services.key_dates import AGREEMENTS, refresh_key_dates
from guike.customers.services.lifecycle import advance_stages, take_back_stages
from guike.customers.services.proposals import ask_new_owner
from guike.engine import services as engine
from guike.engine.activities import services as timeline
from guike.platform import jobs
from guike.platform.access import SYSTEM

#: More customers than this are brought up to date by the worker.
AT_ONCE = 200
JUDGED_AT_ONCE = 50
#: So many where only few policies read what changed.
HANDED_AT_ONCE = 2000
#: Fields that no policy reads: changing them judges nobody.
UNJUDGED = frozenset({"phones", "note", "website", "short_name", "former_names", "social", "removed_at", "competitors"})


#: Fields from which important dates follow.
DATED = frozenset({"contacts", "certificates", "founded_on", "birthday", "birthday_lunar", "kind", "removed_at", *AGREEMENTS})


def _bring_up_to_date(customer_ids: Sequence[int]) -> None:
    if len(customer_ids) > AT_ONCE:
        jobs.start("customers.refresh", "更新客户数据", customer_ids=list(customer_ids))
        return
    refresh_figures(customer_ids)
    advance_stages(customer_ids, actor=SYSTEM)


def one_changed(event: Any) -> None:
    """An order, a return, a follow-up: the customer's figures follow at once, and its stage where the facts demand it."""
    _bring_up_to_date([event.customer_id])


def many_changed(event: Any) -> None:
    """An import: at once for a few, by the worker for many."""
    _bring_up_to_date(event.customer_ids)


def many_withdrawn(event: Any) -> None:
    """An import was undone: the figures follow, and a stage that only what is gone had demanded is what it was before."""
    if len(event.customer_ids) > AT_ONCE:
        jobs.start("customers.withdraw", "撤销导入后更新客户", customer_ids=list(event.customer_ids), since=event.since.isoformat())
        return
    refresh_figures(event.customer_ids)
    take_back_stages(event.customer_ids, since=event.since, actor=SYSTEM)


def file_duties_follow(event: Any) -> None:
    """New customers: what is missing in the files is their owners' to complete."""
    if len(event.customer_ids) > AT_ONCE:
        jobs.start("customers.refresh", "更新客户数据", customer_ids=list(event.customer_ids))
    else:
        follow_file_duties(event.customer_ids)


def owners_changed(event: Any) -> None:
    """Customers changed hands: what is missing in their files, and what colleagues proposed for them, is the new owner's."""
    file_duties_follow(event)
    if event.owner_id is not None:
        ask_new_owner(event.customer_ids)


def forget_removed(event: Any) -> None:
    """An import was undone (platform's RowsRemoved): the customers it had made are graded and owed nothing any more, its moves never were."""
    if event.model == "customers.Customer":
        engine.forget("customer", event.ids, actor=SYSTEM, reason="导入已撤销")
    elif event.model == "customers.LifecycleMove":
        timeline.retract("customers.lifecyclemove", event.ids)


def standings_changed(event: Any) -> None:
    """Grades moved: the lists show the new ones."""
    if event.subject_kind != "customer" or not event.is_primary:
        return
    if event.subject_ids is None:
        jobs.start("customers.refresh", "更新客户数据", customer_ids=None)
    else:
        refresh_figures(event.subject_ids)


def _judge(customer_ids: Sequence[int], reading: Collection[str] | None = None, at_once: int = JUDGED_AT_ONCE) -> None:
    """Let the policies judge some customers: at once for a few, by the worker for many (POL-04: on trigger).

    `reading`: only the policies that read these columns of the file.
    """
    if len(customer_ids) > at_once:
        jobs.start("engine.evaluate", "重新判定客户")
    else:
        engine.evaluate(subject_kind="customer", subject_ids=list(customer_ids), reading=reading, trigger="event", actor=SYSTEM)


def dates_follow(event: Any) -> None:
    """Customers came, were merged or parted: their coming days stand in the list."""
    if len(event.customer_ids) <= AT_ONCE:
        refresh_key_dates(event.customer_ids)
    else:
        jobs.start("customers.refresh", "更新客户数据", customer_ids=list(event.customer_ids))


def dates_of_changed(event: Any) -> None:
    """A birthday, a founding day, an agreement or a licence was written down or corrected."""
    if event.fields & DATED:
        refresh_key_dates([event.customer_id])


def judge_new(event: Any) -> None:
    """New customers are classified and graded at once."""
    _judge(event.customer_ids)


def judge_changed(event: Any) -> None:
    """The file changed: what policies read of it may decide otherwise now."""
    if event.fields - UNJUDGED:
        _judge([event.customer_id])


def judge_moved(event: Any) -> None:
    """Another stage of life may be another category."""
    _judge(event.customer_ids, reading=("stage", "stage_since"))


def judge_handed(event: Any) -> None:
    """Customers changed hands: who holds them, and since when, is judged at once (a claimed customer is in the pool no more)."""
    _judge(event.customer_ids, reading=("owner_id", "owner_since"), at_once=HANDED_AT_ONCE)
