"""Order lines from a spreadsheet: each row a line, gathered into orders by customer and order number (SAL-05, PLT-03)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.organisation.selectors import people_for
from guike.platform import clock, events, money
from guike.platform.access import Right, field_right
from guike.platform.imports.kinds import ImportKind, register
from guike.platform.imports.rows import Batch, Row
from guike.sales import rules
from guike.sales.events import OrdersImported, OrdersWithdrawn
from guike.sales.imports.columns import ORDER_COLUMNS
from guike.sales.imports.grouping import listed, state_change, state_of
from guike.sales.imports.parties import Customers, Products
from guike.sales.imports.plan import Plan
from guike.sales.models import SalesOrder, SalesOrderLine
from guike.sales.selectors import orders_for
from guike.sales.services import timeline

#: Customer id and order number: what one order is known by.
Key = tuple[int, str]
#: From a first batch of this size on, the planner is told what the tables look like now; a fresh instance has no statistics.
MANY = 1000
HEAD_TEXTS = ("promised_on", "delivery_method", "channel", "address", "external_number", "source", "note")


@register
class SalesOrdersImport(ImportKind):
    code, label, object = "sales-orders", gettext_lazy("销售订单"), "sales_order"
    key = ("customer_number", "number")
    sheet_words = ("订单", "销售", "出货", "orders")
    story = gettext_lazy("一行是订单的一条明细；客户和订单号都相同的行合成一张订单。文件里有编号和名称、系统里还没有的客户和产品会一并新建")
    columns = ORDER_COLUMNS
    total_labels = {
        "orders": gettext_lazy("订单"),
        "order_numbers": gettext_lazy("不同订单号"),
        "lines": gettext_lazy("新写入明细"),
        "amount": gettext_lazy("新写入金额"),
        "customers": gettext_lazy("新建客户"),
        "products": gettext_lazy("新建产品"),
    }
    dependants = {
        "customers.Customer": {"customers.CustomerFigures": "customer_id", "customers.LifecycleMove": "customer_id", "customers.PoolStay": "customer_id"},
    }
    bears_on = {"sales.SalesOrder": "customer_id", "sales.SalesOrderLine": "order__customer_id"}

    def begin(self) -> None:
        self.customers, self.products = Customers(self.viewer), Products(self.viewer)
        self.may_margin = field_right(self.viewer, "sales_order", "profit") >= Right.WRITE
        self.today = clock.today()
        self.orders: set[Key] = set()
        self.touched: set[int] = set()
        self.split: set[Key] = set()
        self.moved_places: set[Key] = set()
        self.names: dict[str, frozenset[str]] = {}
        self.product_names: dict[str, frozenset[str]] = {}

    # --- looking up ------------------------------------------------------------------------------------------------

    def prepare(self, batch: Batch) -> None:
        for row in batch:
            self._check(row)
        self.customers.find(batch)
        self.products.find(batch)
        self._find_owners(batch)

    def _check(self, row: Row) -> None:
        quantity, amount = row["quantity"], row["amount"]
        if row["ordered_on"] > self.today:
            row.refuse("ordered_on", _("下单日期 %(day)s 在今天之后") % {"day": row["ordered_on"]})
        elif row["delivered_on"] and row["delivered_on"] < row["ordered_on"]:
            row.refuse("delivered_on", _("发货日期早于下单日期 %(day)s") % {"day": row["ordered_on"]})
        elif quantity is not None and quantity == 0:
            row.refuse("quantity", _("数量为 0，删掉这一行或填实际数量"))
        elif amount is None and (quantity is None or row["unit_price"] is None):
            row.refuse("amount", _("金额、数量和单价至少要有金额，或同时有数量和单价"))

    def _find_owners(self, batch: Batch) -> None:
        wanted = batch.values("owner")
        if not wanted:
            return
        people = people_for(self.viewer, active_only=False).filter(models.Q(name__in=wanted) | models.Q(number__in=wanted))
        known: dict[str, set[int]] = defaultdict(set)
        for pk, name, number in people.values_list("pk", "name", "number"):
            known[name].add(pk)
            known[number].add(pk)
        for row in batch:
            found = known.get(row["owner"] or "", set())
            if row["owner"] and len(found) != 1:
                why = _("没有叫「%(name)s」的人员") if not found else _("叫「%(name)s」的不止一人，填工号")
                row.refuse("owner", why % {"name": row["owner"]})
            row.found["owner"] = next(iter(found), None)

    # --- writing ---------------------------------------------------------------------------------------------------

    def write(self, batch: Batch) -> None:
        rows = list(batch)
        made_customers = self.create(self.customers.to_make(rows), main=False)
        made_products = self.create(self.products.to_make(rows), main=False)
        self.total("customers", len(made_customers))
        self.total("products", len(made_products))
        self._remember_names(rows)
        groups: dict[Key, list[Row]] = defaultdict(list)
        for row in rows:
            groups[(row.found["customer"].pk, row["number"])].append(row)
        stored = self._stored(groups)
        self._write_groups(groups, stored)
        self._know_customers_since(rows)
        if len(rows) >= MANY and not batch.offset:
            _gather_statistics()

    def _remember_names(self, rows: Iterable[Row]) -> None:
        for row in rows:
            customer, product = row.found["customer"], row.found["product"]
            self.names[customer.name] = self.names.get(customer.name, frozenset()) | {customer.number}
            if row["product_name"]:
                self.product_names[product.number] = self.product_names.get(product.number, frozenset()) | {row["product_name"]}

    def _stored(self, groups: Mapping[Key, list[Row]]) -> dict[Key, SalesOrder]:
        """The orders that exist already, with their lines: from earlier batches of this file or earlier files."""
        found = (
            orders_for(self.viewer)
            .filter(customer__in={customer for customer, _number in groups}, number__in={number for _customer, number in groups})
            .prefetch_related("lines")
        )
        return {(order.customer_id, order.number): order for order in found if (order.customer_id, order.number) in groups}

    def _write_groups(self, groups: Mapping[Key, list[Row]], stored: Mapping[Key, SalesOrder]) -> None:
        heads: list[tuple[Row, SalesOrder]] = []
        head_changes: list[tuple[Row, SalesOrder, Mapping[str, Any]]] = []
        line_changes: list[tuple[Row, SalesOrderLine, Mapping[str, Any]]] = []
        followers: list[tuple[Row, SalesOrderLine, Mapping[str, Any]]] = []
        fresh: list[tuple[Row, SalesOrder, SalesOrderLine]] = []
        for key, rows in groups.items():
            order = stored.get(key)
            if order is not None and key not in self.orders and self._left_aside(rows, order):
                continue
            plan = Plan(order, rows, self._line_values, self.touched)
            self._note_differences(key, plan)
            if order is None:
                order = SalesOrder(customer_id=key[0], number=key[1], **self._head_values(rows, plan.head), **plan.head)
                heads.append((rows[0], order))
            else:
                state = state_change(order, rows[0]["status"], plan.head, self.today)
                texts = self._head_texts(rows, plan.head, order if key in self.orders else None)
                head_changes.append((rows[0], order, {**texts, **plan.head, **state}))
            line_changes += plan.changes
            followers += [(rows[0], line, values) for line, values in plan.followers]
            fresh += [(row, order, SalesOrderLine(**values)) for row, values in plan.fresh]
        amended = [
            order for _row, order, values in head_changes if (order.amount, order.ordered_on) != (values["amount"], values["ordered_on"])
        ]
        self.create(heads, main=False)
        self.update(head_changes, main=False)
        self.create((row, _on(order, line)) for row, order, line in fresh)
        self.update(line_changes)
        self.update(followers, main=False)
        timeline.tell_many(order for _row, order in heads)
        for order in amended:
            timeline.amend(order)
        self.orders |= set(groups)
        self.touched |= {line.pk for _row, _order, line in fresh} | {line.pk for _row, line, _values in line_changes}
        self._add_up(fresh)

    def _left_aside(self, rows: list[Row], order: SalesOrder) -> bool:
        """An order that was there before this file is updated, skipped or refused as chosen; whoever may not change it is refused."""
        settled = False
        for row in rows:
            row.target = order
            settled = self.settled(row)
        return settled

    def _add_up(self, fresh: Iterable[tuple[Row, SalesOrder, SalesOrderLine]]) -> None:
        for _row, _order, line in fresh:
            self.total("lines", 1)
            self.total("amount", line.amount)

    def _head_values(self, rows: list[Row], head: Mapping[str, Any]) -> dict[str, Any]:
        row = rows[0]
        return {
            "source": self.context.source[:60],
            **self._head_texts(rows, head, None),
            **state_of(row["status"], head["ordered_on"], head["delivered_on"], self.today),
            "owner_id": row.found.get("owner") or row.found["customer"].owner_id,
        }

    @staticmethod
    def _head_texts(rows: list[Row], head: Mapping[str, Any], settled: SalesOrder | None) -> dict[str, Any]:
        """What else the head takes from the lines of its day, the first that says so; `settled` by this file already is only filled up."""
        values: dict[str, Any] = {}
        for row in rows:
            if row["ordered_on"] == head["ordered_on"]:
                for name, value in row.filled(*HEAD_TEXTS).items():
                    if not (settled and getattr(settled, name)):
                        values.setdefault(name, value)
        return values

    def _line_values(self, row: Row) -> dict[str, Any]:
        quantity, discount = row["quantity"] if row["quantity"] is not None else Decimal(1), row["discount"] or Decimal(0)
        amount, price = row["amount"], row["unit_price"]
        if amount is None:
            amount = rules.line_amount(quantity, price, discount)
        product, name = row.found["product"], row["product_name"] or ""
        return {
            "product_id": product.pk,
            "product_text": name if name != product.name else "",
            "external_line": row["external_line"] or "",
            "quantity": quantity,
            "discount": discount,
            "unit_price": rules.unit_price_of(amount, quantity, discount) if price is None else price,
            "amount": amount,
            "tax_rate": None if row["tax_rate"] is None else row["tax_rate"] * 100,
            **self._margin(row, amount),
        }

    def _margin(self, row: Row, amount: Decimal) -> dict[str, Any]:
        cost, profit = row["cost"], row["profit"]
        if not self.may_margin:
            if cost is not None or profit is not None:
                self.note(_("没有填写成本和利润的权限，这两列没有写入"))
            return {}
        if cost is None and profit is not None:
            cost = amount - profit
        elif profit is None and cost is not None:
            profit = amount - cost
        return {"cost": cost, "profit": profit} if cost is not None else {}

    def _know_customers_since(self, rows: Iterable[Row]) -> None:
        """A customer that ordered before the day it entered the books was ours before: the books follow the order."""
        first: dict[int, Row] = {}
        for row in rows:
            customer = row.found["customer"]
            if row["ordered_on"] < customer.registered_on:
                known = first.get(customer.pk)
                first[customer.pk] = row if known is None or row["ordered_on"] < known["ordered_on"] else known
        self.update(((row, row.found["customer"], {"registered_on": row["ordered_on"]}) for row in first.values()), main=False)

    # --- telling ---------------------------------------------------------------------------------------------------

    def _note_differences(self, key: Key, plan: Plan) -> None:
        if plan.head["split_dates"]:
            self.split.add(key)
        if plan.places_differ:
            self.moved_places.add(key)

    def finish(self) -> None:
        self.context.totals["orders"] = len(self.orders)
        self.context.totals["order_numbers"] = len({number for _customer, number in self.orders})
        self._tell_repeated_numbers()
        self._tell_namesakes()
        self._tell_split_orders()
        self._tell_product_names()
        if "amount" in self.context.totals:
            self.note(_("金额按行四舍五入到分，新写入 %(amount)s") % {"amount": money.yuan(self.context.totals["amount"])})
        if self.orders:
            events.emit(OrdersImported(tuple(sorted({customer for customer, _number in self.orders}))))

    @classmethod
    def undone(cls, ids: Sequence[int], since: datetime, before: Any) -> None:
        events.emit(OrdersWithdrawn(tuple(ids), since))

    def _tell_repeated_numbers(self) -> None:
        shared = [number for number, count in Counter(number for _customer, number in self.orders).items() if count > 1]
        if shared:
            self.note(
                _(
                    "%(numbers)d 个订单号里有 %(shared)d 个被几个客户共用，按「客户 + 订单号」记为 %(orders)d 张订单，没有合并（如 %(some)s）"
                )
                % {
                    "numbers": self.context.totals["order_numbers"],
                    "shared": len(shared),
                    "orders": len(self.orders),
                    "some": listed(sorted(shared), 3),
                }
            )

    def _tell_namesakes(self) -> None:
        names = sorted(name for name, numbers in self.names.items() if len(numbers) > 1)
        if names:
            self.note(
                _("%(count)d 个名称各有几个客户编号，按编号分开，没有合并：%(names)s") % {"count": len(names), "names": listed(names)}
            )

    def _tell_split_orders(self) -> None:
        odd = sorted({number for _customer, number in self.split | self.moved_places})
        if odd:
            self.note(
                _("%(count)d 张订单的明细有不同的日期或收货地：每行保留自己的，订单取最早一天的（%(numbers)s）")
                % {"count": len(self.split | self.moved_places), "numbers": listed(odd)}
            )

    def _tell_product_names(self) -> None:
        several = sorted(number for number, names in self.product_names.items() if len(names) > 1)
        if several:
            self.note(
                _("%(count)d 个产品编号在文件里有几种名称：产品用先出现的，明细保留单上的（%(numbers)s）")
                % {"count": len(several), "numbers": listed(several, 3)}
            )


def _gather_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sales_salesorder, sales_salesorderline")


def _on(order: SalesOrder, line: SalesOrderLine) -> SalesOrderLine:
    line.order_id = order.pk
    return line
