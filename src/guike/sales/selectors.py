"""Reading orders and returns: as far as the viewer may see the customer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from guike.customers import selectors as customers
from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.sales.models import Purchase, ReturnOrder, SalesOrder, SalesOrderLine


def orders_for(viewer: Viewer, action: str = "view") -> QuerySet[SalesOrder]:
    """Orders within the viewer's reach."""
    return access.rows(viewer, "sales_order", action)


def order_for(viewer: Viewer, pk: int, action: str = "view", *, lock: bool = False) -> SalesOrder:
    """One order, or 404, or 403."""
    return access.row(viewer, "sales_order", pk, action, lock=lock)


def orders_numbered(viewer: Viewer, numbers: set[str]) -> QuerySet[SalesOrder]:
    """Orders under these numbers, of whichever customer, oldest first."""
    return orders_for(viewer).filter(number__in=numbers).order_by("number", "ordered_on", "id")


def lines_of(viewer: Viewer, order: SalesOrder) -> QuerySet[SalesOrderLine]:
    """The lines of an order that was taken through `order_for`; cost and profit left out where they are hidden."""
    hidden = access.hidden_fields(viewer, "sales_order")
    return order.lines.select_related("product").defer(*hidden - {"amount"}).order_by("line_number")


def returns_of(viewer: Viewer, order: SalesOrder) -> QuerySet[ReturnOrder]:
    """The returns of an order that was taken through `order_for`."""
    return returns_for(viewer).filter(order=order).order_by("-registered_on", "-id")


def customers_called(viewer: Viewer, text: str, most: int = 500) -> list[int]:
    """Ids of customers found by part of a name, for searches among their orders; the first `most` of them."""
    return list(customers.search(customers.list_rows(viewer), text, viewer).order_by().values_list("pk", flat=True)[:most])


def returns_for(viewer: Viewer, action: str = "view") -> QuerySet[ReturnOrder]:
    """Returns within reach; those whose customer is not settled are seen by those who see all customers."""
    return access.rows(viewer, "return_order", action)


def return_for(viewer: Viewer, pk: int, action: str = "view", *, lock: bool = False) -> ReturnOrder:
    """One return, or 404, or 403."""
    return access.row(viewer, "return_order", pk, action, lock=lock)


def candidates(viewer: Viewer, back: ReturnOrder) -> QuerySet[SalesOrder]:
    """The orders that a registered return may belong to: all of its number, of different customers."""
    return (
        orders_numbered(viewer, {back.order_number})
        .filter(confirmed_on__isnull=False, cancelled_on__isnull=True)
        .select_related("customer")
    )


# --- purchases ---------------------------------------------------------------------------------------------------------------


def counted(as_of: date, since: date | None = None) -> Q:
    """The movements that count as of a day, from `since` (included) on; see `rules.counts_on` (POL-03)."""
    window = Q(day__lte=as_of, confirmed_on__lte=as_of) & (Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=as_of))
    return window & Q(day__gte=since) if since else window


def purchases_for(viewer: Viewer) -> QuerySet[Purchase]:
    """Purchase movements of the customers whose orders the viewer may see."""
    return Purchase.objects.filter(access.within(viewer, "sales_order", "view"))


@dataclass(frozen=True)
class Month:
    """Purchases of one calendar month in yuan, returns taken off; `orders` without returns."""

    month: date
    amount: Decimal
    orders: int


def by_month(
    viewer: Viewer, since: date, as_of: date | None = None, *, customer_id: int | None = None, owner_id: int | None = None
) -> list[Month]:
    """Purchases per month from `since` to the as-of day (today), months without purchases included."""
    as_of = as_of or clock.today()
    movements = purchases_for(viewer).filter(counted(as_of, since))
    if customer_id:
        movements = movements.filter(customer=customer_id)
    if owner_id:
        movements = movements.filter(customer__owner=owner_id)
    found = {
        row["month"]: Month(row["month"], row["total"], row["orders"])
        for row in movements.values(month=TruncMonth("day")).annotate(
            total=Sum("amount"), orders=Count("order", distinct=True, filter=Q(kind="order"))
        )
    }
    return [found.get(month, Month(month, Decimal("0.00"), 0)) for month in months_between(since, as_of)]


def months_between(since: date, until: date) -> list[date]:
    """First days of the months from `since` to `until`, both included."""
    count = (until.year - since.year) * 12 + until.month - since.month
    return [date(since.year + (since.month - 1 + n) // 12, (since.month - 1 + n) % 12 + 1, 1) for n in range(count + 1)]


def totals(orders: QuerySet[SalesOrder]) -> dict[str, Decimal | int]:
    """Count and sum of a list of orders, for its totals row."""
    return orders.order_by().aggregate(count=Count("pk"), amount=Sum("amount", default=Decimal("0.00")))


def last_order_on(viewer: Viewer, customer_id: int) -> date | None:
    """The day of the customer's latest order that still stands."""
    return (
        orders_for(viewer)
        .filter(customer=customer_id, confirmed_on__isnull=False, cancelled_on__isnull=True)
        .order_by("-ordered_on")
        .values_list(F("ordered_on"), flat=True)
        .first()
    )
