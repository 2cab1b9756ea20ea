"""Who bought and what: customers and products that the rows of a batch speak of, found or about to be made."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from guike.customers import rules as customer_rules
from guike.platform import access, numbering
from guike.platform.access import Viewer, allowed
from guike.platform.imports.rows import Row
from guike.products import rules as product_rules
from guike.products.selectors import products_for
from guike.sales.models import SalesOrder, SalesOrderLine

Customer: type[models.Model] = SalesOrder._meta.get_field("customer").related_model  # type: ignore[assignment]
Product: type[models.Model] = SalesOrderLine._meta.get_field("product").related_model  # type: ignore[assignment]
PERSONS = ("消费者", "个人", "自然人", "零售", "consumer")
_PRODUCT_FIELDS = ("spec", "category", "subcategory", "unit")


class Customers:
    """Customers by number, else by name. Equal names are told apart by number; a name that several carry is asked for its number."""

    def __init__(self, viewer: Viewer):
        self.viewer = viewer
        self.may_add = allowed(viewer, "customer", "add")
        self.seen = access.rows(viewer, "customer")

    def find(self, rows: Iterable[Row]) -> None:
        """Put `row.found["customer"]`: a record, or None where one is to be made; refuse what cannot be told."""
        rows = list(rows)
        numbers = {row["customer_number"] for row in rows if row["customer_number"]}
        keys = {customer_rules.name_key(row["customer_name"]) for row in rows if row["customer_name"] and not row["customer_number"]}
        by_number = {customer.number: customer for customer in self.seen.filter(number__in=numbers)}  # type: ignore[attr-defined]
        hidden = set(Customer.everything.filter(number__in=numbers - set(by_number)).values_list("number", flat=True))  # type: ignore[attr-defined]
        by_key = defaultdict(list)
        for customer in self.seen.filter(name_key__in=keys):
            by_key[customer.name_key].append(customer)  # type: ignore[attr-defined]
        for row in rows:
            if number := row["customer_number"]:
                row.found["customer"] = by_number.get(number)
                self._may_be_made(row, number in hidden)
            else:
                self._by_name(row, by_key)

    def _may_be_made(self, row: Row, hidden: bool) -> None:
        if row.found["customer"] is not None:
            return
        if hidden:
            row.refuse("customer_number", _("这个编号的客户不在可见范围内，或已停用"))
        elif not row["customer_name"]:
            row.refuse(
                "customer_number", _("没有编号为「%(number)s」的客户，补上客户名称可以一起新建") % {"number": row["customer_number"]}
            )
        elif not self.may_add:
            row.refuse("customer_number", _("没有这个客户，也没有新建客户的权限"))

    def _by_name(self, row: Row, by_key: dict[str, list[Any]]) -> None:
        if not row["customer_name"]:
            row.refuse("customer_name", _("没有写客户：填客户编号或客户名称"))
            return
        found = by_key[customer_rules.name_key(row["customer_name"])]
        if len(found) > 1:
            numbers = "、".join(customer.number for customer in found[:4])
            row.refuse(
                "customer_name",
                _("有 %(count)d 个客户叫「%(name)s」（%(numbers)s），填客户编号")
                % {"count": len(found), "name": row["customer_name"], "numbers": numbers},
            )
            return
        row.found["customer"] = found[0] if found else None
        self._may_be_made(row, hidden=False)

    def to_make(self, rows: Iterable[Row]) -> list[tuple[Row, Any]]:
        """New customers for the rows without one, each once, unsaved; the rows of the batch get them as `found["customer"]`."""
        made: dict[str, Any] = {}
        pairs = []
        for row in rows:
            if row.found["customer"] is None:
                key = row["customer_number"] or customer_rules.name_key(row["customer_name"])
                if key not in made:
                    made[key] = self._new(row)
                    pairs.append((row, made[key]))
                row.found["customer"] = made[key]
                _earlier(made[key], row["ordered_on"])
        missing = [customer for _row, customer in pairs if not customer.number]
        for customer, number in zip(missing, numbering.take_many("customer", len(missing)) if missing else [], strict=True):
            customer.number = number
        for _row, customer in pairs:
            for name, value in customer_rules.of_customer(number=customer.number, name=customer.name, kind=customer.kind).items():
                setattr(customer, name, value)
        return pairs

    def _new(self, row: Row) -> Any:
        person = (row["segment"] or "").lower() in PERSONS
        mine = {} if allowed_for_all(self.viewer) else {"owner_id": self.viewer.person_id, "department_id": _department(self.viewer)}
        return Customer(
            number=row["customer_number"] or "",
            name=row["customer_name"],
            kind="person" if person else "company",
            note=_("客户细分：%(segment)s") % {"segment": row["segment"]} if row["segment"] else "",
            registered_on=row["ordered_on"],
            stage_since=row["ordered_on"],
            **mine,
        )


def allowed_for_all(viewer: Viewer) -> bool:
    """Who sees every customer makes them without an owner (public pool); a salesperson's new customers are the salesperson's."""
    return access.reach(viewer, "customer", "view") is access.Reach.ALL


def _department(viewer: Viewer) -> int | None:
    return min(viewer.department_ids, default=None)


def _earlier(customer: Any, day: date) -> None:
    if day < customer.registered_on:
        customer.registered_on = customer.stage_since = day


class Products:
    """Products by number, else by exact name; unknown ones are made from what the row tells."""

    def __init__(self, viewer: Viewer):
        self.viewer = viewer
        self.may_add = allowed(viewer, "product", "add")

    def find(self, rows: Iterable[Row]) -> None:
        """Put `row.found["product"]`: a record, or None where one is to be made."""
        rows = list(rows)
        numbers = {row["product_number"] for row in rows if row["product_number"]}
        names = {row["product_name"] for row in rows if row["product_name"] and not row["product_number"]}
        seen = products_for(self.viewer)
        by_number = {product.number: product for product in seen.filter(number__in=numbers)}
        by_name = defaultdict(list)
        for product in seen.filter(name__in=names):
            by_name[product.name].append(product)
        for row in rows:
            if row["product_number"]:
                row.found["product"] = by_number.get(row["product_number"])
            elif row["product_name"]:
                self._by_name(row, by_name[row["product_name"]])
            else:
                row.refuse("product_number", _("没有写产品：填产品编号或产品名称"))
                continue
            if row.good and row.found["product"] is None and not self.may_add:
                row.refuse("product_number", _("没有这个产品，也没有新建产品的权限"))

    @staticmethod
    def _by_name(row: Row, found: list[Any]) -> None:
        if row["spec"]:
            found = [product for product in found if product.spec in ("", row["spec"])] or found
        if len(found) > 1:
            row.refuse(
                "product_name", _("有 %(count)d 个产品叫「%(name)s」，填产品编号") % {"count": len(found), "name": row["product_name"]}
            )
        else:
            row.found["product"] = found[0] if found else None

    def to_make(self, rows: Iterable[Row]) -> list[tuple[Row, Any]]:
        """New products, each once, unsaved; the rows get them as `found["product"]`."""
        made: dict[tuple[str, str], Any] = {}
        pairs = []
        for row in rows:
            if row.found["product"] is None:
                key = (row["product_number"] or "", "" if row["product_number"] else row["product_name"])
                if key not in made:
                    made[key] = Product(number=key[0], name=row["product_name"] or key[0], **row.filled(*_PRODUCT_FIELDS))
                    pairs.append((row, made[key]))
                row.found["product"] = made[key]
        missing = [product for _row, product in pairs if not product.number]
        for product, number in zip(missing, numbering.take_many("product", len(missing)) if missing else [], strict=True):
            product.number = number
        for _row, product in pairs:
            product.search = product_rules.search_text(product.number, product.name, product.spec)
        return pairs
