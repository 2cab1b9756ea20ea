"""Possible doubles that the scan found, and merges (CUS-07)."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guike.customers.models import Customer, CustomerMerge, DuplicateCluster, MergeChange
from guike.platform.access import Viewer, row, rows

#: A chain of merges is followed so far; longer ones do not occur.
LONGEST = 20


def survivor_of(viewer: Viewer, customer_id: int) -> int | None:
    """The live customer into which one was merged, if the viewer may see it; None for customers that were not merged."""
    pk = customer_id
    for _step in range(LONGEST):
        into = Customer.everything.filter(pk=pk).values_list("merged_into", flat=True).first()
        if into is None:
            return None
        pk = into
        if rows(viewer, "customer").filter(pk=pk).exists():
            return pk
    return None


def survivors_by_number(numbers: set[str]) -> dict[str, Customer]:
    """Number of a customer merged away → the live customer it is part of now (imports)."""
    found = Customer.everything.filter(number__in=numbers, merged_into__isnull=False).select_related("merged_into__owner")
    ends: dict[str, Customer] = {}
    for one in found:
        end = one.merged_into
        for _step in range(LONGEST):
            if end is None or end.merged_into_id is None:
                break
            end = Customer.everything.select_related("owner").get(pk=end.merged_into_id)
        if end is not None and end.removed_at is None:
            ends[one.number] = end
    return ends


def cluster(viewer: Viewer, cluster_id: int) -> DuplicateCluster:
    """One finding; 404 out of sight."""
    return row(viewer, "duplicate", cluster_id)


@dataclass(frozen=True)
class Member:
    """A customer of a finding; `name` is empty where the viewer may not open it."""

    customer_id: int | None
    name: str
    number: str
    owner: str
    department: str


def members(viewer: Viewer, found: DuplicateCluster) -> list[Member]:
    """The live customers of a finding. Two queries."""
    customers = Customer.objects.filter(pk__in=found.members.values("customer")).select_related("owner", "department").order_by("pk")
    seen = set(rows(viewer, "customer").filter(pk__in=found.members.values("customer")).values_list("pk", flat=True))
    return [_member(one, one.pk in seen) for one in customers]


def _member(one: Customer, is_seen: bool) -> Member:
    owner, department = str(one.owner or _("公海")), str(one.department or "")
    if not is_seen:
        return Member(None, "", "", owner, department)
    return Member(one.pk, one.name, one.number, owner, department)


def to_merge(viewer: Viewer, ids: list[int]) -> list[Customer]:
    """The customers that the viewer may merge, in the order asked for; those out of reach are left out."""
    found = {one.pk: one for one in rows(viewer, "customer", "merge").filter(pk__in=ids).select_related("owner", "parent", "figures")}
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def merges(viewer: Viewer) -> QuerySet[CustomerMerge]:
    return rows(viewer, "customer_merge").select_related("survivor", "merged", "merged_by")


def merge(viewer: Viewer, merge_id: int) -> CustomerMerge:
    """One merge; 404 out of sight."""
    found = row(viewer, "customer_merge", merge_id)
    return CustomerMerge.objects.select_related("survivor", "merged__owner", "merged_by", "undone_by").get(pk=found.pk)


def moved(done: CustomerMerge) -> list[tuple[str, int, int]]:
    """(what, how many went along, how many stayed) of a merge, in the words of the models."""
    went, stayed = done.moved.get("moved", {}), done.moved.get("stayed", {})
    counted: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for label, number in went.items():
        counted[_word(label)] += number
    for label, number in stayed.items():
        left[_word(label)] += number
    return [(word, counted[word], left[word]) for word in sorted({*counted, *left}) if counted[word] or left[word]]


def _word(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label


def changed_since(done: CustomerMerge) -> list[str]:
    """What somebody changed after the merge, as far as the merge wrote it: it stays as it is when the merge is taken back."""
    found: Counter[tuple[str, str]] = Counter()
    for change in MergeChange.objects.filter(merge=done).order_by("pk").iterator(chunk_size=2000):
        if difference := _difference(change):
            found[difference] += 1
    return [_("%(what)s：%(field)s") % {"what": what, "field": field} + (f" × {n}" if n > 1 else "") for (what, field), n in found.items()]


def _difference(change: MergeChange) -> tuple[str, str] | None:
    model: Any = apps.get_model(change.model)
    fields = {field.column: field for field in model._meta.concrete_fields}
    names = [fields[column] for column in change.after if column in fields]
    now = model._base_manager.filter(pk=change.object_id).values(*(field.attname for field in names)).first()
    if now is None:
        return str(model._meta.verbose_name), _("已删除")
    for field in names:
        if not _same(field, now[field.attname], change.after[field.column]):
            return str(model._meta.verbose_name), str(field.verbose_name)
    return None


def _same(field: Any, now: Any, then: Any) -> bool:
    if now is None or then is None:
        return now is None and then is None
    return bool(now == field.to_python(then)) if not isinstance(then, list | dict) else bool(now == then)
