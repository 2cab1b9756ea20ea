"""Rows of a hand-over as they stood: taken before and after, compared, and put back where nobody changed them since (CUS-06)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from guike.customers.events import OwnersChanged
from guike.customers.models import Collaborator, Customer, Handover, HandoverItem
from guike.engine.obligations import handing
from guike.platform import clock, events
from guike.platform.access import Viewer

CUSTOMER = ("owner_id", "department_id", "owner_since")
COLLABORATOR = ("customer_id", "person_id", "right", "since")
#: By these one sees whether somebody changed a row since; escalations go their own way.
TELLING = {"customer": ("owner_id", "department_id"), "collaborator": COLLABORATOR, "obligation": ("assignee_id", "state")}
State = dict[tuple[str, int], dict[str, Any]]


def snapshot(person_id: int, customer_ids: Sequence[int]) -> State:
    """Everything that a hand-over may touch, locked: the customers, who works on them, what is owed."""
    customers = Customer.objects.filter(pk__in=customer_ids).order_by("pk").select_for_update(of=("self",))
    sharing = Collaborator.objects.filter(Q(person=person_id) | Q(customer__in=customer_ids) | Q(customer__collaborators__person=person_id))
    shared = Collaborator.objects.filter(pk__in=sharing.values("pk")).order_by("pk").select_for_update(of=("self",))
    owed = handing.rows_of(person_id, "customer", customer_ids, lock=True)
    return {
        **{("customer", one.pk): _row(one, CUSTOMER) for one in customers},
        **{("collaborator", one.pk): _row(one, COLLABORATOR) for one in shared},
        **{("obligation", pk): columns for pk, columns in owed.items()},
    }


def _row(record: Any, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in names}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def changed(before: State, after: State, made: Handover) -> list[HandoverItem]:
    """One item a row that differs. What left the snapshot's reach is read again; obligations closed meanwhile are not ours."""
    missing = [pk for table, pk in before if table == "obligation" and (table, pk) not in after]
    after = {**after, **{("obligation", pk): columns for pk, columns in handing.rows_by_id(missing).items()}}
    gone = [pk for table, pk in before if table == "collaborator" and (table, pk) not in after]
    after |= {("collaborator", one.pk): _row(one, COLLABORATOR) for one in Collaborator.objects.filter(pk__in=gone)}
    keys = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    kept = [key for key in keys if key in before]
    return [HandoverItem(handover=made, table=key[0], row_id=key[1], before=before.get(key), after=after.get(key)) for key in kept]


def restore(items: Sequence[HandoverItem], *, actor: Viewer) -> tuple[list[HandoverItem], list[str]]:
    """Put back what nobody changed since. Returns the customers' items put back, and the words of what stays as it is."""
    present = _present(items)
    fit = [item for item in items if _untouched(item, present.get((item.table, item.row_id)))]
    names = dict(Customer.everything.filter(pk__in=[_customer_of(item) for item in items]).values_list("pk", "name"))
    fitting = {item.pk for item in fit}
    left_over = [_left_words(item, names) for item in items if item.pk not in fitting]
    customers = [item for item in fit if item.table == "customer"]
    _restore_customers(customers, actor)
    _restore_collaborators([item for item in fit if item.table == "collaborator"])
    for owner in {item.before["owner_id"] for item in customers}:
        ids = tuple(item.row_id for item in customers if item.before["owner_id"] == owner)
        events.emit(OwnersChanged(ids, owner, actor.person_id))
    owed = {item.row_id: item.before for item in fit if item.table == "obligation"}
    handing.put_back(owed, actor=actor)
    return customers, left_over


def _present(items: Sequence[HandoverItem]) -> State:
    ids = {table: [item.row_id for item in items if item.table == table] for table in TELLING}
    customers = Customer.objects.filter(pk__in=ids["customer"]).order_by("pk").select_for_update(of=("self",))
    shared = Collaborator.objects.filter(pk__in=ids["collaborator"]).order_by("pk").select_for_update(of=("self",))
    owed = handing.rows_by_id(ids["obligation"], lock=True)
    return {
        **{("customer", one.pk): _row(one, CUSTOMER) for one in customers},
        **{("collaborator", one.pk): _row(one, COLLABORATOR) for one in shared},
        **{("obligation", pk): columns for pk, columns in owed.items()},
    }


def _untouched(item: HandoverItem, present: dict[str, Any] | None) -> bool:
    """As the hand-over left it? A row that it took away must still be away, with its place free."""
    if item.after is None or present is None:
        return item.after is None and present is None and _place_free(item)
    return all(present[name] == item.after[name] for name in TELLING[item.table])


def _place_free(item: HandoverItem) -> bool:
    kept = item.before
    free = not Collaborator.objects.filter(customer=kept["customer_id"], person=kept["person_id"]).exists()
    return free and Customer.objects.filter(pk=kept["customer_id"]).exists()


def _restore_customers(items: Sequence[HandoverItem], actor: Viewer) -> None:
    for item in items:
        Customer.objects.filter(pk=item.row_id).update(**item.before, version=F("version") + 1, updated_at=clock.now())


def _restore_collaborators(items: Sequence[HandoverItem]) -> None:
    for item in sorted(items, key=lambda one: one.after is None):  # first the places that are given up, then those taken again
        if item.after is None:
            Collaborator.objects.create(pk=item.row_id, **item.before)
        else:
            Collaborator.objects.filter(pk=item.row_id).update(**item.before)


def _customer_of(item: HandoverItem) -> int | None:
    if item.table == "customer":
        return item.row_id
    return (item.before or {}).get("customer_id") if item.table == "collaborator" else None


def _left_words(item: HandoverItem, names: dict[int, str]) -> str:
    name = names.get(_customer_of(item) or 0, "")
    words = {
        "customer": _("「%(name)s」之后又换了负责人或部门，留在现负责人名下"),
        "collaborator": _("「%(name)s」的协同人之后改过，不再恢复"),
        "obligation": _("时限任务 %(n)s 已办结或转给别人，不再恢复"),
    }
    return words[item.table] % {"name": name, "n": item.row_id}
