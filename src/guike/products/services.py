"""Keeping the catalogue (SAL-01)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from guike.platform import access, numbering
from guike.platform.access import Right, Viewer, field_right
from guike.platform.errors import Forbidden, Refused, Stale
from guike.platform.verbs import verb
from guike.products import rules
from guike.products.models import UNNAMED_UNIT, Product
from guike.products.selectors import product_for

FIELDS = frozenset(
    [
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
        "custom",
    ]
)


def _may_set(actor: Viewer, values: dict[str, Any]) -> None:
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"a product has no {sorted(unknown)}")
    if "floor_price" in values and field_right(actor, "product", "floor_price") < Right.WRITE:
        raise Forbidden(_("没有修改最低价的权限，可找市场部"))
    if "list_price" in values and field_right(actor, "product", "list_price") < Right.WRITE:
        raise Forbidden(_("没有修改标准价的权限，可找管理员"))


def _checked(product: Product) -> Product:
    if not product.name.strip():
        raise Refused(_("产品要有名称"), field="name")
    if not Decimal(0) <= product.tax_rate <= 100:
        raise Refused(_("税率在 0～100 之间，按百分数填写"), field="tax_rate")
    for field, price in (("list_price", product.list_price), ("floor_price", product.floor_price)):
        if price is not None and price < 0:
            raise Refused(_("价格不能小于 0"), field=field)
    if rules.floor_above_list(product.list_price, product.floor_price):
        raise Refused(_("最低价高于标准价，按此价格无法开单"), field="floor_price")
    product.unit = product.unit or UNNAMED_UNIT
    product.search = rules.search_text(product.number, product.name, product.spec)
    return product


def _number_free(number: str, but: int | None = None) -> None:
    if Product.objects.filter(number=number).exclude(pk=but).exists():  # type: ignore[misc]
        raise Refused(_("产品编号「%(number)s」已有产品在用") % {"number": number}, field="number")


@verb("products.add_product")
def add_product(*, actor: Viewer, name: str, number: str = "", **values: Any) -> Product:
    """A new product; without a number it gets the next of the series. Refuses a number in use and a floor above the list price (SAL-01)."""
    access.require(actor, "product", "add")
    _may_set(actor, values)
    number = number.strip() or numbering.take("product")
    _number_free(number)
    product = _checked(Product(number=number, name=name.strip(), **values))
    try:
        product.save(force_insert=True)
    except IntegrityError as race:
        raise Refused(_("产品编号「%(number)s」刚被占用，换一个编号") % {"number": number}, field="number") from race
    return product


@verb("products.change_product")
def change_product(product_id: int, *, actor: Viewer, version: int, **values: Any) -> Product:
    """Change fields of a product. `version` is the one the form was opened with; refuses when somebody saved in between."""
    product = product_for(actor, product_id, "change", lock=True)
    if product.version != version:
        raise Stale(_("产品刚被别人改过，重新打开后再改"))
    _may_set(actor, values)
    if number := values.get("number"):
        _number_free(number, but=product.pk)
    for field, value in values.items():
        setattr(product, field, value)
    product.version += 1
    _checked(product).save()
    return product


@verb("products.retire_product")
def retire_product(product_id: int, *, actor: Viewer, reason: str = "") -> Product:
    """Take a product off sale: orders keep it, new lines no longer offer it."""
    product = product_for(actor, product_id, "change", lock=True)
    product.active = False
    product.version += 1
    product.save(update_fields=["active", "version"])
    return product


def unsaved_product(number: str, name: str, *, new_until: date | None = None, **values: Any) -> Product:
    """A product ready for a bulk insert by an import, with its search text; the caller has looked that the number is free."""
    return _checked(Product(number=number, name=name, new_until=new_until, **values))
