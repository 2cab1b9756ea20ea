"""Customers and their people for other programs (PLT-07): the same lists, services and rights as the pages."""

from typing import Annotated, Any, Literal

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Header, Query, Schema
from pydantic import Field

from guike.customers import selectors, services
from guike.customers.lists import CustomerList
from guike.customers.models import Contact, Customer, CustomField
from guike.customers.services.cleaning import EDITABLE
from guike.customers.services.contacts import EDITABLE as CONTACT_EDITABLE
from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.api import bulk, listing, schemas
from guike.platform.api.problems import Problem
from guike.platform.api.resources import Extra, Resource, json_answer
from guike.platform.api.root import Routes
from guike.platform.conditions import Field as Asked
from guike.platform.conditions import FieldSet, Kind
from guike.platform.ui.lists import ListPage

#: What is told of a customer besides what may be written: in the order of the form.
_TOLD = ("number", *(f.name for f in Customer._meta.concrete_fields if f.name in EDITABLE), "owner", "department", "stage", "stage_since",
         "tags", "completeness", "former_numbers", "created_at", "updated_at", "version")  # fmt: skip


def _figure(name: str) -> Any:
    return lambda viewer, row: getattr(row.figures, name)


CUSTOMERS = Resource(
    code="customers",
    object="customer",
    label=gettext_lazy("客户"),
    page=CustomerList,
    fields=_TOLD,
    extras={
        "grade": Extra(str, _figure("grade"), "等级"),
        "score": Extra(str, _figure("score"), "综合分"),
        "purchases_12m": Extra(str, _figure("purchases_12m"), "12 个月采购额（元）"),
        "orders_12m": Extra(int, _figure("orders_12m"), "12 个月订单数"),
        "last_contact_on": Extra(str, _figure("last_contact_on"), "上次联系"),
        "last_purchase_on": Extra(str, _figure("last_purchase_on"), "上次下单"),
        "next_due_on": Extra(str, _figure("next_due_on"), "下一步日期"),
        "next_due_title": Extra(str, _figure("next_due_title"), "下一步"),
    },
    exact={"number": ("number", Annotated[str, Field(max_length=40)]), "uscc": ("uscc", Annotated[str, Field(max_length=18)])},
    related=("figures",),
    veiled=selectors.shown,
    gone="removed_at",
)


class ContactPage(ListPage):
    """Contacts as a list; the pages show them with their customer only."""

    object = "contact"
    fields = FieldSet(
        [
            Asked("customer", gettext_lazy("客户"), Kind.REFERENCE, path="customer_id"),
            Asked("name", gettext_lazy("姓名")),
            Asked("role", gettext_lazy("决策角色"), Kind.CHOICE, choices=Contact.Role.choices),
            Asked("is_primary", gettext_lazy("首要联系人"), Kind.FLAG),
            Asked("left_on", gettext_lazy("离职日期"), Kind.DATE),
        ]
    )


CONTACTS = Resource(
    code="contacts",
    object="contact",
    label=gettext_lazy("联系人"),
    page=ContactPage,
    fields=("customer", *(f.name for f in Contact._meta.concrete_fields if f.name in CONTACT_EDITABLE), "created_at", "version"),
    exact={"customer": ("customer_id", schemas.Id)},
    related=("customer",),
    veiled=selectors.shown,
    gone="removed_at",
    number="name",
)

_FIELDS = sorted(EDITABLE)
_PEOPLE = sorted(CONTACT_EDITABLE)
_ADD: dict[str, Any] = {
    "number": (Annotated[str, Field(max_length=40, pattern=r"^\S*$")], Field("", description="自己的编号；不写由系统编")),
    "owner": (schemas.Ref | None, Field(None, description="负责人；不写就是密钥的主人")),
    "unowned": (schemas.Flag, Field(False, description="放入公海，没有负责人")),
}
NewCustomer: Any = schemas.sent("NewCustomer", Customer, _FIELDS, required=["name"], **_ADD)
CustomerChange: Any = schemas.sent("CustomerChange", Customer, _FIELDS, base=schemas.Pin)
CustomerByNumber: Any = schemas.sent("CustomerByNumber", Customer, _FIELDS)
CustomerRow: Any = schemas.sent("CustomerRow", Customer, _FIELDS, number=_ADD["number"])
NewContact: Any = schemas.sent("NewContact", Contact, _PEOPLE, required=["name"], customer=(schemas.Ref, Field(description="客户")))
ContactChange: Any = schemas.sent("ContactChange", Contact, _PEOPLE, base=schemas.Pin)
CustomerQuestion, ContactQuestion = listing.question_of(CUSTOMERS), listing.question_of(CONTACTS)


class Reason(schemas.Strict):
    reason: Annotated[str, Field(max_length=200)]


class Transfer(Reason):
    owner: schemas.Ref | None = Field(description="新负责人；null = 放入公海")


class Reveal(schemas.Strict):
    field: Annotated[str, Field(max_length=40)]


class Revealed(Schema):
    field: str
    value: str


