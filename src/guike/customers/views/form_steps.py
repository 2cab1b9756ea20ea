"""What the forms of customers share."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guike.customers import selectors
from guike.customers.models import Contact, Customer
from guike.platform.access import Right, Viewer, declarations, field_right
from guike.platform.ui import forms as ui
from guike.platform.ui.sheets import form_status


def veils(viewer: Viewer, record: Customer | Contact | None, code: str) -> tuple[dict[str, str], frozenset[str]]:
    """(veiled fields → what is shown in their place, fields not to be filled in) of a record that is being edited; a new one has no veils."""
    ruled = declarations()[code].fields
    hidden = frozenset(
        one for name in ruled if field_right(viewer, code, name) in (Right.HIDDEN, Right.READ) for one in (name, *selectors.WITH.get(name, ()))
    )
    if record is None:
        return {}, hidden
    customer = record.customer if isinstance(record, Contact) else record
    if selectors.in_clear(viewer, customer):
        return {}, hidden
    veiled = (name for name in ruled if field_right(viewer, code, name) is Right.MASKED)
    return {name: _text(selectors.shown(viewer, record, name)) for name in veiled if getattr(record, name)}, hidden


def _text(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value or "")


def initial(record: Any, names: Iterable[str], veiled: Iterable[str] = ()) -> dict[str, Any]:
    """What stands in the boxes: the record's values, veiled ones left out."""
    return {name: getattr(record, name) for name in names if name not in veiled}


def show(request: HttpRequest, template: str, form: ui.Form, **context: Any) -> HttpResponse:
    """A form's page; 422 when it is shown again with something wrong."""
    return render(request, f"customers/{template}", {"form": form, **context}, status=form_status(form))
