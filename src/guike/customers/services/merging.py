"""Making several customers one, and taking it back (CUS-07)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.events import CustomersMerged
from guike.customers.models import Collaborator, Contact, Customer, CustomerMerge, DuplicateCluster, MergeChange, Relation
from guike.customers.services import cleaning
from guike.customers.services.doors import changeable
from guike.customers.services.figures import refresh_completeness
from guike.customers.services.moving import Moving, put_back
from guike.customers.services.records import _derive, _saved
from guike.customers.services.relations import hold_trees
from guike.engine.activities import services as timeline
from guike.platform import clock, events, references
from guike.platform.access import Viewer, row
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

#: Fields that follow from several records at once; nobody chooses them.
_JOINED = frozenset({"former_names", "phones", "custom", "social", "tags", "parent"})
#: What a merge lets one choose, field by field.
CHOSEN = tuple(sorted(cleaning.EDITABLE - _JOINED - {"kind", "number"}))
TIMELINE = "customer.merge"


@verb("customers.merge")
def merge(
    survivor_id: int,
    merged_ids: Sequence[int],
    *,
    versions: Mapping[int, int],
    actor: Viewer,
    choices: Mapping[str, int] | None = None,
    different_codes: bool = False,
    reason: str = "",
) -> list[CustomerMerge]:
    """Make customers one: the survivor keeps number and owner, everything that refers to the others refers to it from now on.

    `choices`: field → id of the customer whose value counts; without a choice the survivor's, else the first that is filled.
    `versions`: as seen on the page; `Stale` when one changed since. Two companies with different unified codes are refused unless
    `different_codes` says, with a reason, that they are one (a new licence, a slip). One record of the merge per customer merged away.
    """
    merged_ids = [pk for pk in dict.fromkeys(merged_ids) if pk != survivor_id]
    if not merged_ids:
        raise Refused(_("选两家以上才能合并"))
    hold_trees()
    found = {pk: changeable(actor, pk, action="merge") for pk in sorted([survivor_id, *merged_ids])}
    survivor, others = found[survivor_id], [found[pk] for pk in merged_ids]
    _refuse_unfit(survivor, others, versions, different_codes, reason)
    done = []
    for one in others:
        values = _values(survivor, one, choices or {})
        done.append(_absorb(survivor, one, actor, reason))
        _let_win(survivor, values, Moving(done[-1]), actor)
    _close_clusters([survivor_id, *merged_ids], actor)
    refresh_completeness([survivor.pk])
    events.emit(CustomersMerged((survivor.pk,)))
    return done


def _refuse_unfit(survivor: Customer, others: Sequence[Customer], versions: Mapping[int, int], different_codes: bool, reason: str) -> None:
    for one in (survivor, *others):
        if versions.get(one.pk) != one.version:
            raise Stale(_("「%(name)s」刚被别人改过，刷新后再合并") % {"name": one})
        if one.kind != survivor.kind:
            raise Refused(_("企业和个人不能合并，可把个人加为企业的联系人"))
    codes = {one.uscc for one in (survivor, *others) if one.uscc}
    if len(codes) > 1 and not different_codes:
        raise Refused(_("信用代码不同，是两个法人：确认是换证或登记错的才合并，勾选并写原因"), field="different_codes")
    if len(codes) > 1 and not reason.strip():
        raise Refused(_("信用代码不同时要写合并原因"), field="reason")


# --- which values count ---------------------------------------------------------------------------------------------------


def defaults(records: Sequence[Customer]) -> dict[str, int]:
    """Field → id of the record whose value wins by default; the survivor comes first."""
    return {name: records[rules.winner(name, [getattr(one, name) for one in records])].pk for name in CHOSEN}


def _values(survivor: Customer, one: Customer, choices: Mapping[str, int]) -> dict[str, Any]:
    """Every field of the survivor as it stands once `one` has become part of it."""
    records = [survivor, one]
    by_id = {record.pk: record for record in records}
    wins = {name: _chosen(choices[name], one, survivor) if name in choices else pk for name, pk in defaults(records).items()}
    values = {name: getattr(by_id[pk], name) for name, pk in wins.items()}
    numbers = [number for record in records for number in (record.phone, *record.phones)]
    values["phones"] = rules.joined_phones(values["phone"], numbers)
    named = [name for record in records for name in (*record.former_names, record.name)]
    values["former_names"] = rules.former_names(values["name"], named)[:20]
    values["former_numbers"] = [*survivor.former_numbers, one.number, *one.former_numbers]
    values["tags"] = list(dict.fromkeys(tag for record in records for tag in record.tags))
    for name in ("custom", "social"):
        values[name] = {key: value for record in reversed(records) for key, value in getattr(record, name).items()}
    return values


def _chosen(pk: int, one: Customer, survivor: Customer) -> int:
    """A choice for a customer that comes later leaves the survivor's value for now."""
    return one.pk if pk == one.pk else survivor.pk


