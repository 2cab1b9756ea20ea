"""Pages of orders."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.platform import access, history
from guike.platform.access import allowed, page
from guike.platform.errors import Forbidden, Refused
from guike.platform.ui import formats, sheets
from guike.platform.ui.components import Figure
from guike.platform.ui.lists import Action
from guike.sales import rules, selectors, services
from guike.sales.forms import CancelForm, DeliverForm, OrderForm, OrderLines
from guike.sales.lists import OrderList
from guike.sales.models import SalesOrder


@page("sales_order")
def order_list(request: HttpRequest) -> HttpResponse:
    may_add = allowed(request.viewer, "sales_order", "add")
    actions = [Action(_("录订单"), reverse("sales:add_order"), "plus", primary=True, new=True)] if may_add else []
    return OrderList().respond(request, actions=actions)


@page("sales_order", row="order_id")
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    viewer = request.viewer
    found = selectors.order_for(viewer, order_id)
    lines = list(selectors.lines_of(viewer, found))
    hidden = access.hidden_fields(viewer, "sales_order")
    context = {
        "order": found,
        "lines": lines,
        "figures": _figures(found, len(lines), priced="amount" not in hidden),
        "shows_amount": "amount" not in hidden,
        "shows_returned": access.reads(viewer, "return_order", "amount"),
        "returns": list(selectors.returns_of(viewer, found)),
        "shows_margin": "profit" not in hidden and any(line.profit is not None for line in lines),
        "places_differ": any(line.city or line.ordered_on for line in lines),
        "changes": history.of(found, hidden=hidden, limit=5, viewer=viewer),
        "history_href": reverse("platform:history", args=["sales_order", found.pk]),
        **_verbs(viewer, found),
    }
    return render(request, "sales/order.html", context)


def _figures(order: SalesOrder, lines: int, *, priced: bool) -> list[Figure]:
    sent = formats.day(order.delivered_on) if order.delivered_on else formats.NOTHING
    promised = _("承诺 %(day)s") % {"day": formats.day(order.promised_on)} if order.promised_on else ""
    late = bool(order.promised_on and order.delivered_on and order.delivered_on > order.promised_on)
    return [
        *([Figure(_("金额"), formats.yuan(order.amount), note=_("含税"))] if priced else []),
        Figure(_("明细"), str(lines), _("行")),
        Figure(_("下单"), formats.day(order.ordered_on), note=str(order.get_channel_display())),
        Figure(_("发货"), sent, note=promised, note_tone="danger" if late else ""),
    ]


def _verbs(viewer: Any, order: SalesOrder) -> dict[str, bool]:
    """Which verbs the state and the rights leave open; the service decides again."""
    verbs = {"confirm": "confirmed", "deliver": "delivered", "cancel": "cancelled"}
    may = {f"may_{verb}": rules.may_move(order.status, to) and allowed(viewer, "sales_order", verb) for verb, to in verbs.items()}
    may_change = allowed(viewer, "sales_order", "change") and access.reads(viewer, "sales_order", "amount")
    may_return = rules.may_come_back(order.status) and allowed(viewer, "return_order", "add")
    return {**may, "may_change": order.status in ("draft", "confirmed") and may_change, "may_return": may_return}


def _require_prices(viewer: Any) -> None:
    """An order is entered with its prices: not by somebody who may not see them."""
    if not access.reads(viewer, "sales_order", "amount"):
        raise Forbidden(_("看不到金额和价格，不能录、改订单"))


@page("sales_order", "add")
def add(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    _require_prices(viewer)
    posted = request.POST if request.method == "POST" else None
    form = OrderForm(posted, viewer=viewer, initial={"customer": request.GET.get("customer")}, draft="order")
    lines = OrderLines(posted, viewer=viewer)

    def save() -> SalesOrder:
        head = form.head()
        ordered_on, number = head.pop("ordered_on"), head.pop("number")
        return services.record_order(
            actor=viewer, customer_id=form.cleaned_data["customer"], ordered_on=ordered_on, number=number, lines=lines.drafts(), **head
        )

    return _form(request, form, lines, save, title=_("录订单"))


@page("sales_order", "change", row="order_id")
def change(request: HttpRequest, order_id: int) -> HttpResponse:
    viewer = request.viewer
    found = selectors.order_for(viewer, order_id, "change")
    _require_prices(viewer)
    posted = request.POST if request.method == "POST" else None
    initial = {name: getattr(found, name) for name in OrderForm.base_fields if name != "customer"} | {"customer": found.customer_id}
    form = OrderForm(posted, viewer=viewer, initial=initial)
    form.fields["customer"].required, form.fields["number"].required = False, True
    lines = OrderLines(posted, viewer=viewer, start=[_start(line) for line in selectors.lines_of(viewer, found)])

    def save() -> SalesOrder:
        version = form.cleaned_data["version"]
        return services.change_order(
            order_id, actor=viewer, version=found.version if version is None else version, lines=lines.drafts(), **form.head()
        )

    return _form(request, form, lines, save, title=_("改订单 %(number)s") % {"number": found.number}, order=found)


def _amount(viewer: Any, order: SalesOrder) -> str:
    return formats.yuan(order.amount) if access.reads(viewer, "sales_order", "amount") else "****"


def _start(line: Any) -> dict[str, Any]:
    return {
        "product": line.product_id,
        "quantity": line.quantity.normalize(),
        "unit_price": line.unit_price,
        "discount": (line.discount * 100).normalize(),
    }


def _form(request: HttpRequest, form: OrderForm, lines: OrderLines, save: Any, **context: Any) -> HttpResponse:
    if form.is_bound and not lines.wants_more and form.is_valid() & lines.is_valid():
        try:
            saved = save()
        except Refused as refusal:
            form.refuse(refusal)
        else:
            message = _("订单 %(number)s 已记，%(amount)s") % {"number": saved.number, "amount": formats.yuan(saved.amount)}
            return sheets.done(request, message, to=saved.get_absolute_url(), stay=False)
    status = 200 if lines.wants_more else sheets.form_status(form)
    return render(request, "sales/order_form.html", {"form": form, "lines": lines, **context}, status=status)


@page("sales_order", "cancel", row="order_id")
def cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    found = selectors.order_for(request.viewer, order_id, "cancel")
    form = CancelForm(request.POST or None, viewer=request.viewer)
    if form.is_bound and form.is_valid():
        services.cancel_order(order_id, actor=request.viewer, reason=form.cleaned_data["reason"])
        return sheets.done(request, _("订单 %(number)s 已取消") % {"number": found.number}, to=found.get_absolute_url())
    return sheets.confirm(
        request,
        title=_("取消订单 %(number)s") % {"number": found.number},
        consequences=[_("客户的采购额从今天起少 %(amount)s，等级可能随之变动") % {"amount": _amount(request.viewer, found)}],
        submit=_("取消订单"),
        cancel=found.get_absolute_url(),
        danger=True,
        form=form,
    )


@page("sales_order", "deliver", row="order_id")
def deliver(request: HttpRequest, order_id: int) -> HttpResponse:
    found = selectors.order_for(request.viewer, order_id, "deliver")
    form = DeliverForm(request.POST or None, viewer=request.viewer)
    if form.is_bound and form.is_valid():
        try:
            services.deliver_order(order_id, actor=request.viewer, delivered_on=form.cleaned_data["delivered_on"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return sheets.done(request, _("订单 %(number)s 已记发货") % {"number": found.number}, to=found.get_absolute_url())
    return sheets.confirm(
        request,
        title=_("记发货：%(number)s") % {"number": found.number},
        consequences=[_("发货后不能再改、再取消；退回的货走退货单")],
        submit=_("记发货"),
        cancel=found.get_absolute_url(),
        form=form,
    )


@page("sales_order", "confirm", row="order_id")
def confirm(request: HttpRequest, order_id: int) -> HttpResponse:
    found = selectors.order_for(request.viewer, order_id, "confirm")
    if request.method == "POST":
        services.confirm_order(order_id, actor=request.viewer)
        return sheets.done(request, _("订单 %(number)s 已确认") % {"number": found.number}, to=found.get_absolute_url())
    return sheets.confirm(
        request,
        title=_("确认订单 %(number)s") % {"number": found.number},
        consequences=[_("确认后计入客户采购额 %(amount)s") % {"amount": _amount(request.viewer, found)}],
        submit=_("确认订单"),
        cancel=found.get_absolute_url(),
    )
