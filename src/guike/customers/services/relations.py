"""Relations between customers: noted, corrected, ended; a parent given or taken (CUS-15)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.events import CustomerChanged
from guike.customers.models import Customer, Relation
from guike.customers.models.relations import TREE_LOCK
from guike.customers.services import cleaning
from guike.customers.services.doors import changeable
from guike.platform import clock, events
from guike.platform.access import Viewer, row, rows
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

FIELDS = frozenset({"since", "note"})
#: What the database refuses → what is said. The words never name a customer that may be out of sight.
_SAYINGS = {
    "relation_to_another": lambda: (_("客户不能和自己建关系"), "other"),
    "relation_once": lambda: (_("这两家已有这种关系，改原来的那条"), "other"),
    "relation_one_parent": lambda: (_("下级那一家已有上级单位，先结束原来的关系"), "other"),
    "relation_circle": lambda: (_("会绕成一圈：下级不能又作上级"), "other"),
    "relation_ends_after_start": lambda: (_("结束日期早于开始日期"), "until"),
}


def hold_trees() -> None:
    """Taken before any row: whoever changes a tree waits here, so that nobody waits for a row while holding the tree."""
    with connection.cursor() as cursor:
        cursor.execute(TREE_LOCK)


def _saved(relation: Relation) -> Relation:
    try:
        with transaction.atomic():
            relation.save()
    except IntegrityError as error:
        said = next((words for name, words in _SAYINGS.items() if name in str(error)), None)
        if said is None:
            raise
        message, field = said()
        raise Refused(message, field=field, code="relation") from error
    return relation


def _refuse_days(since: date | None, until: date | None) -> None:
    fault = rules.relation_fault(since, until, clock.today())
    if fault == "since_later":
        raise Refused(_("开始日期 %(day)s 在今天之后，到那天再登记") % {"day": since}, field="since")
    if fault == "until_later":
        raise Refused(_("结束日期 %(day)s 在今天之后，到那天再结束") % {"day": until}, field="until")
    if fault == "ends_first":
        raise Refused(_("结束日期 %(until)s 早于开始日期 %(day)s") % {"until": until, "day": since}, field="until")


def _refuse_taken(kind: str, upper: Customer, lower: Customer, actor: Viewer) -> None:
    """A sentence with names, as far as they are in sight, before the database says no."""
    if upper.pk == lower.pk:
        raise Refused(_("客户不能和自己建关系"), field="other")
    open_ones = Relation.objects.filter(kind=kind, until=None)
    again = Q(upper=upper, lower=lower) if kind in rules.TREES else Q(upper=upper, lower=lower) | Q(upper=lower, lower=upper)
    if open_ones.filter(again).exists():
        label = rules.RELATION_KINDS[kind].label
        raise Refused(_("和「%(name)s」已有%(kind)s关系，改原来的那条") % {"name": lower, "kind": _(label)}, field="other")
    if rules.RELATION_KINDS[kind].single and (there := open_ones.filter(lower=lower).select_related("upper").first()):
        seen = rows(actor, "customer").filter(pk=there.upper_id).exists()
        name = _("「%(name)s」") % {"name": there.upper} if seen else _("不在可见范围内的一家")
        raise Refused(_("「%(lower)s」的上级单位已是%(upper)s，先结束那条关系") % {"lower": lower, "upper": name}, field="other")
    if kind in rules.TREES and _stands_above(kind, lower.pk, upper.pk):
        raise Refused(_("「%(name)s」是它的下级，不能同时作上级") % {"name": upper}, field="other")


_ABOVE = """
WITH RECURSIVE above(id) AS (
    SELECT %(start)s::bigint
    UNION SELECT r.upper_id FROM customers_relation r JOIN above a ON r.lower_id = a.id WHERE r.kind = %(kind)s AND r.until IS NULL)