def _let_win(survivor: Customer, values: Mapping[str, Any], moving: Moving, actor: Viewer) -> None:
    """Write the values, each field noted by itself, so that undo can tell which of them somebody changed since."""
    changed = {name: value for name, value in values.items() if getattr(survivor, name) != value}
    for name, value in changed.items():
        moving.write(Customer, [survivor.pk], {name: value})
        setattr(survivor, name, value)
    survivor.version += 1
    survivor.updated_at = clock.now()
    _saved(survivor, actor, update_fields=[*_derive(survivor), "version", "updated_at"])


# --- what goes along ------------------------------------------------------------------------------------------------------


def _absorb(survivor: Customer, one: Customer, actor: Viewer, reason: str) -> CustomerMerge:
    done = CustomerMerge.objects.create(
        survivor=survivor, merged=one, merged_by_id=actor.person_id, merged_at=clock.now(), reason=reason.strip()[:200]
    )
    moving = Moving(done)
    moving.write(Customer, [one.pk], {"removed_at": clock.now(), "merged_into_id": survivor.pk})
    Customer.everything.filter(pk=one.pk).update(version=one.version + 1)
    _unite_contacts(survivor, one, moving)
    _part_from_itself(survivor, one, moving)
    for reference in references.to(Customer, "customer"):
        moving.follow(reference, one, survivor)
    _keep_owner_informed(survivor, one, moving)
    done.moved = {"moved": moving.moved, "stayed": moving.stayed}
    done.save(update_fields=["moved"])
    _on_timeline(done, actor)
    return done


def _part_from_itself(survivor: Customer, one: Customer, moving: Moving) -> None:
    """What the two were to each other ends: nobody is its own subsidiary. A parent above the one merged away may then become the survivor's."""
    ends = Q(upper=one, lower=survivor) | Q(upper=survivor, lower=one)
    moving.write(Relation, list(Relation.objects.filter(ends, until=None).values_list("pk", flat=True)), {"until": clock.today()})


def _unite_contacts(survivor: Customer, one: Customer, moving: Moving) -> None:
    """The same person on both sides becomes one: numbers joined, what refers to the second refers to the first."""
    there = list(Contact.objects.filter(customer=survivor).order_by("pk"))
    for second in Contact.objects.filter(customer=one).order_by("pk"):
        first = next((c for c in there if rules.same_person((c.name, c.phone_keys), (second.name, second.phone_keys))), None)
        if first is not None:
            _unite(first, second, moving)


def _unite(first: Contact, second: Contact, moving: Moving) -> None:
    for reference in references.to(Contact, "contact"):
        if reference.treatment.stays is True:
            continue
        pks = reference.model._base_manager.filter(reference.rows_of(second.pk))
        moving.repoint(reference, list(pks.values_list("pk", flat=True)), second, first)
    phone = first.phone or second.phone
    phones = rules.joined_phones(phone, [*first.phones, second.phone, *second.phones])
    derived = rules.of_contact(name=first.name, phone=phone, phones=phones)
    blanks = {
        name: getattr(second, name)
        for name in ("position", "department", "role", "attitude", "email", "wechat", "gender", "birthday", "birthday_lunar", "note")
        if rules.is_blank(getattr(first, name)) and not rules.is_blank(getattr(second, name))
    }
    moving.write(Contact, [second.pk], {"removed_at": clock.now()})
    moving.write(Contact, [first.pk], {"phone": phone, "phones": phones, **derived, **blanks})
    first.phone, first.phones = phone, phones