routes = Routes(tags=["customers"])
IfMatch = Annotated[str | None, Header(alias="If-Match", description="读取时给的 ETag")]


# --- customers ---------------------------------------------------------------------------------------------------------


@routes.operation("GET", "/customers", scope="customers:read", object="customer", summary="客户列表", answer=CUSTOMERS.page_shape)
def list_customers(request: HttpRequest, asked: Query[CustomerQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(CUSTOMERS, request.viewer, asked)


@routes.operation(
    "GET", "/customers/{int:pk}", scope="customers:read", object="customer", row="pk", summary="一家客户", answer=CUSTOMERS.shape
)
def customer(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return CUSTOMERS.answer(request.viewer, CUSTOMERS.one(request.viewer, pk), fields=fields)


@routes.operation(
    "POST", "/customers", scope="customers:write", object="customer", action="add", status=201, summary="新建客户", answer=CUSTOMERS.shape
)
def add_customer(request: HttpRequest, body: NewCustomer) -> HttpResponse:
    values = body.dict(exclude_unset=True)
    number, owner, unowned = values.pop("number", ""), values.pop("owner", None), values.pop("unowned", False)
    made = _added(request.viewer, values, number=number, owner_id=owner, unowned=unowned)
    return CUSTOMERS.answer(request.viewer, CUSTOMERS.one(request.viewer, made.pk), status=201)


@routes.operation(
    "PATCH",
    "/customers/{int:pk}",
    scope="customers:write",
    object="customer",
    action="change",
    row="pk",
    summary="修改客户",
    answer=CUSTOMERS.shape,
)
def change_customer(request: HttpRequest, pk: int, body: CustomerChange, if_match: IfMatch = None) -> HttpResponse:
    viewer = request.viewer

    def write(values: dict[str, Any], version: int) -> None:
        services.change_customer(pk, _values(viewer, values), version=version, actor=viewer)

    return CUSTOMERS.change(viewer, pk, body.dict(exclude_unset=True), if_match, write)


@routes.operation(
    "DELETE", "/customers/{int:pk}", scope="customers:write", object="customer", action="delete", row="pk", status=204, summary="停用客户"
)
def remove_customer(request: HttpRequest, pk: int, reason: Annotated[str, Query(max_length=200)]) -> HttpResponse:
    services.remove_customer(pk, actor=request.viewer, reason=reason)
    return HttpResponse(status=204)


@routes.operation(
    "POST",
    "/customers/{int:pk}/transfer",
    scope="customers:write",
    object="customer",
    action="transfer",
    row="pk",
    summary="转负责人",
    answer=CUSTOMERS.shape,
    also={204: None},
)
def transfer_customer(request: HttpRequest, pk: int, body: Transfer) -> HttpResponse:
    services.transfer(pk, body.owner, actor=request.viewer, reason=body.reason, release=body.owner is None)
    found = access.rows(request.viewer, "customer").filter(pk=pk).exists()
    return CUSTOMERS.answer(request.viewer, CUSTOMERS.one(request.viewer, pk)) if found else HttpResponse(status=204)


@routes.operation(
    "POST",
    "/customers/{int:pk}/reveal",
    scope="customers:read",
    object="customer",
    action="reveal",
    row="pk",
    summary="查看明文（留记录，有限额）",
    answer=Revealed,
)
def reveal_customer(request: HttpRequest, pk: int, body: Reveal) -> HttpResponse:
    return _revealed(request, "customer", pk, body.field)


@routes.operation(
    "PUT",
    "/customers/by-number/{number}",
    scope="customers:write",
    object="customer",
    action="add",
    summary="按编号新建或更新",
    answer=CUSTOMERS.shape,
    also={201: CUSTOMERS.shape},
)
def put_customer(request: HttpRequest, number: str, body: CustomerByNumber) -> HttpResponse:
    found, made = _put(request.viewer, number, body.dict(exclude_unset=True))
    return CUSTOMERS.answer(request.viewer, CUSTOMERS.one(request.viewer, found.pk), status=201 if made else 200)


class CustomerRows(schemas.Strict):
    rows: Annotated[list[CustomerRow], Field(min_length=1, max_length=bulk.MOST)]  # type: ignore[valid-type]
    mode: Literal["each", "all"] = "each"


@routes.operation(
    "POST",
    "/customers/bulk",
    scope="customers:write",
    object="customer",
    action="add",
    summary="批量新建或更新（按编号）",
    answer=bulk.Outcome,
    also={409: bulk.Outcome},
)
def put_customers(request: HttpRequest, body: CustomerRows) -> HttpResponse:
    viewer = request.viewer

    def write(values: dict[str, Any]) -> bulk.Written:
        number = values.pop("number", "")
        found, made = _put(viewer, number, values) if number else (_added(viewer, values), True)
        return bulk.Written(found.pk, made, found.number)

    return bulk.respond(request, [row.dict(exclude_unset=True) for row in body.rows], write, together=body.mode == "all")


def _values(viewer: Viewer, values: dict[str, Any]) -> dict[str, Any]:
    """Ids become rows in sight, the company's own fields are those it has; absent is absent."""
    CUSTOMERS.refuse_veiled(viewer, values)
    if values.get("parent") is not None:
        values["parent"] = _seen(viewer, "customer", values["parent"], "parent")
    if "custom" in values:
        known = set(CustomField.objects.filter(active=True).values_list("code", flat=True))
        if unknown := set(values["custom"]) - known:
            raise Problem(422, "custom", _("没有「%(code)s」这个自定义字段") % {"code": min(unknown)[:40]}, field="custom")
    return values


def _seen(viewer: Viewer, code: str, pk: int, field: str) -> Any:
    found = access.rows(viewer, code).filter(pk=pk).first()
    if found is None:
        raise Problem(422, "reference", _("没有编号 %(pk)s，或不在可见范围内") % {"pk": pk}, field=field)
    return found


def _added(viewer: Viewer, values: dict[str, Any], *, number: str = "", owner_id: int | None = None, unowned: bool = False) -> Customer:
    if owner_id is not None:
        _seen(viewer, "person", owner_id, "owner")
    try:
        with transaction.atomic():
            return services.add_customer(_values(viewer, values), actor=viewer, number=number, owner_id=owner_id, unowned=unowned)
    except IntegrityError as error:
        if "number" not in str(error):
            raise
        raise Problem(409, "number_taken", _("编号「%(number)s」已有客户在用") % {"number": number}, field="number") from error


def _put(viewer: Viewer, number: str, values: dict[str, Any]) -> tuple[Customer, bool]:
    """The customer of this number as the values say, and whether it is new. The last writer wins: the number's owner is the master."""
    found = access.rows(viewer, "customer").filter(number=number).only("pk", "version").first()
    if found is None:
        return _added(viewer, {"name": "", **values}, number=number), True
    with transaction.atomic():
        held = access.row(viewer, "customer", found.pk, "change", lock=True)
        return services.change_customer(held.pk, _values(viewer, values), version=held.version, actor=viewer), False


def _revealed(request: HttpRequest, code: str, pk: int, field: str) -> HttpResponse:
    value = services.reveal(code, pk, field, actor=request.viewer, address=request.META.get("REMOTE_ADDR"))
    return json_answer({"field": field, "value": value})


# --- contacts ----------------------------------------------------------------------------------------------------------


@routes.operation("GET", "/contacts", scope="contacts:read", object="contact", summary="联系人列表", answer=CONTACTS.page_shape)
def list_contacts(request: HttpRequest, asked: Query[ContactQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(CONTACTS, request.viewer, asked)


@routes.operation(
    "GET", "/contacts/{int:pk}", scope="contacts:read", object="contact", row="pk", summary="一位联系人", answer=CONTACTS.shape
)
def contact(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return CONTACTS.answer(request.viewer, CONTACTS.one(request.viewer, pk), fields=fields)


@routes.operation(
    "POST", "/contacts", scope="contacts:write", object="contact", action="add", status=201, summary="新建联系人", answer=CONTACTS.shape
)
def add_contact(request: HttpRequest, body: NewContact) -> HttpResponse:
    values = body.dict(exclude_unset=True)
    customer_id = values.pop("customer")
    made = services.add_contact(customer_id, _person_values(request.viewer, values), actor=request.viewer)
    return CONTACTS.answer(request.viewer, CONTACTS.one(request.viewer, made.pk), status=201)


@routes.operation(
    "PATCH",
    "/contacts/{int:pk}",
    scope="contacts:write",
    object="contact",
    action="change",
    row="pk",
    summary="修改联系人",
    answer=CONTACTS.shape,
)
def change_contact(request: HttpRequest, pk: int, body: ContactChange, if_match: IfMatch = None) -> HttpResponse:
    viewer = request.viewer

    def write(values: dict[str, Any], version: int) -> None:
        services.change_contact(pk, _person_values(viewer, values), version=version, actor=viewer)

    return CONTACTS.change(viewer, pk, body.dict(exclude_unset=True), if_match, write)


@routes.operation(
    "DELETE", "/contacts/{int:pk}", scope="contacts:write", object="contact", action="delete", row="pk", status=204, summary="停用联系人"
)
def remove_contact(request: HttpRequest, pk: int) -> HttpResponse:
    services.remove_contact(pk, actor=request.viewer)
    return HttpResponse(status=204)


@routes.operation(
    "POST",
    "/contacts/{int:pk}/reveal",
    scope="contacts:read",
    object="contact",
    action="reveal",
    row="pk",
    summary="查看明文（留记录，有限额）",
    answer=Revealed,
)
def reveal_contact(request: HttpRequest, pk: int, body: Reveal) -> HttpResponse:
    return _revealed(request, "contact", pk, body.field)


def _person_values(viewer: Viewer, values: dict[str, Any]) -> dict[str, Any]:
    CONTACTS.refuse_veiled(viewer, values)
    if values.get("reports_to") is not None:
        values["reports_to"] = _seen(viewer, "contact", values["reports_to"], "reports_to")
    return values
