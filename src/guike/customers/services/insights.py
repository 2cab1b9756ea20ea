"""Needs, preferences and rivals at a customer (CUS-11)."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

from guike.customers.events import CustomerChanged
from guike.customers.models import Competitor, Customer, Need
from guike.customers.services import cleaning
from guike.customers.services.doors import changeable
from guike.customers.services.figures import refresh_completeness
from guike.platform import events
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb

NEED = frozenset({"kind", "text", "budget", "price_sensitivity", "wanted_on", "state"})
COMPETITOR = frozenset({"name", "product", "price", "share", "strengths", "weaknesses", "opinion", "tactics"})


def _checked(model: type[models.Model], values: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    cleaning.require_known(values, known)
    cleaned = cleaning.texts(model, values)
    for name in ("budget", "price"):
        if cleaned.get(name) is not None and cleaned[name] < 0:
            raise Refused(_("金额不能是负数"), field=name)
    if cleaned.get("share") is not None and not 0 <= cleaned["share"] <= 100:
        raise Refused(_("占比在 0～100 之间"), field="share")
    return cleaned


def _belonging(model: type[models.Model], customer: Customer, pk: int) -> Any:
    found = model._default_manager.filter(customer=customer, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _after(customer: Customer, what: str) -> None:
    refresh_completeness([customer.pk])
    events.emit(CustomerChanged(customer.pk, frozenset({what})))


def _save(instance: Any, cleaned: Mapping[str, Any], required: str, what: str) -> Any:
    for name, value in cleaned.items():
        setattr(instance, name, value)
    if not getattr(instance, required):
        label = instance._meta.get_field(required).verbose_name
        raise Refused(_("%(label)s要填") % {"label": label}, field=required)
    instance.save()
    _after(instance.customer, what)
    return instance


@verb("customers.add_need")
def add_need(customer_id: int, values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> Need:
    """Note a need, pain, preference or special request."""
    customer = changeable(actor, customer_id)
    return _save(Need(customer=customer, noted_by_id=actor.person_id), _checked(Need, values, NEED), "text", "needs")


@verb("customers.change_need")
def change_need(customer_id: int, need_id: int, values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> Need:
    """Correct a need or say that it was met or dropped."""
    need = _belonging(Need, changeable(actor, customer_id), need_id)
    return _save(need, _checked(Need, values, NEED), "text", "needs")


@verb("customers.remove_need")
def remove_need(customer_id: int, need_id: int, *, actor: Viewer, reason: str = "") -> None:
    """Delete what was noted by mistake; its history stays."""
    customer = changeable(actor, customer_id)
    _belonging(Need, customer, need_id).delete()
    _after(customer, "needs")


@verb("customers.add_competitor")
def add_competitor(customer_id: int, values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> Competitor:
    """Note a rival in the account."""
    customer = changeable(actor, customer_id)
    rival = Competitor(customer=customer, noted_by_id=actor.person_id)
    return _save(rival, _checked(Competitor, values, COMPETITOR), "name", "competitors")


@verb("customers.change_competitor")
def change_competitor(customer_id: int, competitor_id: int, values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> Competitor:
    """Correct what is known of a rival."""
    rival = _belonging(Competitor, changeable(actor, customer_id), competitor_id)
    return _save(rival, _checked(Competitor, values, COMPETITOR), "name", "competitors")


@verb("customers.remove_competitor")
def remove_competitor(customer_id: int, competitor_id: int, *, actor: Viewer, reason: str = "") -> None:
    """Delete a rival noted by mistake; its history stays."""
    customer = changeable(actor, customer_id)
    _belonging(Competitor, customer, competitor_id).delete()
    _after(customer, "competitors")