def _keep_owner_informed(survivor: Customer, one: Customer, moving: Moving) -> None:
    """Who answered for the customer merged away goes on seeing it, as a collaborator who may write."""
    if one.owner_id is None or one.owner_id == survivor.owner_id:
        return
    if Collaborator.objects.filter(customer=survivor, person_id=one.owner_id).exists():
        return
    made = Collaborator.objects.create(customer=survivor, person_id=one.owner_id, right=Collaborator.Right.WRITE)
    moving.made(made, right=made.right)


def _on_timeline(done: CustomerMerge, actor: Viewer) -> None:
    one = done.merged
    timeline.record(
        timeline.Happening(
            kind=TIMELINE,
            subject_kind="customer",
            subject_id=done.survivor_id,
            happened_on=clock.today(),
            at=clock.now().astimezone().time(),
            person_id=actor.person_id,
            title=_("并入 %(name)s（%(number)s）") % {"name": one.name, "number": one.number},
            text=done.reason,
            source_kind="customers.merge",
            source_id=done.pk,
        )
    )


def _close_clusters(customer_ids: Sequence[int], actor: Viewer) -> None:
    """Findings of the scan that are settled by this merge: those of which at most one customer is left."""
    open_ones = DuplicateCluster.objects.filter(state=DuplicateCluster.State.OPEN, members__customer__in=customer_ids).distinct()
    for cluster in open_ones:
        if Customer.objects.filter(pk__in=cluster.members.values("customer")).count() < 2:
            cluster.state, cluster.decided_by_id, cluster.decided_at = DuplicateCluster.State.MERGED, actor.person_id, clock.now()
            cluster.save(update_fields=["state", "decided_by", "decided_at"])


# --- the way back ---------------------------------------------------------------------------------------------------------


def undo_until(done: CustomerMerge) -> Any:
    """The last moment at which a merge can be taken back."""
    return done.merged_at + timedelta(days=rules.UNDO_DAYS)


def why_not_undo(done: CustomerMerge) -> str:
    """What stands against taking a merge back; "" when nothing does."""
    if done.undone_at is not None:
        return _("已经撤销过")
    if clock.now() > undo_until(done):
        return _("超过 %(days)d 天，不能再撤销") % {"days": rules.UNDO_DAYS}
    if done.survivor.removed_at is not None:
        return _("留下的「%(name)s」已停用或又并入别家，先撤销那一次") % {"name": done.survivor.name}
    later = CustomerMerge.objects.filter(survivor=done.survivor_id, pk__gt=done.pk, undone_at=None).order_by("-pk").first()
    if later is not None:
        return _("之后又并入了「%(name)s」，先撤销那一次") % {"name": later.merged.name}
    holder = Customer.objects.filter(uscc=done.merged.uscc).first() if done.merged.uscc else None
    if holder is None or (holder.pk == done.survivor_id and done.changes.filter(after__has_key="uscc").exists()):
        return ""
    return _("信用代码已登记在「%(name)s」名下，先改那一家") % {"name": holder.name}


@verb("customers.undo_merge")
def undo_merge(merge_id: int, *, actor: Viewer, reason: str = "") -> CustomerMerge:
    """Take a merge back: both customers stand as before, with everything that pointed at them.

    What somebody changed since stays as it is and is told in `undo_report`; what came new to the survivor stays with it.
    """
    hold_trees()
    done = row(actor, "customer_merge", merge_id, "undo", lock=True)
    survivor = changeable(actor, done.survivor_id, action="merge") if done.survivor.removed_at is None else done.survivor
    if problem := why_not_undo(done):
        raise Refused(problem)
    kept = put_back(done)
    timeline.retract("customers.merge", [done.pk])
    for customer in (survivor, done.merged):
        customer.refresh_from_db()
        customer.version += 1
        customer.updated_at = clock.now()
        _saved(customer, actor, update_fields=[*_derive(customer), "version", "updated_at"])
    done.undone_at, done.undone_by_id, done.undo_report = clock.now(), actor.person_id, [_kept(one) for one in kept]
    done.save(update_fields=["undone_at", "undone_by", "undo_report"])
    refresh_completeness([survivor.pk, done.merged_id])
    events.emit(CustomersMerged((survivor.pk, done.merged_id)))
    return done


def _kept(change: MergeChange) -> dict[str, Any]:
    return {"model": change.model, "id": change.object_id, "columns": sorted(change.after)}
