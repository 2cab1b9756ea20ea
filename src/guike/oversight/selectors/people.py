"""The person whom a request is about, and what changed since it came in."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse

from guike.oversight.models import Hold, Keeping, PersonalRequest
from guike.platform import access, history, privacy
from guike.platform.access import Viewer


def model_of(kind: str) -> Any:
    """The model of a kind of person."""
    return access.declarations()[kind].model_class()


def row_of(kind: str, pk: int) -> Any:
    """The person's row, also one taken out of use; None where there is none."""
    return model_of(kind)._base_manager.filter(pk=pk).first()


def name_for(viewer: Viewer, kind: str, pk: int) -> str:
    """How the person is called, "" where the viewer may not see it."""
    found = access.rows(viewer, kind).filter(pk=pk).first()
    return str(found.name) if found else ""


def customer_of(row: Any) -> int:
    """The customer on whom what is known of a person hangs; 0 for who hangs on none: a find, a colleague."""
    label = row._meta.label
    return int({"customers.Contact": getattr(row, "customer_id", 0), "customers.Customer": row.pk}.get(label, 0))


def href_of(viewer: Viewer, kind: str, pk: int) -> str:
    """Where somebody's page is, "" where the viewer may not see it."""
    row = access.rows(viewer, kind).filter(pk=pk).first()
    if row is None:
        return ""
    if kind == "person":
        return reverse("organisation:person", args=[pk])
    if kind in ("find", "personal_request"):
        return str(row.get_absolute_url())
    tab = "?tab=contacts" if kind == "contact" else ""
    return f"{reverse('workspace:customer', args=[customer_of(row)])}{tab}"


def changed_since(request: PersonalRequest) -> list[str]:
    """Words of the personal fields that were changed since the request was recorded, by history."""
    model = model_of(request.subject_kind)
    events: list[Any] = list(history.event_model(model)._default_manager.filter(pgh_obj_id=request.subject_id).order_by("pgh_id"))
    declared = {one.column: one.label for one in privacy.columns_of(model) if one.erase is not privacy.Erase.DERIVED}
    found: dict[str, None] = {}
    for before, after in pairwise(events):
        if after.pgh_created_at >= request.recorded_at:
            found.update((label, None) for name, label in declared.items() if getattr(after, name, None) != getattr(before, name, None))
    return list(found)


def requests(viewer: Viewer) -> QuerySet[PersonalRequest]:
    """The requests that the viewer may see."""
    return access.rows(viewer, "personal_request").select_related("received_by", "closed_by", "planned_by", "confirmed_by", "checked_by", "job")


def request(viewer: Viewer, pk: int, action: str = "view") -> PersonalRequest:
    """One of them; 404 out of sight."""
    return access.row(viewer, "personal_request", pk, action)


def holds(kind: str, pk: int) -> QuerySet[Hold]:
    """Holds placed by hand on a person, released ones included."""
    return Hold.objects.filter(subject_kind=kind, subject_id=pk).select_related("placed_by", "released_by")


#: Holds on one page of a list for programs.
HOLDS = 100


def holds_for(viewer: Viewer, kind: str | None = None, pk: int | None = None, before: int | None = None) -> list[Hold]:
    """Holds on anybody, or on one kind of people, or on one; the newest first, released ones included."""
    access.require(viewer, "personal_request", "hold")
    found = Hold.objects.order_by("-pk")
    for name, value in {"subject_kind": kind, "subject_id": pk, "pk__lt": before}.items():
        found = found.filter(**{name: value}) if value is not None else found
    return list(found[:HOLDS])


def keepings(request: PersonalRequest) -> QuerySet[Keeping]:
    """What was locked away when this request was carried out."""
    return request.keepings.order_by("until", "pk")


def waiting_count(viewer: Viewer) -> int:
    """Requests that are not answered."""
    return access.rows(viewer, "personal_request").exclude(state__in=("done", "refused")).count()


def table_label(table: str) -> str:
    """A table's word: "customers.Contact" → 联系人."""
    return str(apps.get_model(table)._meta.verbose_name)


def column_label(table: str, name: str) -> str:
    """A column's word on screen, its name where it has none."""
    column = next((one for one in apps.get_model(table)._meta.concrete_fields if one.name == name), None)
    return str(column.verbose_name) if column else name
