"""Pages of returns."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.organisation.selectors.roles import who_may
from guike.platform import history
from guike.platform.access import Viewer, allowed, hidden_fields, page, reads
from guike.platform.errors import Refused
from guike.platform.ui import formats, sheets
from guike.platform.ui.lists import Action
from guike.sales import selectors, services
from guike.sales.forms import ConfirmReturnForm, RegisterReturnForm
from guike.sales.lists import ReturnList
from guike.sales.models import SalesOrder


@page("return_order")
def return_list(request: HttpRequest) -> HttpResponse:
    may_add = allowed(request.viewer, "return_order", "add")
    actions = [Action(_("登记退货"), reverse("sales:register_return"), "plus", primary=True, sheet=True, new=True)] if may_add else []
    return ReturnList().respond(request, actions=actions)


@page("return_order", row="return_id")
def return_order(request: HttpRequest, return_id: int) -> HttpResponse:
    viewer = request.viewer
    found = selectors.return_for(viewer, return_id)
    context = {
        "back": found,
        "candidates": list(selectors.candidates(viewer, found)) if found.order_id is None else [],
        "may_confirm": found.status == "registered" and allowed(viewer, "return_order", "confirm"),
        "confirmers": "、".join(who_may(viewer.rights, "return_order", "confirm")),
        "shows_amount": reads(viewer, "return_order", "amount"),
        "shows_order_amount": reads(viewer, "sales_order", "amount"),
        "changes": history.of(found, hidden=hidden_fields(viewer, "return_order"), limit=5, viewer=viewer),
        "history_href": reverse("platform:history", args=["return_order", found.pk]),
    }
    return render(request, "sales/return.html", context)


@page("return_order", "add")
def register(request: HttpRequest) -> HttpResponse:
    """`?of=` an order: its page knows which one it is, also where several customers' orders bear one number."""
    asked = request.GET.get("of", "")
    order = selectors.order_for(request.viewer, int(asked)) if asked.isdigit() else None
    form = RegisterReturnForm(request.POST or None, viewer=request.viewer, initial={"reason": "quality"}, known=order is not None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data | ({"order_id": order.pk, "order_number": order.number} if order else {})
        try:
            made = services.register_return(actor=request.viewer, **values)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return sheets.done(request, _("退货单 %(number)s 已登记") % {"number": made.number}, to=made.get_absolute_url())
    return render(request, "sales/return_form.html", {"form": form, "title": _("登记退货"), "order": order}, status=sheets.form_status(form))


@page("return_order", "confirm", row="return_id")
def confirm(request: HttpRequest, return_id: int) -> HttpResponse:
    viewer = request.viewer
    found = selectors.return_for(viewer, return_id, "confirm")
    listed = [(order.pk, _candidate(viewer, order)) for order in selectors.candidates(viewer, found)]
    form = ConfirmReturnForm(
        request.POST or None, viewer=viewer, orders=listed, initial={"version": found.version, "order_id": found.order_id}
    )
    if form.is_bound and form.is_valid():
        values = {**form.cleaned_data, "version": form.cleaned_data["version"] or found.version}
        try:
            services.confirm_return(return_id, actor=viewer, **values)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return sheets.done(request, _("退货单 %(number)s 已确认") % {"number": found.number}, to=found.get_absolute_url())
    context = {"form": form, "title": _("确认退货 %(number)s") % {"number": found.number}, "back": found}
    return render(request, "sales/return_form.html", context, status=sheets.form_status(form))


def _candidate(viewer: Viewer, order: SalesOrder) -> str:
    amount = f"，{formats.yuan(order.amount)}" if reads(viewer, "sales_order", "amount") else ""
    return f"{order.customer.name}（{order.customer.number}），{formats.day(order.ordered_on)}{amount}"
