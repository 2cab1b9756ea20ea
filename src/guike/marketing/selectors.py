"""Reads of market finds; the first argument is the viewer (CUS-08)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from guike.customers import rules as customer_rules
from guike.marketing import rules
from guike.marketing.models import Find, FindTerms, Route
from guike.platform import dictionaries
from guike.platform.access import Viewer, row, rows


def finds(viewer: Viewer, action: str = "view") -> QuerySet[Find]:
    """Finds within reach, with what lists show."""
    return rows(viewer, "find", action).select_related("receiver", "department", "found_by", "customer").order_by()


def find(viewer: Viewer, find_id: int, action: str = "view") -> Find:
    """One find; 404 out of sight, Forbidden without the right."""
    found = row(viewer, "find", find_id, action)
    related = ("receiver", "department", "found_by", "customer", "sent_by", "returned_by")
    return Find.objects.select_related(*related).get(pk=found.pk)


@dataclass(frozen=True)
class Same:
    """Another find that may be the one being typed: what stands on its page, and why it is offered."""

    find: Find
    by_phone: bool


def same_finds(viewer: Viewer, *, name: str, phone: str = "", but: int | None = None, limit: int = 5) -> list[Same]:
    """Finds within reach under the same name or number, newest first, dropped ones left out. One query."""
    key = customer_rules.name_key(name)
    phones = [customer_rules.phone_key(number) for number in customer_rules.split_phones(phone)]
    asked = (Q(name_key=key) if len(key) >= 2 else Q(pk__in=[])) | (Q(phone_keys__overlap=phones) if phones else Q(pk__in=[]))
    found = finds(viewer).filter(asked).exclude(state="dropped").exclude(pk=but).order_by("-pk")[:limit]  # type: ignore[misc]
    return [Same(one, bool(set(phones) & set(one.phone_keys))) for one in found]


def words_found(found: QuerySet, text: str) -> QuerySet:
    """Those whose name, number or contact holds every word; pinyin and initials count."""
    for word in text.lower().split()[:6]:
        for part in customer_rules.sought(word):
            found = found.filter(search__contains=part)
    return found


def waiting_count(viewer: Viewer) -> int:
    """What the side bar counts: for who distributes, what is to be sent; for who receives, what is to be accepted. One query."""
    states = ("new", "returned") if viewer.has_role("marketing", "clerk") else ("sent",)
    return rows(viewer, "find").filter(state__in=states).count()


def terms() -> FindTerms:
    """The company's days, or the ones Guike begins with."""
    return FindTerms.objects.filter(pk=1).first() or FindTerms(pk=1)


def routes(viewer: Viewer) -> QuerySet[Route]:
    return rows(viewer, "find_route").select_related("person", "department").order_by("position", "pk")


def route(viewer: Viewer, route_id: int, action: str = "view") -> Route:
    return row(viewer, "find_route", route_id, action)


def route_for(found: Find) -> Route | None:
    """The rule that gives this find away. One query."""
    listed = {one.pk: one for one in Route.objects.select_related("person", "department").order_by("position", "pk")}
    ways = [rules.Way(one.pk, tuple(one.regions), tuple(one.product_lines), tuple(one.sources)) for one in listed.values()]
    way = rules.way_for(ways, province=found.province, city=found.city, product_line=found.product_line, source=found.source)
    return listed[way.key] if way else None


# --- the report -------------------------------------------------------------------------------------------------------------


def _counted(found: QuerySet, by: str) -> Iterable[dict]:
    """Counts per value of a field. A find that fell back after it was accepted counts as returned only."""
    return found.values(by).order_by(by).annotate(
        found=Count("pk"),
        accepted=Count("pk", Q(state="accepted")),
        contacted=Count("pk", Q(contacted_on__isnull=False)),
        ordered=Count("pk", Q(ordered_on__isnull=False)),
        returned=Count("pk", Q(state="returned")),
        waiting=Count("pk", Q(state__in=("new", "sent"))),
    )  # fmt: skip


_COUNTS = ("found", "accepted", "contacted", "ordered", "returned", "waiting")


@dataclass(frozen=True)
class Report:
    """What a period's finds came to: by source, by month, all together, and why they came back."""

    by_source: list[rules.Yield]
    by_month: list[rules.Yield]
    whole: rules.Yield
    reasons: list[tuple[str, int]]


def report(viewer: Viewer, start: date, end: date) -> Report:
    """Finds that were found from `start` to `end`, as far as the viewer sees them. Four queries."""
    found = rows(viewer, "find").filter(found_on__range=(start, end)).exclude(state="dropped").order_by()
    words = dictionaries.labels("customer_source")
    sources = [
        rules.Yield(words.get(one["source"], one["source"]), one["source"], *(one[name] for name in _COUNTS))
        for one in _counted(found, "source")
    ]
    months = [
        rules.Yield(f"{one['month']:%Y-%m}", f"{one['month']:%Y-%m}", *(one[name] for name in _COUNTS))
        for one in _counted(found.annotate(month=TruncMonth("found_on")), "month")
    ]
    sums = [sum(getattr(one, name) for one in sources) for name in _COUNTS]
    came_back = found.filter(state="returned").values_list("returned_why").annotate(n=Count("pk")).order_by("-n", "returned_why")
    labels = dict(Find.Why.choices)
    return Report(
        by_source=sorted(sources, key=lambda one: (-one.found, one.code)),
        by_month=sorted(months, key=lambda one: one.code, reverse=True),
        whole=rules.Yield("", "", *sums),
        reasons=[(str(labels[code]), n) for code, n in came_back],
    )
