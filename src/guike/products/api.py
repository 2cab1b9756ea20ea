"""The catalogue for other programs (PLT-07, SAL-01)."""

from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from ninja import Header, Query
from pydantic import Field

from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.api import bulk, listing, schemas
from guike.platform.api.resources import Resource
from guike.platform.api.root import Routes
from guike.products import services
from guike.products.lists import ProductList
from guike.products.models import Product

_FIELDS = (
    "number",
    "name",
    "spec",
    "category",
    "subcategory",
    "unit",
    "tax_rate",
    "serial_tracked",
    "new_until",
    "active",
    "list_price",
    "floor_price",
)
PRODUCTS = Resource(
    code="products",
    object="product",
    label=gettext_lazy("产品"),
    page=ProductList,
    fields=(*_FIELDS, "version"),
    exact={"number": ("number", Annotated[str, Field(max_length=60)])},
)
NewProduct: Any = schemas.sent("NewProduct", Product, _FIELDS, required=["name"])
ProductChange: Any = schemas.sent("ProductChange", Product, _FIELDS, base=schemas.Pin)
ProductByNumber: Any = schemas.sent("ProductByNumber", Product, [name for name in _FIELDS if name != "number"])
ProductRow: Any = schemas.sent("ProductRow", Product, _FIELDS)
ProductQuestion = listing.question_of(PRODUCTS)
routes = Routes(tags=["products"])


class ProductRows(schemas.Strict):
    rows: Annotated[list[ProductRow], Field(min_length=1, max_length=bulk.MOST)]  # type: ignore[valid-type]
    mode: Literal["each", "all"] = "each"


@routes.operation("GET", "/products", scope="products:read", object="product", summary="产品列表", answer=PRODUCTS.page_shape)
def list_products(request: HttpRequest, asked: Query[ProductQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(PRODUCTS, request.viewer, asked)


@routes.operation("GET", "/products/{int:pk}", scope="products:read", object="product", row="pk", summary="一个产品", answer=PRODUCTS.shape)
def product(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return PRODUCTS.answer(request.viewer, PRODUCTS.one(request.viewer, pk), fields=fields)


@routes.operation(
    "POST", "/products", scope="products:write", object="product", action="add", status=201, summary="新建产品", answer=PRODUCTS.shape
)
def add_product(request: HttpRequest, body: NewProduct) -> HttpResponse:
    made = services.add_product(actor=request.viewer, **body.dict(exclude_unset=True))
    return PRODUCTS.answer(request.viewer, PRODUCTS.one(request.viewer, made.pk), status=201)


@routes.operation(
    "PATCH",
    "/products/{int:pk}",
    scope="products:write",
    object="product",
    action="change",
    row="pk",
    summary="修改产品",
    answer=PRODUCTS.shape,
)
def change_product(
    request: HttpRequest, pk: int, body: ProductChange, if_match: Annotated[str | None, Header(alias="If-Match")] = None
) -> HttpResponse:
    def write(values: dict[str, Any], version: int) -> None:
        services.change_product(pk, actor=request.viewer, version=version, **values)

    return PRODUCTS.change(request.viewer, pk, body.dict(exclude_unset=True), if_match, write)


@routes.operation(
    "PUT",
    "/products/by-number/{number}",
    scope="products:write",
    object="product",
    action="add",
    summary="按编号新建或更新",
    answer=PRODUCTS.shape,
    also={201: PRODUCTS.shape},
)
def put_product(request: HttpRequest, number: str, body: ProductByNumber) -> HttpResponse:
    found, made = _put(request.viewer, number, body.dict(exclude_unset=True))
    return PRODUCTS.answer(request.viewer, PRODUCTS.one(request.viewer, found.pk), status=201 if made else 200)


@routes.operation(
    "POST",
    "/products/bulk",
    scope="products:write",
    object="product",
    action="add",
    summary="批量新建或更新（按编号）",
    answer=bulk.Outcome,
    also={409: bulk.Outcome},
)
def put_products(request: HttpRequest, body: ProductRows) -> HttpResponse:
    def write(values: dict[str, Any]) -> bulk.Written:
        number = values.pop("number", "")
        found, made = (
            _put(request.viewer, number, values) if number else (services.add_product(actor=request.viewer, **{"name": "", **values}), True)
        )
        return bulk.Written(found.pk, made, found.number)

    return bulk.respond(request, [row.dict(exclude_unset=True) for row in body.rows], write, together=body.mode == "all")


@transaction.atomic
def _put(viewer: Viewer, number: str, values: dict[str, Any]) -> tuple[Product, bool]:
    found = access.rows(viewer, "product").filter(number=number).values_list("pk", flat=True).first()
    if found is None:
        return services.add_product(actor=viewer, number=number, **{"name": "", **values}), True
    held = access.row(viewer, "product", found, "change", lock=True)
    return services.change_product(held.pk, actor=viewer, version=held.version, **values), False
