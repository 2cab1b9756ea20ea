"""Order lines from a file: gathered by customer and number, nothing merged, nothing lost (SAL-05, PLT-03)."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from guike.platform.access import SYSTEM
from guike.platform.imports import services as imports
from guike.platform.imports.undo import undo
from guike.sales.models import ReturnOrder, SalesOrder, SalesOrderLine

D = Decimal
HEAD = ["订单号", "行号", "订单日期", "发货日期", "客户编号", "客户名称", "产品编号", "产品名称", "数量", "销售额", "折扣", "利润", "城市"]


@pytest.fixture
def bring(db, tmp_path, monkeypatch, day):
    """Import rows of a kind from a CSV file; returns (run, result)."""

    def run(kind, head, rows, *, actor=SYSTEM, on_error="reject-file"):
        path = tmp_path / f"{kind}.csv"
        with path.open("w", newline="", encoding="utf-8-sig") as out:
            csv.writer(out).writerows([head, *rows])
        return imports.import_file(kind, path, actor=actor, on_error=on_error)

    return run


def line(number, place, day, customer, name, product="P1", amount="10.00", city="杭州", **more):
    return [
        number,
        place,
        day,
        more.get("sent", ""),
        customer,
        name,
        product,
        more.get("called", f"产品{product}"),
        "2",
        amount,
        "0.4",
        more.get("profit", ""),
        city,
    ]


def test_one_number_of_two_customers_makes_two_orders(bring):
    _run, result = bring(
        "sales-orders", HEAD,
        [
            line("A-1", 1, "2017-04-27", "C1", "曾惠", amount="129.696"),
            line("A-1", 2, "2017-04-27", "C1", "曾惠", product="P2", amount="125.44"),
            line("A-1", 3, "2017-05-01", "C2", "曾惠", amount="7"),
        ],
    )  # fmt: skip
    assert (result.rows, result.totals["orders"], result.totals["customers"], result.totals["products"]) == (3, 2, 2, 2)
    first, second = SalesOrder.objects.order_by("customer__number")
    assert (first.amount, first.lines.count(), first.status, first.ordered_on) == (D("255.14"), 2, "confirmed", date(2017, 4, 27))
    assert (second.amount, second.customer.registered_on) == (D("7.00"), date(2017, 5, 1))
    assert any("被几个客户共用" in note for note in result.notes)
    assert any("1 个名称各有几个客户编号" in note for note in result.notes)


def test_lines_of_other_days_keep_their_day_and_place(bring):
    _run, result = bring(
        "sales-orders", HEAD,
        [
            line("A-1", 1, "2017-04-27", "C1", "甲", sent="2017-04-29"),
            line("A-1", 2, "2017-04-20", "C1", "甲", product="P2", amount="5", city="宁波", sent="2017-04-22"),
        ],
    )  # fmt: skip
    order = SalesOrder.objects.get()
    assert (order.ordered_on, order.delivered_on, order.city, order.split_dates, order.status) == (
        date(2017, 4, 20), date(2017, 4, 22), "宁波", True, "delivered",
    )  # fmt: skip
    later, own = order.lines.order_by("line_number")
    assert (later.ordered_on, later.delivered_on, later.city) == (date(2017, 4, 27), date(2017, 4, 29), "杭州")
    assert (own.ordered_on, own.city) == (None, "")
    assert any("1 张订单的明细有不同的日期或收货地" in note for note in result.notes)


@pytest.mark.parametrize("batch", [2500, 1])
def test_the_same_file_again_changes_nothing(bring, monkeypatch, batch):
    from guike.sales.imports import SalesOrdersImport

    monkeypatch.setattr(SalesOrdersImport, "batch_size", batch)
    rows = [
        line("A-1", "", "2017-04-27", "C1", "甲"),
        line("A-1", "", "2017-04-20", "C1", "甲", amount="3"),
        line("A-1", "", "2017-04-27", "C1", "甲", product="P2"),
        line("A-2", "", "2017-05-27", "C1", "甲"),
    ]
    bring("sales-orders", HEAD, rows)
    before = list(SalesOrderLine.objects.order_by("pk").values())
    _run, again = bring("sales-orders", HEAD, rows)
    assert {outcome.value: count for outcome, count in again.counts.items() if count} == {"unchanged": 4}
    assert list(SalesOrderLine.objects.order_by("pk").values()) == before
    assert SalesOrder.objects.get(number="A-1").amount == D("23.00")


def test_a_changed_amount_moves_the_head(bring):
    bring("sales-orders", HEAD, [line("A-1", 1, "2017-04-27", "C1", "甲"), line("A-1", 2, "2017-04-27", "C1", "甲", product="P2")])
    _run, result = bring("sales-orders", HEAD, [line("A-1", 2, "2017-04-27", "C1", "甲", product="P2", amount="99", sent="2017-05-02")])
    order = SalesOrder.objects.get()
    assert (order.amount, order.lines.count(), order.status) == (D("109.00"), 2, "confirmed")
    assert {outcome.value: count for outcome, count in result.counts.items() if count} == {"updated": 1}


def test_undo_takes_everything_back(bring):
    run, _result = bring("sales-orders", HEAD, [line("A-1", 1, "2017-04-27", "C1", "甲"), line("A-2", 2, "2017-04-27", "C2", "乙")])
    report = undo(run, actor=SYSTEM)
    assert (report["removed"], report["kept"]["count"], SalesOrder.objects.count()) == (7, 0, 0)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (line("A-1", 1, "2027-01-01", "C1", "甲"), "ordered_on", "在今天之后"),
        (line("A-1", 1, "2017-04-27", "C1", "甲", sent="2017-04-20"), "delivered_on", "早于下单日期"),
        (line("A-1", 1, "2017-04-27", "C9", ""), "customer_number", "没有编号为「C9」的客户"),
        (line("A-1", 1, "2017-04-27", "", ""), "customer_name", "没有写客户"),
        (line("A-1", 1, "2017-04-27", "C1", "甲", product="", called=""), "product_number", "没有写产品"),
        (line("A-1", 1, "2017-04-27", "C1", "甲", amount=""), "amount", "至少要有金额"),
    ],
)
def test_a_bad_row_says_what_and_nothing_is_written(bring, row, column, words):
    _run, result = bring("sales-orders", HEAD, [line("A-0", 1, "2017-04-01", "C1", "甲"), row])
    assert [(problem.row, problem.column) for problem in result.problems] == [(3, column)]
    assert words in result.problems[0].message
    assert not SalesOrder.objects.exists()


def test_two_customers_of_a_name_are_asked_for_the_number(bring, customer, seller):
    bring("sales-orders", HEAD, [line("A-1", 1, "2017-04-27", "C1", "甲公司"), line("A-2", 1, "2017-04-27", "C2", "甲公司")])
    _run, result = bring("sales-orders", HEAD, [line("A-3", 1, "2017-04-27", "", "甲公司")])
    assert "有 2 个客户叫「甲公司」（C1、C2），填客户编号" in result.problems[0].message


def test_a_name_alone_finds_the_one_customer(bring, customer):
    bring("sales-orders", HEAD, [line("A-1", 1, "2017-04-27", "", "温州恒达阀门有限责任公司")])
    order = SalesOrder.objects.get()
    assert (order.customer, order.owner_id) == (customer, customer.owner_id)
    customer.refresh_from_db()
    assert customer.registered_on == date(2017, 4, 27)


def test_profit_is_written_only_by_those_who_may(bring, clerk):
    _run, result = bring("sales-orders", HEAD, [line("A-1", 1, "2017-04-27", "C1", "甲", profit="3")], actor=clerk)
    assert SalesOrderLine.objects.get().profit is None
    assert any("没有填写成本和利润的权限" in note for note in result.notes)


def test_returns_link_what_is_clear_and_leave_the_rest(bring):
    bring(
        "sales-orders", HEAD,
        [line("A-1", 1, "2017-04-27", "C1", "甲"), line("A-2", 1, "2017-04-27", "C1", "甲"), line("A-2", 2, "2017-04-27", "C2", "乙")],
    )  # fmt: skip
    head = ["订单 ID", "退回", "退货日期", "退货金额"]
    rows = [["A-1", "是", "2017-05-02", "4"], ["A-2", "是", "2017-05-02", "4"]]
    _run, result = bring("returns", head, rows)
    clear, ambiguous = ReturnOrder.objects.order_by("order_number")
    assert (clear.status, clear.amount, clear.customer.number) == ("confirmed", D(4), "C1")
    assert (ambiguous.status, ambiguous.order, ambiguous.customer) == ("registered", None, None)
    assert result.totals == {"returns": 2, "linked": 1, "ambiguous": 1}
    _run, again = bring("returns", head, rows)
    assert {outcome.value: count for outcome, count in again.counts.items() if count} == {"unchanged": 2}
    _run, refused = bring("returns", head, [["A-9", "是", "", ""], ["A-1", "否", "", ""]])
    assert "没有这张订单" in refused.problems[0].message
