"""One field of a customer edited where it stands: on its page and in the list (PLT-10)."""

from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guike.customers import selectors, services
from guike.customers.forms import OneFieldForm
from guike.customers.models import Customer
from guike.customers.panels import EDITED_IN_PLACE, field_text
from guike.platform.access import Right, field_right, page
from guike.platform.errors import Forbidden
from guike.platform.ui import inplace


@page("customer", "change", row="pk")
def field(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """`?show=1` gives the value alone; the form carries the version that was shown."""
    found = selectors.editable(request.viewer, pk)
    if name not in EDITED_IN_PLACE:
        raise Http404(_("「%(name)s」不能这样改") % {"name": name[:40]})
    if field_right(request.viewer, "customer", name) is not Right.WRITE:
        raise Forbidden(_("没有改这个字段的权限"))
    initial = {name: getattr(found, name), "version": found.version}
    form = OneFieldForm(request.POST or None, name=name, current=getattr(found, name), initial=initial, viewer=request.viewer)

    def write(value: Any) -> None:
        nonlocal found
        found = services.change_customer(pk, {name: value}, version=form.cleaned_data["version"] or 0, actor=request.viewer)

    return inplace.respond(
        request,
        form,
        name,
        write=write,
        shown=lambda: field_text(found, name),
        before=lambda: _raw(found, name),
        version=lambda: found.version,
    )


def _raw(customer: Customer, name: str) -> Any:
    """The value as the form sends it back when it is undone."""
    value = getattr(customer, name)
    field: Any = Customer._meta.get_field(name)
    if isinstance(field, models.BooleanField):
        return {True: "true", False: "false", None: ""}[value]
    return "" if value is None else str(value)
