"""Somebody leaves: customers, open work and collaborations go to successors in one step, and back within some days (CUS-06)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.events import OwnersChanged
from guike.customers.models import Collaborator, Customer, Handover, HandoverItem
from guike.customers.services import quotas
from guike.customers.services.doors import home_department
from guike.customers.services.handover_rows import changed, restore, snapshot
from guike.customers.services.handover_tasks import answer, ask_for_handover
from guike.customers.services.ownership import active_person
from guike.engine.activities.services import Happening, record_many
from guike.engine.obligations import handing
from guike.platform import clock, events
from guike.platform.access import Viewer, require, row, rows
from guike.platform.errors import Refused
from guike.platform.verbs import verb

UNDO_DAYS = 7
#: A line of the mapping: "grade", "region" or "department", its value, the person who gets these customers.
Line = tuple[str, str, int]


@dataclass(frozen=True)
class Share:
    """What one successor gets: customer ids; the words of quotas that it would break."""

    person_id: int
    name: str
    customer_ids: tuple[int, ...]
    over: tuple[str, ...]


def divide(person_id: int, successors: Sequence[int], split: str, *, actor: Viewer, mapping: Sequence[Line] = ()) -> list[Share]:
    """Who would get which customers; nothing is written. Refuses successors who left, the person itself, or nobody.

    `mapping` counts for the split 「按对照表分」 only: (grade, region or department, its value, who gets these); the first line that holds
    decides, the first successor gets the rest.
    """
    mapping = list(mapping) if split == Handover.Split.MAPPED else []
    if split == Handover.Split.MAPPED and not mapping:
        raise Refused(_("对照表还是空的，至少给一个等级、地区或部门选接手人"), field="split")
    wanted = [*successors[:1], *(person for _what, _value, person in mapping)] if mapping and successors else successors
    chosen = _successors(person_id, wanted)
    given = _given(person_id, list(chosen), split, mapping, actor)
    shares = []
    for pk, name in chosen.items():
        ids = tuple(sorted(customer for customer, to in given.items() if to == pk))
        shares.append(Share(pk, name, ids, tuple(quotas.room_warnings(pk, ids)) if ids else ()))
    return shares


def _successors(person_id: int, successors: Sequence[int]) -> dict[int, str]:
    if not successors:
        raise Refused(_("选由谁接手"), field="successors")
    if person_id in successors:
        raise Refused(_("交出人不能接手自己的客户"), field="successors")
    return {pk: active_person(pk, field="successors").name for pk in dict.fromkeys(successors)}


def _given(person_id: int, people: list[int], split: str, mapping: list[Line], actor: Viewer) -> dict[int, int]:
    held = rows(actor, "customer", "transfer").filter(owner=person_id).order_by("figures__grade_rank", "pk")
    found = list(held.values_list("pk", "province", "city", "figures__grade", "department_id"))
    if split == Handover.Split.MAPPED:
        facts = {pk: {"region": f"{a}{b}", "grade": grade, "department": str(place or "")} for pk, a, b, grade, place in found}
        return rules.split_mapped(facts, mapping, people[0])
    if split == Handover.Split.ONE:
        return {one[0]: people[0] for one in found}
    if split == Handover.Split.EVENLY:
        return rules.split_evenly([one[0] for one in found], people)
    groups: dict[str, list[int]] = {}
    for pk, province, city, grade, _place in found:
        groups.setdefault(f"{province}{city}" if split == Handover.Split.REGION else grade, []).append(pk)
    return rules.split_groups(groups, people)


@verb("customers.hand_over")
def hand_over(
    person_id: int,
    successors: Sequence[int],
    split: str,
    *,
    actor: Viewer,
    reason: str,
    release: bool = False,
    mapping: Sequence[Line] = (),
) -> Handover:
    """Give away all that a person holds, within the actor's reach, in one step; remembers every row for `undo_handover`.

    `release`: quotas that refuse are passed over knowingly, by whom they name. Refused where the person holds nothing.
    """
    require(actor, "handover", "add")
    person = row(actor, "person", person_id, "view")
    if not reason.strip():
        raise Refused(_("写明交接的原因"), field="reason")
    shares = divide(person_id, successors, split, actor=actor, mapping=mapping)
    given = {customer: share.person_id for share in shares for customer in share.customer_ids}
    before = snapshot(person_id, sorted(given))
    _require_room(shares, actor, release, reason)
    department = (
        home_department(person_id, actor) or Customer.objects.filter(pk__in=list(given)).values_list("department_id", flat=True).first()
    )
    made = Handover.objects.create(
        person=person,
        department_id=department,
        split=split,
        reason=reason.strip()[:200],
        made_by_id=actor.person_id,
        undo_until=clock.today() + timedelta(days=UNDO_DAYS),
    )
    _move(shares, given, person_id, actor)
    items = changed(before, snapshot(person_id, sorted(given)), made)
    if not items:
        raise Refused(_("%(name)s 名下没有可交接的客户、待办和协同") % {"name": person})
    _keep(made, items, shares)
    answer(person_id)
    return made


def _require_room(shares: Sequence[Share], actor: Viewer, release: bool, reason: str) -> None:
    for share in sorted(shares, key=lambda one: one.person_id):
        if share.customer_ids:
            quotas.require_room(share.person_id, share.customer_ids, actor=actor, release=release, reason=reason, field="successors")


def _move(shares: Sequence[Share], given: Mapping[int, int], person_id: int, actor: Viewer) -> None:
    homes = {share.person_id: home_department(share.person_id, actor) for share in shares}
    for share in shares:
        ids = list(share.customer_ids)
        Customer.objects.filter(pk__in=ids).update(
            owner_id=share.person_id, department_id=homes[share.person_id], owner_since=clock.today(), updated_at=clock.now()
        )
        Collaborator.objects.filter(customer__in=ids, person=share.person_id).delete()
    _pass_on_collaborations(person_id, given, shares[0].person_id)
    _pass_on_duties(person_id, given, shares[0].person_id, homes, actor)
    for share in shares:
        if share.customer_ids:
            events.emit(OwnersChanged(share.customer_ids, share.person_id, actor.person_id))


def _pass_on_collaborations(person_id: int, given: Mapping[int, int], first: int) -> None:
    """The successor works in the leaver's place; who does so already, or owns the customer, needs no second place."""
    for one in Collaborator.objects.filter(person=person_id).select_related("customer"):
        to = given.get(one.customer_id, first)
        there = Collaborator.objects.filter(customer=one.customer_id, person=to).first()
        if one.customer.owner_id == to or there is not None:
            if there is not None and one.right == Collaborator.Right.WRITE and there.right != one.right:
                Collaborator.objects.filter(pk=there.pk).update(right=one.right)
            one.delete()
        else:
            Collaborator.objects.filter(pk=one.pk).update(person_id=to)


