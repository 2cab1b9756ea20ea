"""The dashboard: figures that add up, scoped by who looks, each leading to rows that exist."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest

from guike.customers.models import CustomerFigures
from guike.sales import services
from guike.sales.services import LineDraft
from guike.workspace.dashboard import grades, purchases, scope

D = Decimal
pytestmark = pytest.mark.usefixtures("day")


@pytest.fixture
def business(day, seller, other_seller, customer, stranger, valve):
    """100 yuan this month and 40 a year ago for one seller, 7 this month for the other; one A, one C."""
    for actor, whom, ordered, price in (
        (seller, customer, day, 100),
        (seller, customer, day - timedelta(days=365), 40),
        (other_seller, stranger, day, 7),
    ):
        services.record_order(actor=actor, customer_id=whom.pk, ordered_on=ordered, lines=[LineDraft(valve.pk, D(1), D(price))])
    CustomerFigures.objects.filter(customer=customer).update(grade="A", grade_rank=0)
    CustomerFigures.objects.filter(customer=stranger).update(grade="C", grade_rank=2)


def test_a_seller_sees_the_own_customers_only(business, seller, manager):
    own, all_of_them = scope.chosen(seller, ""), scope.chosen(manager, "")
    assert (own.people, own.title, own.customers.count()) == ((), "我的客户", 1)
    assert ([person.name for person in all_of_them.people], all_of_them.customers.count()) == (["吴芳", "陈思远"], 2)


def test_months_stand_beside_those_of_the_year_before(business, manager, seller, day):
    found = purchases.build(scope.chosen(manager, ""), day)
    assert (found.year, found.year_before) == (D(107), D(40))
    this_year, last_year = found.chart.series
    assert this_year.values[10] == D("0.0") and this_year.values[11] is None and len(last_year.values) == 12
    narrowed = purchases.build(scope.chosen(manager, str(seller.person_id)), day)
    assert narrowed.year == D(100)


def test_grades_count_the_customers_in_scope(business, manager, seller, day):
    found = grades.build(scope.chosen(manager, ""), day, 90)
    assert [(bar.label, bar.value, bar.text) for bar in found.bars] == [("A 级", 1, "1 家，50%"), ("C 级", 1, "1 家，50%")]
    assert [bar.label for bar in grades.build(scope.chosen(manager, str(seller.person_id)), day, 90).bars] == ["A 级"]


@pytest.mark.parametrize(
    ("now", "before", "shown"), [("120", "100", ("+20.0%", "up")), ("90", "100", ("−10.0%", "")), ("5", "0", ("", ""))]
)
def test_growth(now, before, shown):
    assert purchases.growth(D(now), D(before)) == shown


def test_every_link_of_the_page_leads_somewhere(business, enter, manager, south):
    who = enter(manager, "sales_manager", south.parent)
    page = who.get("/dashboard/").content.decode()
    chart = json.loads(unescape(re.search(r'data-given="([^"]*)"', page)[1]))
    main = re.search(r"<main.*", page, re.S)
    links = {unescape(link) for link in re.findall(r'href="([^"]*)"', main[0])} | set(chart["links"])
    ours = [link for link in links if link.startswith("/")]
    assert len(ours) > 14
    for link in ours:
        assert who.get(link).status_code == 200, link


def test_somebody_without_customers_in_reach_is_not_found(business, enter, seller, south, other_seller):
    who = enter(seller, "salesperson", south)
    assert who.get("/dashboard/").status_code == 200
    assert who.get(f"/dashboard/?who={other_seller.person_id}").status_code == 404


def test_an_empty_company_gets_sentences_not_boxes(enter, manager, south):
    page = enter(manager, "sales_manager", south.parent).get("/dashboard/").content.decode()
    for words in ("还没有订单", "还没有判定等级", "没有逾期"):
        assert words in page


def test_months_between_a_year_end():
    from guike.sales.selectors import months_between

    assert months_between(date(2025, 11, 30), date(2026, 2, 1)) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]
