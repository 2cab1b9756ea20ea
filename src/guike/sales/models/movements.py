"""Purchases as the metrics count them: a view of the database over orders, lines of other days, and confirmed returns (POL-03)."""

from django.db import models


class Purchase(models.Model):
    """One movement of a customer's purchases: +amount on the day ordered, −amount on the day returned.

    A movement counts on day D when `day` ≤ D, `confirmed_on` ≤ D and `cancelled_on` is empty or later than D; so nothing that
    happens after D changes what was true on D. An order whose lines carry several days is one movement a day; the order itself
    is counted once, on its head's day (`orders` = 1 there, 0 elsewhere).
    """

    KINDS = [("order", "订单"), ("return", "退货")]

    key = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=6, choices=KINDS)
    customer = models.ForeignKey("customers.Customer", models.DO_NOTHING, db_constraint=False, related_name="+")
    order = models.ForeignKey("sales.SalesOrder", models.DO_NOTHING, db_constraint=False, related_name="+")
    day = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    orders = models.IntegerField()
    confirmed_on = models.DateField()
    cancelled_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "sales_purchase"

    def __str__(self) -> str:
        return self.key


#: Made by the migration. `key` is text put together only when asked for.
VIEW = """
CREATE VIEW sales_purchase AS
SELECT 'o' || id AS key, 'order' AS kind, customer_id, id AS order_id, ordered_on AS day, amount, 1 AS orders, confirmed_on, cancelled_on
  FROM sales_salesorder
 WHERE confirmed_on IS NOT NULL AND NOT split_dates
UNION ALL
SELECT 'd' || o.id || '-' || coalesce(l.ordered_on, o.ordered_on), 'order', o.customer_id, o.id, coalesce(l.ordered_on, o.ordered_on),
       sum(l.amount), (coalesce(l.ordered_on, o.ordered_on) = o.ordered_on)::int, o.confirmed_on, o.cancelled_on
  FROM sales_salesorder o JOIN sales_salesorderline l ON l.order_id = o.id
 WHERE o.confirmed_on IS NOT NULL AND o.split_dates
 GROUP BY o.id, o.customer_id, coalesce(l.ordered_on, o.ordered_on)
UNION ALL
SELECT 'r' || id, 'return', customer_id, order_id, returned_on, -amount, 0, returned_on, NULL
  FROM sales_returnorder
 WHERE status = 'confirmed'
"""
