"""What customers do when upper domains tell of facts (called from the table in `wiring/reactions.py`)."""

from collections.abc import Sequence
from typing import Any

from guike.customers.services.figures import refresh_figures
from guike.customers.services.lifecycle import advance_stages
from guike.platform import jobs
from guike.platform.access import SYSTEM

#: More customers than this are brought up to date by the worker.
AT_ONCE = 200


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


def standings_changed(event: Any) -> None:
    """Grades moved: the lists show the new ones."""
    if event.subject_kind != "customer" or not event.is_primary:
        return
    if event.subject_ids is None:
        jobs.start("customers.refresh", "更新客户数据", customer_ids=None)
    else:
        refresh_figures(event.subject_ids)
