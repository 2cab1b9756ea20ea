"""Whose data are past their term: one query over a range of people, for the nightly round and for one person before erasing (CUS-12)."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from guike.oversight import rules
from guike.oversight.models import DuePerson, Hold
from guike.platform import access, clock, privacy
from guike.platform.access import Reach, Viewer
from guike.platform.privacy import People

#: The object in whose dealings a person takes part who has `through`.
CUSTOMER = "customer"


def past(kind: People, months: int, today: date) -> QuerySet:
    """The people of a kind whose term is over; holds are not asked for. With `since` and a column for the newest day of each source (`days`).

    Each source is asked for its newest day by the person's id, so that a million people cost as many steps into an index and no more.
    """
    found = days(kind)
    rows = kind.rows().annotate(**{name: Subquery(one.newest(OuterRef(key)), output_field=DateField()) for name, (key, one) in found.items()})
    newest: Any = Greatest(F("since"), *map(F, found)) if found else F("since")
    last = rules.last_day_over(today, months)
    # the first day by itself: it is cheap and spares most people the rest
    rows = rows.annotate(newest=newest).filter(since__lte=last, newest__lte=last)
    unfinished: list[Any] = [Exists(find(OuterRef(key))) for key, find in _unfinished(kind)]
    return rows.exclude(reduce(or_, unfinished)) if unfinished else rows


def days(kind: People) -> dict[str, tuple[str, privacy.Dealing]]:
    """The columns of `past`: (column with the id asked for, source)."""
    return {f"day_{n}": (key, one) for n, (key, one) in enumerate((key, one) for key, whose in _keys(kind) for one in privacy.dealings(whose))}


def _keys(kind: People) -> list[tuple[str, str]]:
    """(column that holds the id, whose dealings): the person's own, and those of the customer where they count too."""
    return [("pk", kind.kind), *([(kind.through, CUSTOMER)] if kind.through else [])]


def _unfinished(kind: People) -> list[tuple[str, Any]]:
    return [(key, find) for key, whose in _keys(kind) for find in privacy.unfinished(whose)]


def kind_of(code: str) -> People | None:
    return next((one for one in privacy.kept_people() if one.kind == code), None)


def dealing_word(code: str) -> str:
    """A dealing's word: "sales_order" → 订单."""
    found = (one for kind in privacy.kept_people() for _key, one in days(kind).values())
    return next((str(one.label) for one in found if one.code == code), "")


def due(viewer: Viewer) -> QuerySet[DuePerson]:
    """The review list, as far as the viewer may see it."""
    return access.rows(viewer, "personal_due").select_related("hold", "kept_by", "request")


def due_count(viewer: Viewer) -> int:
    """People whose data are to be decided about."""
    return access.rows(viewer, "personal_due").filter(state="due", request__isnull=True).count()


def subjects(viewer: Viewer, rows: Any) -> None:
    """Put on rows of the list how each person is called (`subject_name`) and where they are found (`subject_place`): one query a kind.

    Only what the viewer may see anyhow: who watches over the list without a right to contacts reads no names of contacts.
    """
    by_kind: dict[str, set[int]] = {}
    for row in rows:
        by_kind.setdefault(row.subject_kind, set()).add(row.subject_id)
    known = {kind: {one.pk: one for one in _named(viewer, kind, ids)} for kind, ids in by_kind.items()}
    for row in rows:
        person = known[row.subject_kind].get(row.subject_id)
        row.subject_name = called(row.subject_kind, person) if person else ""
        row.subject_place = place_of(row.subject_kind, person) if person else ""


def _seen(viewer: Viewer, kind: str) -> Any:
    """The people of a kind whom the viewer may see; with a right to all of them also those taken out of use, whose term runs as well."""
    if access.reach(viewer, kind, "view") >= Reach.ALL:
        return access.declarations()[kind].model_class()._base_manager.all()  # type: ignore[union-attr]
    return access.rows(viewer, kind)


def _named(viewer: Viewer, kind: str, ids: set[int]) -> Any:
    rows = _seen(viewer, kind).filter(pk__in=ids)
    return rows.select_related("customer") if kind == "contact" else rows


def called(kind: str, row: Any) -> str:
    """What somebody of a kind is called: the contact of a find, who asked of a request."""
    return str({"find": getattr(row, "contact", "") or getattr(row, "name", ""), "personal_request": getattr(row, "asker", "")}.get(kind, getattr(row, "name", "")))


def place_of(kind: str, row: Any) -> str:
    """What tells two of the same name apart: the firm, the number."""
    if kind == "contact":
        return str(row.customer)
    return str(row.name if kind == "find" and row.contact else row.number)


def searched(viewer: Viewer, text: str) -> Q:
    """Rows of the people called so, as far as the viewer may see them."""
    found = Q(pk__in=[])
    for kind in privacy.kept_people():
        columns = {"find": ("contact", "name"), "personal_request": ("asker",)}.get(kind.kind, ("name",))
        named = reduce(or_, (Q(**{column: text}) for column in columns))
        found |= Q(subject_kind=kind.kind, subject_id__in=_seen(viewer, kind.kind).filter(named).order_by().values("pk"))
    return found


def held(kind: str, pk: int) -> Hold | None:
    """The hold in force that lasts longest."""
    placed = Hold.objects.filter(subject_kind=kind, subject_id=pk, released_on__isnull=True, until__gte=clock.today())
    return placed.order_by("-until", "pk").first()
