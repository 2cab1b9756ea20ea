"""A draft of the table tried on real data, and the days it gives once it holds (POL-06, POL-10)."""

from datetime import date
from decimal import Decimal

import pytest

from guike.engine import selectors, services
from guike.engine.models import PolicyVersion
from guike.engine.tests.test_entitlement import CADENCE, QUOTA, TABLE
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused

pytestmark = pytest.mark.django_db
TIGHTER = TABLE.replace("contact_days: 7, ", "contact_days: 5, ").replace("contact_days: 30,", "contact_days: 60,").replace("customers_cap: 30", "customers_cap: 0")


@pytest.fixture
def tabled(publish_card, three_shops):
    publish_card()
    for text in (TABLE, CADENCE.replace("{outcome: C, days: 21}", "{outcome: C}"), QUOTA):
        publish_card(text)
    services.evaluate(["shop-grade"], actor=SYSTEM)
    return three_shops


def grades():
    return sorted(one.outcome for rows in selectors.standings(SYSTEM, "shop").values() for one in rows)


def test_days_and_clause_come_from_the_table(tabled):
    found = {one.outcome: one for one in selectors.cadence_requirements()}
    assert {outcome: one.interval_days for outcome, one in found.items()} == {"A": 7, "B": 14, "C": 30}
    assert found["A"].clause == "《门店待遇》（第 1 版）"
    assert {(one.label, one.cap) for one in selectors.quota_state(SYSTEM, "shop-quota")} == {("A 级", 30), ("全部", 200)}


def test_another_version_of_the_table_moves_what_takes_from_it(tabled):
    services.publish_text(TIGHTER, effective=clock.today(), actor=SYSTEM)
    found = {one.outcome: one for one in selectors.cadence_requirements()}
    assert (found["A"].interval_days, found["C"].interval_days, found["A"].in_force_from) == (5, 60, clock.today())
    assert found["A"].clause == "《门店待遇》（第 2 版）"
    assert {one.interval_days for one in selectors.cadence_requirements(date(2026, 1, 1))} == {7, 14, 30}, "the past keeps its days"


def test_a_draft_says_whom_it_would_touch_and_writes_nothing(tabled):
    before = PolicyVersion.objects.count()
    counts = {outcome: number for outcome, _label, number in selectors.distribution(SYSTEM, "shop-grade")}
    found = selectors.simulate(SYSTEM, TIGHTER)
    effect = found.effect
    assert (effect.shorter, effect.longer, effect.approver, effect.released) == (counts.get("A", 0), counts.get("C", 0), 0, 0)
    assert counts.get("A"), "a trial over nobody shows nothing"
    said = {shift.before: [str(one) for one in shift.changes] for shift in found.shifts}
    assert said["A 级"] == ["例行联系 每 7 天 → 每 5 天", "每人客户数上限 30 家 → 0 家"]
    assert [one.label for one in found.over_caps] == ["A 级"]
    assert found.workload.after != found.workload.before
    assert PolicyVersion.objects.count() == before
    approved = selectors.simulate(SYSTEM, TABLE.replace("approver: executive", "approver: finance")).effect
    assert (approved.approver, approved.shorter, approved.longer) == (counts["A"], 0, 0)


def test_the_same_table_touches_nobody(tabled):
    found = selectors.simulate(SYSTEM, TABLE)
    assert (found.shifts, found.effect.shorter, found.effect.longer, found.over_caps) == ((), 0, 0, ())
    assert found.workload.after == found.workload.before > Decimal(0)


def test_a_cadence_is_tried_with_the_days_of_the_table_in_force(tabled):
    services.save_draft(TIGHTER, actor=SYSTEM)
    found = selectors.simulate(SYSTEM, CADENCE.replace("{outcome: C, days: 21}", "{outcome: C}"))
    assert found.workload.after == found.workload.before


def test_a_table_is_not_evaluated_by_itself(tabled):
    with pytest.raises(Refused, match="待遇表"):
        services.evaluate(["shop-grants"], actor=SYSTEM)
    assert "shop-grants" not in [one.code for one in services.evaluate(actor=SYSTEM)]