SELECT 1 FROM above WHERE id = %(sought)s
"""


def _stands_above(kind: str, sought: int, start: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"kind": kind, "start": start, "sought": sought})
        return cursor.fetchone() is not None


def _tell(*customer_ids: int) -> None:
    for pk in customer_ids:
        events.emit(CustomerChanged(pk, frozenset({"relations"})))


def _of(customer: Customer, relation_id: int, actor: Viewer) -> Relation:
    """An open relation of the customer whose other side is in sight, locked; else 404."""
    found = (
        Relation.objects.select_for_update(of=("self",))
        .filter(Q(upper=customer) | Q(lower=customer), pk=relation_id, until=None)
        .select_related("upper", "lower")
        .first()
    )
    if found is None:
        raise Http404
    row(actor, "customer", found.lower_id if found.upper_id == customer.pk else found.upper_id)
    return found


@verb("customers.relate")
def relate(
    customer_id: int, side: str, other_id: int, values: Mapping[str, Any] | None = None, *, actor: Viewer, reason: str = ""
) -> Relation:
    """Note that the other customer is `side` (see `rules.sides`) of this one; it is read from both pages.

    The actor may change this one and see the other. Refused: itself, the same relation again, a second parent, a circle, a day to come.
    """
    if side not in rules.sides():
        raise Refused(_("选一种关系"), field="side")
    cleaning.require_known(values or {}, FIELDS)
    cleaned = cleaning.texts(Relation, values or {})
    kind, upper_id, lower_id = rules.relation_ends(side, customer_id, other_id)
    if kind in rules.TREES:
        hold_trees()
    customer = changeable(actor, customer_id)
    other = customer if other_id == customer_id else row(actor, "customer", other_id)
    _refuse_days(cleaned.get("since"), None)
    upper, lower = (customer, other) if upper_id == customer_id else (other, customer)
    _refuse_taken(kind, upper, lower, actor)
    made = _saved(Relation(kind=kind, upper_id=upper_id, lower_id=lower_id, noted_by_id=actor.person_id, **cleaned))
    _tell(upper_id, lower_id)
    return made


@verb("customers.change_relation")
def change_relation(
    customer_id: int, relation_id: int, values: Mapping[str, Any], *, version: int, actor: Viewer, reason: str = ""
) -> Relation:
    """Correct the first day or the note of a relation that still stands at `version`; another kind is another relation."""
    cleaning.require_known(values, FIELDS)
    customer = changeable(actor, customer_id)
    found = _of(customer, relation_id, actor)
    if found.version != version:
        raise Stale(_("这条关系刚被别人改过，看一眼再改"))
    for name, value in cleaning.texts(Relation, values).items():
        setattr(found, name, value)
    _refuse_days(found.since, None)
    found.version += 1
    _saved(found)
    _tell(found.upper_id, found.lower_id)
    return found


@verb("customers.end_relation")
def end_relation(customer_id: int, relation_id: int, *, actor: Viewer, until: date | None = None, reason: str = "") -> Relation:
    """It counts up to `until` (today when left out), then no more; row and history stay."""
    hold_trees()
    customer = changeable(actor, customer_id)
    found = _of(customer, relation_id, actor)
    found.until = until or clock.today()
    _refuse_days(found.since, found.until)
    found.version += 1
    _saved(found)
    _tell(found.upper_id, found.lower_id)
    return found


def place_under(customer: Customer, parent: Customer | None, *, actor: Viewer) -> None:
    """Give a customer that the caller has locked another parent, or none; the relation with the former one ends today."""
    old = Relation.objects.filter(kind="parent", lower=customer, until=None).first()
    if (old.upper_id if old else None) == (parent.pk if parent else None):
        return
    if old is not None:
        old.until = max(clock.today(), old.since or clock.today())
        old.version += 1
        _saved(old)
        _tell(old.upper_id)
    if parent is not None:
        try:
            _refuse_taken("parent", parent, customer, actor)
        except Refused as refusal:
            raise Refused(refusal.message, field="parent") from refusal
        _saved(Relation(kind="parent", upper=parent, lower=customer, noted_by_id=actor.person_id))
        _tell(parent.pk)
    customer.parent = parent
