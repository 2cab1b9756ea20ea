"""Every figure that ../shared/data/README.md gives for the superstore, reproduced through the import and the metrics, against pandas."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from guike.engine import selectors as engine
from guike.platform.access import SYSTEM
from guike.platform.imports import services as imports
from guike.sales.models import Purchase, ReturnOrder, SalesOrder, SalesOrderLine

FILE = Path(__file__).parents[5] / "shared" / "data" / "sales" / "superstore_cn.xls"
YEAR_END = date(2017, 12, 31)
pytestmark = [pytest.mark.shared_data, pytest.mark.slow, pytest.mark.skipif(not FILE.exists(), reason="no ../shared/data")]
D = Decimal


@pytest.fixture(scope="module")
def superstore(django_db_setup, django_db_blocker):
    """Orders and returns imported once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        orders = imports.import_file("sales-orders", FILE, actor=SYSTEM, sheet="订单")[1]
        returns = imports.import_file("returns", FILE, actor=SYSTEM, sheet="退货")[1]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield orders, returns
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def sheet():
    """The sheet by an independent reader, amounts rounded half up per line."""
    pandas = pytest.importorskip("pandas")
    calamine = pytest.importorskip("python_calamine")
    head, *rows = calamine.CalamineWorkbook.from_path(FILE).get_sheet_by_name("订单").to_python()
    frame = pandas.DataFrame(rows, columns=head)
    frame["amount"] = frame["销售额"].map(lambda x: D(f"{x:.6f}").quantize(D("0.01"), ROUND_HALF_UP))
    return frame


def test_the_report(superstore):
    orders, returns = superstore
    assert (orders.rows, orders.problem_count) == (10_000, 0)
    told = {name: orders.totals[name] for name in ("lines", "orders", "order_numbers", "customers", "products", "amount")}
    assert told == {"lines": 10_000, "orders": 4979, "order_numbers": 2773, "customers": 790, "products": 1955, "amount": D("16117548.40")}
    notes = "\n".join(orders.notes)
    for words in (
        "按「客户 + 订单号」记为 4979 张订单",
        "19 个名称各有几个客户编号",
        "6 张订单的明细有不同的日期或收货地",
        "22 个产品编号在文件里有几种名称",
    ):
        assert words in notes
    assert (returns.rows, returns.problem_count, returns.totals) == (296, 0, {"returns": 296, "linked": 143, "ambiguous": 153})


def test_years_regions_and_days(superstore, db):
    by_year = {year: Purchase.objects.filter(day__year=year).aggregate(s=Sum("amount"))["s"] for year in (2014, 2015, 2016, 2017)}
    assert by_year == {2014: D("2939663.38"), 2015: D("3443376.23"), 2016: D("4246042.84"), 2017: D("5488465.95")}
    assert SalesOrder.objects.values("region").distinct().count() == 6
    days = Purchase.objects.order_by("day").values_list("day", flat=True)
    assert (days.first(), days.last()) == (date(2014, 1, 1), date(2017, 12, 30))


def test_a_return_without_day_and_amount_takes_nothing_off(superstore, db):
    assert not ReturnOrder.objects.exclude(status="registered").exists()
    assert Purchase.objects.aggregate(s=Sum("amount"))["s"] == SalesOrderLine.objects.aggregate(s=Sum("amount"))["s"] == D("16117548.40")


def test_metrics_agree_with_pandas_for_every_customer(superstore, db, sheet):
    codes = (
        "purchases.amount_12m",
        "purchases.amount_total",
        "purchases.orders_12m",
        "cooperation.full_years",
        "purchases.days_since_last",
        "purchases.products_12m",
    )
    numbers = dict(SalesOrder.objects.values_list("customer", "customer__number"))
    found = engine.metric_values(SYSTEM, codes, "customer", list(numbers), YEAR_END)
    year = sheet[sheet["订单日期"] >= date(2017, 1, 1)]
    totals, of_year = sheet.groupby("客户 ID")["amount"].sum(), year.groupby("客户 ID")["amount"].sum()
    heads = sheet.groupby(["客户 ID", "订单 ID"])["订单日期"].min()
    orders = heads[heads >= date(2017, 1, 1)].groupby("客户 ID").size()
    days, products = sheet.groupby("客户 ID")["订单日期"].agg(["min", "max"]), year.groupby("客户 ID")["产品 ID"].nunique()
    assert len(found) == 790
    for pk, row in found.items():
        number = numbers[pk]
        first, last = days.loc[number]
        full = 2017 - first.year - ((first.month, first.day) > (12, 31))
        assert list(row.values()) == [
            of_year.get(number, 0),
            totals[number],
            orders.get(number, 0),
            full,
            (YEAR_END - last).days,
            products.get(number, 0),
        ]


def test_scale_and_history_at_the_thresholds_of_the_readme(superstore, db):
    found = engine.metric_values(
        SYSTEM, ("purchases.amount_12m", "cooperation.full_years"), "customer", list(SalesOrder.objects.values_list("customer", flat=True).distinct()), YEAR_END
    ).values()  # fmt: skip
    bought = [row["purchases.amount_12m"] for row in found]
    years = [row["cooperation.full_years"] for row in found]
    assert (
        sum(x >= 20_000 for x in bought),
        sum(5_000 <= x < 20_000 for x in bought),
        sum(x < 5_000 for x in bought),
        bought.count(0),
    ) == (63, 304, 423, 89)
    assert (sum(x >= 3 for x in years), sum(1 <= x < 3 for x in years), sum(x < 1 for x in years)) == (519, 260, 11)
