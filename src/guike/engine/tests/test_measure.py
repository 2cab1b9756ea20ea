"""Metrics: one definition for one subject and for all, as of any day (POL-03, 08-quality)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guike.engine import selectors, services
from guike.engine.metrics import REGISTRY, Derived, Registry
from guike.engine.metrics.measure import Measuring
from guike.engine.models import Assessment
from guike.organisation.models import Department
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
NUMBERS = ("trade.year", "trade.year_before", "trade.orders", "trade.big_orders", "trade.idle_days", "trade.years", "trade.growth")
slow_fixtures = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def measured(codes, day=DAY, ids=None):
    with connection.cursor() as cursor:
        cursor.execute(Measuring(tuple(codes), "shop", day, ids).sql())
        return {row[0]: row[1:] for row in cursor.fetchall()}


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` earlier, clamped to the month's end: an independent reading of 'trailing 12 months'."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(years + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(years, month + 1, min(day.day, last))


def independently(orders: list[tuple[date, Decimal]], day: date):
    known = [(when, amount) for when, amount in orders if when <= day]
    year = sum((a for when, a in known if when > months_before(day, 12)), Decimal(0))
    before = sum((a for when, a in known if months_before(day, 24) < when <= months_before(day, 12)), Decimal(0))
    first = min((when for when, _a in known), default=None)
    years = 0 if first is None else day.year - first.year - ((day.month, day.day) < (first.month, first.day))
    growth = None if before == 0 else (year - before) * 100 / before
    idle = (day - max(when for when, _a in known)).days if known else None
    return year, before, len(known), sum(a >= 1000 for _w, a in known), idle, years, growth


orders_of_a_shop = st.lists(
    st.tuples(st.dates(date(2022, 1, 1), date(2027, 6, 1)), st.decimals(1, 5000, places=2, allow_nan=False)), max_size=12
)


@slow_fixtures
@given(per_shop=st.lists(orders_of_a_shop, min_size=1, max_size=4), day=st.dates(date(2023, 1, 1), date(2026, 11, 22)))
def test_values_agree_with_an_independent_computation(shop, order, per_shop, day):
    Department.objects.filter(code__startswith="S").delete()
    made = {}
    for place, facts in enumerate(per_shop):
        made[shop(f"S{place}").pk] = facts
        for when, amount in facts:
            order(list(made)[-1], when, amount)
    together = measured(NUMBERS, day)
    assert set(together) == set(made)
    for pk, facts in made.items():
        expected = independently(facts, day)
        assert together[pk][:6] == expected[:6]
        assert (together[pk][6] is None) == (expected[6] is None)
        if expected[6] is not None:
            assert abs(together[pk][6] - expected[6]) < Decimal("0.0001")
        assert measured(NUMBERS, day, [pk])[pk] == together[pk]


def test_facts_after_the_day_are_not_seen(shop, order):
    one = shop("S1")
    order(one, "2026-01-10", 700)
    before = measured(NUMBERS, date(2026, 3, 1))
    order(one, "2026-03-02", 9000)
    assert measured(NUMBERS, date(2026, 3, 1)) == before
    assert measured(["trade.orders"], date(2026, 3, 2))[one.pk] == (2,)


def test_only_living_subjects_are_measured(shop):
    shop("S1", active=False)
    shop("X1")
    alive = shop("S2")
    assert set(measured(["trade.orders"])) == {alive.pk}


def test_a_field_is_read_from_history_for_past_days(shop, today):
    one = shop("S1", function="sales")
    with connection.cursor() as cursor:  # the record was made long ago
        cursor.execute("ALTER TABLE organisation_departmentevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE organisation_departmentevent SET pgh_created_at = '2026-01-05 10:00+08'")
        cursor.execute("ALTER TABLE organisation_departmentevent ENABLE TRIGGER USER")
    one.function = "marketing"
    one.save()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE organisation_departmentevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE organisation_departmentevent SET pgh_created_at = '2026-06-01 10:00+08' WHERE function = 'marketing'")
        cursor.execute("ALTER TABLE organisation_departmentevent ENABLE TRIGGER USER")
    at = {day: measured(["shop.function"], day)[one.pk][0] for day in (date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1), DAY)}
    assert at == {date(2026, 3, 1): "sales", date(2026, 5, 31): "sales", date(2026, 6, 1): "marketing", DAY: "marketing"}


def test_a_record_younger_than_the_day_shows_its_first_version(shop, today):
    one = shop("S1", function="sales")
    one.function = "marketing"
    one.save()
    assert measured(["shop.function"], date(2017, 12, 31))[one.pk] == ("sales",)


@pytest.mark.parametrize(
    ("day", "loyalty", "signed"),
    [(date(2026, 1, 31), None, None), (date(2026, 2, 1), "low", None), (date(2026, 5, 1), "high", True), (date(2026, 8, 1), "high", False)],
)
def test_an_entered_value_is_the_latest_on_or_before_the_day(shop, today, day, loyalty, signed):
    one = shop("S1")
    for metric, value, when in (
        ("opinion.loyalty", "低", date(2026, 2, 1)),
        ("opinion.loyalty", "high", date(2026, 5, 1)),
        ("opinion.signed", "是", date(2026, 5, 1)),
        ("opinion.signed", False, date(2026, 7, 1)),
    ):
        services.assess(services.Entry(metric, one.pk, value, when), actor=SYSTEM)
    assert measured(["opinion.loyalty", "opinion.signed"], day)[one.pk] == (loyalty, signed)


def test_a_withdrawn_value_lets_the_one_before_count(shop, today, marketing):
    one = shop("S1")
    services.assess(services.Entry("opinion.on_time", one.pk, "80%", date(2026, 1, 1)), actor=marketing)
    wrong = services.assess(services.Entry("opinion.on_time", one.pk, 8, date(2026, 2, 1)), actor=marketing)
    assert measured(["opinion.on_time"])[one.pk] == (Decimal(8),)
    services.withdraw_assessment(wrong.pk, reason="填错", actor=marketing)
    assert measured(["opinion.on_time"])[one.pk] == (Decimal(80),)


@pytest.mark.parametrize(
    ("metric", "value", "day", "said"),
    [
        ("opinion.loyalti", "高", DAY, "没有指标 opinion.loyalti，是不是 opinion.loyalty？"),
        ("trade.year", 5, DAY, "由系统计算，不能填报"),
        ("opinion.loyalty", "很高", DAY, "「忠诚度」没有「很高」，可用：高、中、低"),
        ("opinion.on_time", "高", DAY, "「回款准时率」要填数字，现在是「高」"),
        ("opinion.on_time", 9380, DAY, "填 93.8 表示 93.8%"),
        ("opinion.signed", "也许", DAY, "只能填是或否"),
        ("opinion.on_time", 90, date(2026, 11, 23), "观察日期 2026-11-23 在今天之后"),
    ],
)
def test_a_wrong_entry_is_refused_and_nothing_is_written(shop, today, metric, value, day, said):
    one = shop("S1")
    with pytest.raises(Refused, match=said.replace("？", ".").replace("%", ".")):
        services.assess(services.Entry(metric, one.pk, value, day), actor=SYSTEM)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("code", ["trade.year", "trade.year_before", "trade.orders", "trade.big_orders", "trade.growth"])
def test_rows_behind_a_value_are_those_that_were_counted(three_shops, today, code):
    first = three_shops[0]
    found = selectors.metric_rows(SYSTEM, code, first.pk, DAY)
    assert found.total == {"trade.year": 1, "trade.year_before": 0, "trade.orders": 2, "trade.big_orders": 1, "trade.growth": 1}[code]
    if code == "trade.orders":
        assert [row[2] for row in found.rows] == [Decimal(6000), Decimal(10)]
        assert found.urls[0] == f"/orders/{found.rows[0][0]}/"


def test_a_summary_counts_what_the_viewer_may_see(three_shops, today, seller):
    everything = selectors.metric_summary(SYSTEM, "trade.year", DAY)
    assert (everything.subjects, everything.sum, everything.min, everything.max) == (3, Decimal(8000), 0, 6000)
    own = Viewer(person_id=seller.person_id, roles=frozenset({"salesperson"}))
    assert selectors.metric_summary(own, "trade.year", DAY).sum == Decimal(8000)
    other = Viewer(person_id=three_shops[2].head_id, roles=frozenset({"salesperson"}))
    assert selectors.metric_summary(other, "trade.year", DAY).subjects == 1


def test_faults_of_declarations_are_found():
    registry = Registry()
    registry.add_metric(Derived(code="a.x", label="x", expression="{a.y} + 1", subject="shop"))
    registry.add_metric(Derived(code="a.y", label="y", expression="{a.x} + {a.z}", subject="shop"))
    said = list(registry.faults())
    assert "a.y: unknown metric a.z" in said
    assert "a.x: depends on itself" in said
    assert "a.x: unknown subject shop" in said
    with pytest.raises(ValueError, match="declared twice"):
        registry.add_metric(Derived(code="a.x", label="other", expression="1", subject="shop"))


def test_the_catalogue_has_no_faults():
    assert list(REGISTRY.faults()) == [fault for fault in REGISTRY.faults() if "unknown subject customer" in fault]
