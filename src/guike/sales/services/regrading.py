"""Purchases changed: the policies that judge them run again (POL-04: on trigger)."""

from typing import Any

from django.utils.translation import gettext as _

from guike.engine import services as engine
from guike.platform import jobs
from guike.platform.access import SYSTEM

#: More customers than this are judged by the worker.
AT_ONCE = 50


def one_changed(event: Any) -> None:
    """An order, its cancellation or a return: the customer is judged again at once."""
    engine.evaluate(subject_kind="customer", subject_ids=[event.customer_id], trigger="event", actor=SYSTEM)


def many_changed(event: Any) -> None:
    """A file of orders: at once for a few customers, by the worker for many."""
    if len(event.customer_ids) > AT_ONCE:
        jobs.start("engine.evaluate", _("导入订单后重新判定"))
    else:
        engine.evaluate(subject_kind="customer", subject_ids=list(event.customer_ids), trigger="event", actor=SYSTEM)
