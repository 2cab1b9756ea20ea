"""What somebody would leave behind, and the hand-overs that were made (CUS-06)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from guike.customers.models import Collaborator, Customer, Handover
from guike.engine.obligations import handing, registry
from guike.organisation import selectors as organisation
from guike.platform.access import Viewer, row, rows


@dataclass(frozen=True)
class Holdings:
    """A person in numbers: customers by region and by grade, what is owed by kind, customers shared; `beyond` lie outside the viewer's reach."""

    person: object
    customers: int
    beyond: int
    by_region: Sequence[tuple[str, int]]
    by_grade: Sequence[tuple[str, int]]
    by_department: Sequence[tuple[int | None, str, int]]
    duties: Sequence[tuple[str, int]]
    collaborations: int

    @property
    def owed(self) -> int:
        return sum(count for _kind, count in self.duties)

    @property
    def empty(self) -> bool:
        return not (self.customers or self.owed or self.collaborations)


def holdings_of(viewer: Viewer, person_id: int) -> Holdings:
    """What a person in sight holds; 404 out of sight. Seven queries."""
    person = row(viewer, "person", person_id)
    mine = rows(viewer, "customer", "transfer").filter(owner=person_id).order_by()
    count = mine.count()
    regions = mine.values_list("province", "city").annotate(n=Count("pk")).order_by("-n", "province", "city")
    grades = mine.values_list("figures__grade").annotate(n=Count("pk")).order_by("figures__grade")
    departments = mine.values_list("department_id", "department__name").annotate(n=Count("pk")).order_by("-n", "department_id")
    return Holdings(
        person=person,
        customers=count,
        beyond=Customer.objects.filter(owner=person_id).count() - count,
        by_region=[(f"{province}{city}", n) for province, city, n in regions],
        by_grade=list(grades),
        by_department=[(pk, name or "", n) for pk, name, n in departments],
        duties=[(str(registry.kind(kind).label), n) for kind, n in sorted(handing.counts_of(person_id).items())],
        collaborations=Collaborator.objects.filter(person=person_id).count(),
    )


def handovers(viewer: Viewer) -> QuerySet[Handover]:
    """Hand-overs within reach, newest first."""
    return rows(viewer, "handover").select_related("person", "made_by", "undone_by").order_by("-pk")


def handover(viewer: Viewer, handover_id: int) -> Handover:
    row(viewer, "handover", handover_id)
    return handovers(viewer).get(pk=handover_id)


def left_with_customers(viewer: Viewer) -> QuerySet:
    """People who left, or are about to, and still hold customers: who is to be handed over first."""
    held = Customer.objects.filter(owner=OuterRef("pk"))
    return (
        organisation.people_for(viewer, active_only=False).filter(left_on__isnull=False).filter(Exists(held)).order_by("left_on", "pk")[:50]
    )
