"""What automations may hear of contact with customers (PLT-13)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from guike.contact import rules
from guike.contact.events import FollowUpLogged
from guike.contact.models import FollowUp
from guike.engine.automations import registry
from guike.engine.automations.registry import Occasion, Param, Params, Trigger


def _found(params: Params) -> QuerySet[FollowUp]:
    found = FollowUp.objects.filter(voided_at=None).order_by("pk")
    return found.filter(method=params["method"]) if params.get("method") else found


def _logged(event: Any, params: Params) -> Iterable[Occasion]:
    """Once a follow-up, however often it is corrected; a voided one does nothing."""
    found = _found(params).filter(pk=event.follow_up_id)
    return [Occasion(event.customer_id, f"follow_up:{event.follow_up_id}")] if found.exists() else []


def _since(params: Params, since: date, rows: QuerySet) -> Iterable[tuple[int, date]]:
    return _found(params).filter(happened_on__gte=since).values_list("customer_id", "happened_on")


registry.register_trigger(
    Trigger(
        "contact.logged",
        gettext_lazy("记了跟进"),
        "customer",
        FollowUpLogged,
        _logged,
        past=_since,
        asks=(Param("method", gettext_lazy("方式"), "choice", rules.SHORT.items, required=False),),
    )
)
