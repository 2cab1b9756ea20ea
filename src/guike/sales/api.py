"""Orders with their lines, and returns, for other programs (PLT-07, SAL-05, SAL-11)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Header, Query
from pydantic import Field, create_model

from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.platform.api import bulk, listing, schemas
from guike.platform.api.problems import Problem
from guike.platform.api.resources import Extra, Resource, by_rule
from guike.platform.api.root import Routes
from guike.sales import rules, services
from guike.sales.lists import OrderList, ReturnList
from guike.sales.models import SalesOrder, SalesOrderLine
from guike.sales.services import LineDraft
from guike.sales.services.orders import HEAD_FIELDS

Money = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
_LINE = (
    "line_number",
    "external_line",
    "product",
    "product_text",
    "quantity",
    "unit_price",
    "discount",
    "tax_rate",
    "amount",
    "cost",
    "profit",
)


def _told_line() -> Any:
    parts: dict[str, Any] = {}
    for name in _LINE:
        field: Any = SalesOrderLine._meta.get_field(name)
        parts[name] = (schemas.shown_as(field) | None, Field(None, description=str(field.verbose_name)))
    return create_model("OrderLine", __base__=schemas.Schema, **parts)


ToldLine: Any = _told_line()


class OrderRows(OrderList):
    """The list of orders with their lines: one query more for a whole page."""

    def queryset(self, viewer: Viewer) -> Any:
        return super().queryset(viewer).prefetch_related(Prefetch("lines", SalesOrderLine.objects.order_by("line_number")))


def _lines(viewer: Viewer, order: Any) -> list[dict[str, Any]]:
    hidden = access.hidden_fields(viewer, "sales_order")
    names = [name for name in _LINE if name not in hidden]
    return [{name: _of_line(viewer, line, name) for name in names} for line in order.lines.all()]


def _of_line(viewer: Viewer, line: Any, name: str) -> Any:
    value = line.product_id if name == "product" else getattr(line, name)
    return by_rule(viewer, "sales_order", name, value) if name in ("cost", "profit") else value


_HEAD = tuple(sorted(HEAD_FIELDS - {"custom"}))
ORDERS = Resource(
    code="sales-orders",
    object="sales_order",
    label=gettext_lazy("订单"),
    page=OrderRows,
    fields=("number", "customer", "status", "ordered_on", "confirmed_on", "promised_on", "delivered_on", "cancelled_on", "cancel_reason", "amount",
            "owner", "channel", "source", "external_number", "delivery_method", "region", "province", "city", "address", "note", "version"),
    extras={"lines": Extra(list[ToldLine], _lines, "明细", rule="lines")},
    exact={
        "number": ("number", Annotated[str, Field(max_length=60)]),
        "customer": ("customer_id", schemas.Id),
        "status": ("status", Literal[tuple(rules.STATUSES)]),  # type: ignore[misc]
    },
)  # fmt: skip
RETURNS = Resource(
    code="returns",
    object="return_order",
    label=gettext_lazy("退货"),
    page=ReturnList,
    fields=(
        "number",
        "order_number",
        "order",
        "customer",
        "external_number",
        "status",
        "reason",
        "registered_on",
        "returned_on",
        "amount",
        "note",
        "version",
    ),
    exact={"number": ("number", Annotated[str, Field(max_length=60)]), "customer": ("customer_id", schemas.Id)},
)


class NewLine(schemas.Line):
    product: schemas.Ref | None = Field(None, description="产品的 id；或用 product_number")
    product_number: Annotated[str | None, Field(max_length=60, description="产品编号")] = None
    quantity: Money
    unit_price: Money = Field(description="单价，含税，元")
    discount: Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4, description="折扣率：0.4 = 让利 40%")] = Decimal(0)
    tax_rate: Annotated[Decimal | None, Field(ge=0, le=100, max_digits=5, decimal_places=2)] = None
    cost: Annotated[Decimal | None, Field(max_digits=18, decimal_places=2)] = None


Lines = Annotated[list[NewLine], Field(min_length=1, max_length=500)]
_NEW: dict[str, Any] = {
    "customer": (schemas.Ref | None, Field(None, description="客户的 id；或用 customer_number")),
    "customer_number": (Annotated[str, Field(max_length=40)] | None, Field(None, description="客户编号")),
    "lines": (Lines, Field(description="明细")),
    "draft": (schemas.Flag, Field(False, description="先存草稿，不算采购")),
}
NewOrder: Any = schemas.sent("NewOrder", SalesOrder, _HEAD, required=["ordered_on"], **_NEW)
OrderChange: Any = schemas.sent(
    "OrderChange", SalesOrder, [name for name in _HEAD if name != "number"], base=schemas.Pin, lines=(Lines | None, Field(None))
)
OrderQuestion, ReturnQuestion = listing.question_of(ORDERS), listing.question_of(RETURNS)


class BulkOrders(schemas.Strict):
    rows: Annotated[list[NewOrder], Field(min_length=1, max_length=bulk.MOST)]  # type: ignore[valid-type]
    mode: Literal["each", "all"] = "each"


class OnDay(schemas.Strict):
    on: schemas.Day | None = Field(None, description="哪一天；不写就是今天")


class Cancel(OnDay):
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class NewReturn(schemas.Strict):
    order: schemas.Ref | None = None
    order_number: Annotated[str, Field(max_length=60)] = ""
    reason: Literal[tuple(rules.RETURN_REASONS)] = "unknown"  # type: ignore[valid-type]
    returned_on: schemas.Day | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class Confirm(schemas.Strict):
    version: Annotated[int, Field(ge=1, le=schemas.WHOLE, strict=True)]
    order: schemas.Ref
    returned_on: schemas.Day
    amount: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=2)]
    note: Annotated[str, Field(max_length=500)] = ""


routes = Routes(tags=["sales"])
IfMatch = Annotated[str | None, Header(alias="If-Match", description="读取时给的 ETag")]


@routes.operation(
    "GET", "/sales-orders", scope="sales-orders:read", object="sales_order", summary="订单列表，带明细", answer=ORDERS.page_shape
)
def list_orders(request: HttpRequest, asked: Query[OrderQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(ORDERS, request.viewer, asked)


@routes.operation(
    "GET", "/sales-orders/{int:pk}", scope="sales-orders:read", object="sales_order", row="pk", summary="一张订单", answer=ORDERS.shape
)
def order(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return ORDERS.answer(request.viewer, ORDERS.one(request.viewer, pk), fields=fields)


@routes.operation(
    "POST",
    "/sales-orders",
    scope="sales-orders:write",
    object="sales_order",
    action="add",
    status=201,
    summary="录入订单",
    answer=ORDERS.shape,
)
def add_order(request: HttpRequest, body: NewOrder) -> HttpResponse:
    made = _added(request.viewer, body.dict(exclude_unset=True))
    return ORDERS.answer(request.viewer, ORDERS.one(request.viewer, made.pk), status=201)


@routes.operation(
    "POST",
    "/sales-orders/bulk",
    scope="sales-orders:write",
    object="sales_order",
    action="add",
    summary="批量录入或更新（按客户和订单号）",
    answer=bulk.Outcome,
    also={409: bulk.Outcome},
)
def put_orders(request: HttpRequest, body: BulkOrders) -> HttpResponse:
    """An order number that the customer has already is changed, as long as it was not delivered."""
    viewer = request.viewer

    def write(values: dict[str, Any]) -> bulk.Written:
        customer = _customer(viewer, values)
        held = _held(viewer, customer, values.get("number", ""))
        if held is None:
            made = _added(viewer, {**values, "customer": customer})
            return bulk.Written(made.pk, True, made.number)
        for name in ("customer", "draft", "number"):
            values.pop(name, None)
        lines = _drafts(viewer, values.pop("lines"))
        services.change_order(held.pk, actor=viewer, version=held.version, lines=lines, **values)
        return bulk.Written(held.pk, False, held.number)

    return bulk.respond(request, [row.dict(exclude_unset=True) for row in body.rows], write, together=body.mode == "all")


@routes.operation(
    "PATCH",
    "/sales-orders/{int:pk}",
    scope="sales-orders:write",
    object="sales_order",
    action="change",
    row="pk",
    summary="修改未发货的订单",
    answer=ORDERS.shape,
)
def change_order(request: HttpRequest, pk: int, body: OrderChange, if_match: IfMatch = None) -> HttpResponse:
    viewer = request.viewer

    def write(values: dict[str, Any], version: int) -> None:
        lines = values.pop("lines", None)
        services.change_order(pk, actor=viewer, version=version, lines=None if lines is None else _drafts(viewer, lines), **values)

    return ORDERS.change(viewer, pk, body.dict(exclude_unset=True), if_match, write)


@routes.operation(
    "POST",
    "/sales-orders/{int:pk}/confirm",
    scope="sales-orders:write",
    object="sales_order",
    action="confirm",
    row="pk",
    summary="确认草稿",
    answer=ORDERS.shape,
)
def confirm_order(request: HttpRequest, pk: int, body: OnDay) -> HttpResponse:
    services.confirm_order(pk, actor=request.viewer, confirmed_on=body.on)
    return ORDERS.answer(request.viewer, ORDERS.one(request.viewer, pk))


@routes.operation(
    "POST",
    "/sales-orders/{int:pk}/deliver",
    scope="sales-orders:write",
    object="sales_order",
    action="deliver",
    row="pk",
    summary="记发货",
    answer=ORDERS.shape,
)
def deliver_order(request: HttpRequest, pk: int, body: OnDay) -> HttpResponse:
    services.deliver_order(pk, actor=request.viewer, delivered_on=body.on or clock.today())
    return ORDERS.answer(request.viewer, ORDERS.one(request.viewer, pk))


@routes.operation(
    "POST",
    "/sales-orders/{int:pk}/cancel",
    scope="sales-orders:write",
    object="sales_order",
    action="cancel",
    row="pk",
    summary="取消订单",
    answer=ORDERS.shape,
)
def cancel_order(request: HttpRequest, pk: int, body: Cancel) -> HttpResponse:
    services.cancel_order(pk, actor=request.viewer, reason=body.reason, cancelled_on=body.on)
    return ORDERS.answer(request.viewer, ORDERS.one(request.viewer, pk))


def _customer(viewer: Viewer, values: dict[str, Any]) -> int:
    """The customer meant, by id or number, among those in sight."""
    number, pk = values.pop("customer_number", None), values.pop("customer", None)
    if pk is None and not number:
        raise Problem(422, "customer", _("要写 customer 或 customer_number"), field="customer")
    found = (
        access.rows(viewer, "customer")
        .filter(**({"pk": pk} if pk is not None else {"number": number}))
        .values_list("pk", flat=True)
        .first()
    )
    if found is None:
        raise Problem(422, "reference", _("没有这个客户，或不在可见范围内"), field="customer" if pk is not None else "customer_number")
    return found


def _held(viewer: Viewer, customer_id: int, number: str) -> SalesOrder | None:
    if not number:
        return None
    found = access.rows(viewer, "sales_order").filter(customer=customer_id, number=number).values_list("pk", flat=True).first()
    return access.row(viewer, "sales_order", found, "change", lock=True) if found else None


def _added(viewer: Viewer, values: dict[str, Any]) -> SalesOrder:
    customer_id = _customer(viewer, values)
    lines = _drafts(viewer, values.pop("lines"))
    with transaction.atomic():
        return services.record_order(actor=viewer, customer_id=customer_id, lines=lines, **values)


def _drafts(viewer: Viewer, lines: Iterable[dict[str, Any]]) -> list[LineDraft]:
    lines = list(lines)
    numbers = {line["product_number"] for line in lines if line.get("product_number")}
    known = dict(access.rows(viewer, "product").filter(number__in=numbers).values_list("number", "pk"))
    drafts = []
    for place, line in enumerate(lines):
        product = line.get("product") or known.get(line.get("product_number") or "")
        if product is None:
            raise Problem(422, "product", _("第 %(n)s 行：没有这个产品") % {"n": place + 1}, field=f"lines.{place}.product_number")
        kept = {name: line[name] for name in ("quantity", "unit_price", "discount", "tax_rate", "cost") if line.get(name) is not None}
        drafts.append(LineDraft(product_id=product, **kept))
    return drafts


# --- returns -----------------------------------------------------------------------------------------------------------


@routes.operation("GET", "/returns", scope="returns:read", object="return_order", summary="退货列表", answer=RETURNS.page_shape)
def list_returns(request: HttpRequest, asked: Query[ReturnQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(RETURNS, request.viewer, asked)


@routes.operation(
    "GET", "/returns/{int:pk}", scope="returns:read", object="return_order", row="pk", summary="一张退货单", answer=RETURNS.shape
)
def return_order(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return RETURNS.answer(request.viewer, RETURNS.one(request.viewer, pk), fields=fields)


@routes.operation(
    "POST", "/returns", scope="returns:write", object="return_order", action="add", status=201, summary="登记退货", answer=RETURNS.shape, also={202: None}
)
def add_return(request: HttpRequest, body: NewReturn) -> HttpResponse:
    values = body.dict()
    order_id = values.pop("order")
    if order_id is None and not values["order_number"].strip():
        raise Problem(422, "order", _("要写 order 或 order_number"), field="order_number")
    made = services.register_return(actor=request.viewer, order_id=order_id, **values)
    shown = access.rows(request.viewer, "return_order").filter(pk=made.pk).exists()
    return RETURNS.answer(request.viewer, RETURNS.one(request.viewer, made.pk), status=201) if shown else HttpResponse(status=202)


@routes.operation(
    "POST",
    "/returns/{int:pk}/confirm",
    scope="returns:write",
    object="return_order",
    action="confirm",
    row="pk",
    summary="确认退货",
    answer=RETURNS.shape,
)
def confirm_return(request: HttpRequest, pk: int, body: Confirm) -> HttpResponse:
    services.confirm_return(
        pk,
        actor=request.viewer,
        version=body.version,
        order_id=body.order,
        returned_on=body.returned_on,
        amount=body.amount,
        note=body.note,
    )
    return RETURNS.answer(request.viewer, RETURNS.one(request.viewer, pk))