def _pass_on_duties(person_id: int, given: Mapping[int, int], first: int, homes: Mapping[int, int | None], actor: Viewer) -> None:
    by_successor: dict[int, list[int]] = {}
    for pk, kind, subject in handing.owed_apart(person_id):
        by_successor.setdefault(given.get(subject, first) if kind == "customer" else first, []).append(pk)
    for to, ids in by_successor.items():
        handing.pass_on(ids, person_id=to, department_id=homes[to], actor=actor)


def _keep(made: Handover, items: list[HandoverItem], shares: Sequence[Share]) -> None:
    HandoverItem.objects.bulk_create(items, batch_size=1000)
    duties: dict[int, int] = {}
    for item in items:
        if item.table == "obligation" and item.after:
            duties[item.after["assignee_id"]] = duties.get(item.after["assignee_id"], 0) + 1
    made.shares = [
        {"person": one.person_id, "name": one.name, "customers": len(one.customer_ids), "duties": duties.get(one.person_id, 0)}
        for one in shares
    ]
    made.save(update_fields=["shares"])
    names = {one.person_id: one.name for one in shares}
    moved = [item for item in items if item.table == "customer" and item.after]
    record_many(_line(item, "customers.handoveritem", str(made.person), names[item.after["owner_id"]], made.reason) for item in moved)


def _line(item: HandoverItem, source: str, before: str, after: str, why: str) -> Happening:
    return Happening(
        kind="customer.transfer",
        subject_kind="customer",
        subject_id=item.row_id,
        happened_on=clock.today(),
        at=clock.now().astimezone().time(),
        title=f"{before} → {after}",
        text=why,
        source_kind=source,
        source_id=item.pk,
    )


@verb("customers.undo_handover")
def undo_handover(handover_id: int, *, actor: Viewer, reason: str = "") -> Handover:
    """Put everything back as it stood, within seven days; rows that somebody changed since stay and are listed in `left_over`."""
    made = row(actor, "handover", handover_id, "undo", lock=True)
    if made.undone_at is not None:
        raise Refused(_("这次交接已经撤回"))
    if clock.today() > made.undo_until:
        raise Refused(_("只能在 %(day)s 之前撤回；之后的改动逐家转负责人") % {"day": made.undo_until})
    back, made.left_over = restore(list(made.items.order_by("pk")), actor=actor)
    made.undone_at, made.undone_by_id = clock.now(), actor.person_id
    made.save(update_fields=["undone_at", "undone_by", "left_over"])
    record_many(_line(item, "customers.handoverundo", "", str(made.person), _("撤回交接")) for item in back)
    return made


def left(event: Any) -> None:
    """Somebody left (organisation's PersonLeft): who stands above is asked to hand over, where there is something."""
    ask_for_handover(event.person_id)
