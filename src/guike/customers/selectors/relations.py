"""Relations and groups as one viewer may see them: what is out of sight is neither named nor counted (CUS-15)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import Http404

from guike.customers import rules
from guike.customers.models import Customer, Relation
from guike.platform.access import Viewer, reads, row, rows

#: So many members of a group are drawn; the sums are of all.
DRAWN = 200


def relations_for(viewer: Viewer) -> QuerySet[Relation]:
    """Those of which the viewer may see both sides, each in use."""
    seen = rows(viewer, "customer").values("pk")
    found = rows(viewer, "customer_relation").filter(upper__in=seen, upper__removed_at=None, lower__removed_at=None)
    return found.select_related("upper", "lower", "lower__owner")


def _of_customer(viewer: Viewer, customer: Customer) -> QuerySet[Relation]:
    """Relations of a customer in sight whose other side is in sight too."""
    seen = rows(viewer, "customer").values("pk")
    return Relation.objects.filter(Q(upper=customer, lower__in=seen) | Q(lower=customer, upper__in=seen))


def relation_count(viewer: Viewer, customer: Customer) -> int:
    """Open relations of a customer that the caller has authorised. One query."""
    return _of_customer(viewer, customer).filter(until=None).count()


@dataclass(frozen=True)
class RelationLine:
    """One relation seen from one customer: what the other is to it."""

    relation: Relation
    other: Customer
    word: str


def relations(viewer: Viewer, customer: Customer, *, limit: int = 100) -> list[RelationLine]:
    """Open ones by kind, then those that ended, the latest first. One query."""
    found = _of_customer(viewer, customer).select_related("upper__owner", "upper__figures", "lower__owner", "lower__figures", "noted_by")
    found = found.order_by(F("until").desc(nulls_first=True), "kind", "id")[:limit]
    return [_line(one, customer.pk) for one in found]


def _line(one: Relation, seen_from: int) -> RelationLine:
    is_upper = one.lower_id == seen_from
    kind = one.kind_of
    return RelationLine(one, one.upper if is_upper else one.lower, kind.upper_word if is_upper or kind.mutual else kind.lower_word)


def relation(viewer: Viewer, customer_id: int, pk: int) -> RelationLine:
    """An open relation of a customer in sight; 404 when it ended or its other side is out of sight."""
    customer = row(viewer, "customer", customer_id)
    found = _of_customer(viewer, customer).filter(pk=pk, until=None).select_related("upper", "lower").first()
    if found is None:
        raise Http404
    return _line(found, customer_id)


@dataclass(frozen=True)
class Member:
    """A line of the group's tree; `customer` None keeps the place of one out of sight."""

    customer: Any
    depth: int
    is_here: bool = False


@dataclass(frozen=True)
class CompanyGroup:
    """The group a customer belongs to, as far as the viewer sees it: the tree, how many, what they bought, their grades."""

    top: int
    members: list[Member] = field(default_factory=list)
    count: int = 0
    purchases: Decimal = Decimal(0)
    priced: bool = True
    grades: list[tuple[str, int]] = field(default_factory=list)

    @property
    def more(self) -> int:
        """Members that are counted but not drawn."""
        return self.count - sum(one.customer is not None for one in self.members)


def company_group(viewer: Viewer, customer: Customer) -> CompanyGroup | None:
    """The group of a customer that the caller has authorised; None outside groups and where nobody else of it is in sight. Three queries."""
    if customer.group_id is None:
        return None
    seen = rows(viewer, "customer").filter(group=customer.group_id)
    sums = list(
        seen.values("figures__grade", "figures__grade_rank")
        .annotate(n=Count("pk"), amount=Sum("figures__purchases_12m"))
        .order_by("figures__grade_rank")
    )
    count = sum(one["n"] for one in sums)
    if count < 2:
        return None
    drawn = {one.pk: one for one in seen.select_related("figures", "owner").order_by("-figures__purchases_12m", "pk")[:DRAWN]}
    drawn.setdefault(customer.pk, customer)
    edges = Relation.objects.filter(kind="parent", until=None, lower__group=customer.group_id, lower__removed_at=None)
    tree = rules.visible_tree(edges.values_list("upper_id", "lower_id"), drawn, {pk: place for place, pk in enumerate(drawn)})
    return CompanyGroup(
        customer.group_id,
        [Member(drawn.get(pk), depth, pk == customer.pk) for node in tree for pk, depth in _flat(node, 0)],
        count,
        sum((one["amount"] or Decimal(0) for one in sums), Decimal(0)),
        reads(viewer, "customer", "purchases"),
        [(one["figures__grade"], one["n"]) for one in sums if one["figures__grade"]],
    )


def name_in_sight(viewer: Viewer, column: str) -> Subquery:
    """For lists: the name of the customer that a column of the row names, NULL when it is out of sight."""
    return Subquery(rows(viewer, "customer").filter(pk=OuterRef(column)).values("name")[:1])


def _flat(node: rules.TreeNode, depth: int) -> Iterator[tuple[int | None, int]]:
    yield node.pk, depth
    for child in node.children:
        yield from _flat(child, depth + 1)
