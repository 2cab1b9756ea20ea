"""Evaluation: set-based, as of any day, changes only, safe to repeat (POL-04)."""

import threading
import time
from datetime import date
from decimal import Decimal

import pytest
import yaml
from django.db import connection, transaction
from django.db.utils import DatabaseError

from guike.engine import services
from guike.engine.events import StandingsChanged
from guike.engine.models import Decision, Run, Standing
from guike.engine.rulebook import Rulebook
from guike.engine.services import evaluation
from guike.engine.services.evaluation import cycle_start
from guike.platform import events
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


def evaluate(day=None, **more):
    return services.evaluate(["shop-grade"], as_of=day, actor=SYSTEM, **more)[0]


def held():
    return {s.subject_id: (s.outcome, s.score, s.since) for s in Standing.objects.all()}


def test_every_subject_gets_its_outcome_and_score(publish_card, three_shops):
    publish_card()
    found = evaluate()
    first, second, third = three_shops
    assert (found.subjects, found.changed, found.outcomes) == (3, 3, {"A": 1, "C": 2})
    assert held() == {
        first.pk: ("A", Decimal("92.50"), DAY),
        second.pk: ("C", Decimal("58.50"), DAY),
        third.pk: ("C", Decimal("27.00"), DAY),
    }


def test_a_decision_keeps_inputs_and_reason(publish_card, three_shops):
    version = publish_card()
    evaluate()
    found = Decision.objects.get(subject_id=three_shops[0].pk)
    assert (found.previous, found.outcome, found.policy_version_id) == ("", "A", version.pk)
    assert found.inputs == {"values": [6000.0, 6, None], "bands": [2, 2, -1], "points": [100, 100, 50]}
    assert found.reasons == "总分 92.50 分，达到 A 级线 80 分"


def test_a_second_run_changes_nothing(publish_card, three_shops):
    publish_card()
    evaluate()
    again = evaluate()
    assert (again.changed, again.subjects) == (0, 3)
    assert Decision.objects.count() == 3
    assert Run.objects.count() == 2


def test_only_changes_are_decided(publish_card, three_shops, order, today):
    publish_card()
    evaluate()
    today(date(2026, 12, 1))
    order(three_shops[1], "2026-11-30", 4000)
    found = evaluate()
    assert found.changed == 1
    change = Decision.objects.get(run_id=found.run_id)
    assert (change.subject_id, change.previous, change.outcome, change.as_of) == (three_shops[1].pk, "C", "A", date(2026, 12, 1))
    assert held()[three_shops[0].pk][2] == DAY


def test_a_score_that_moves_within_its_grade_updates_the_standing_alone(publish_card, three_shops, today):
    publish_card()
    evaluate()
    services.assess(services.Entry("opinion.loyalty", three_shops[0].pk, "high", DAY), actor=SYSTEM)
    assert evaluate().changed == 0
    assert held()[three_shops[0].pk] == ("A", Decimal("100.00"), DAY)
    assert Decision.objects.count() == 3


def test_a_past_day_reports_and_overwrites_nothing(publish_card, three_shops):
    publish_card()
    evaluate()
    before = held()
    past = evaluate(date(2024, 12, 31))
    assert (past.kept, past.outcomes, past.changed) == (False, {"C": 3}, 0)
    assert held() == before
    assert Decision.objects.count() == 3


def test_a_past_day_first_and_today_after(publish_card, three_shops):
    publish_card()
    assert evaluate(date(2024, 12, 31)).kept
    assert {outcome for outcome, _score, _since in held().values()} == {"C"}
    assert evaluate().changed == 1
    assert [d.previous + d.outcome for d in Decision.objects.filter(subject_id=three_shops[0].pk).order_by("id")] == ["C", "CA"]


def test_the_version_in_force_on_the_day_decides(publish_card, three_shops, card):
    publish_card(effective=date(2020, 1, 1))
    publish_card(card.replace("from: 80", "from: 95"), effective=date(2026, 11, 1))
    assert evaluate(date(2026, 10, 31)).version == 1
    assert evaluate().version == 2
    assert held()[three_shops[0].pk][0] == "B"


def test_some_subjects_are_decided_on_demand(publish_card, three_shops):
    publish_card()
    found = evaluate(subject_ids=[three_shops[2].pk], trigger="event")
    assert (found.subjects, found.changed) == (1, 1)
    assert set(held()) == {three_shops[2].pk}
    assert Decision.objects.get().trigger == "event"


def test_a_partial_run_does_not_stand_for_a_full_one(publish_card, three_shops, today):
    publish_card()
    evaluate(subject_ids=[three_shops[2].pk])
    assert services.evaluate_due(actor=SYSTEM)[0].subjects == 3


CARE = """
code: care
kind: decision_table
title: 关怀
subject: shop
outcomes: [{code: gift, label: 送礼}, {code: call, label: 电话}]
rows:
  - when: {all: [{field: outcome.shop-grade, op: eq, value: A}, {field: trade.years, op: gte, value: 3}]}
    then: gift
  - then: call
"""


def test_another_policys_outcome_may_be_an_input(publish_card, three_shops):
    """`care` was there first and rests on the grade: it is run after it all the same."""
    publish_card(CARE.replace("outcome.shop-grade, op: eq, value: A", "trade.orders, op: gte, value: 1"))
    publish_card()
    publish_card(CARE, effective=date(2021, 1, 1))
    found = services.evaluate(actor=SYSTEM)
    assert [one.code for one in found] == ["shop-grade", "care"]
    gifted = Standing.objects.filter(policy__code="care", outcome="gift").values_list("subject_id", flat=True)
    assert list(gifted) == [three_shops[0].pk]


def test_a_policy_whose_input_is_not_in_force_says_so_and_stops_nobody_else(publish_card, three_shops):
    publish_card(effective=date(2026, 6, 1))
    publish_card(CARE, effective=date(2021, 1, 1))
    publish_card(
        CARE.replace("code: care", "code: idle").replace("outcome.shop-grade, op: eq, value: A", "trade.orders, op: gte, value: 1")
    )
    found = {one.code: one.problem for one in services.evaluate(as_of=date(2026, 5, 31), actor=SYSTEM)}
    assert found == {"care": "《关怀》要用制度 shop-grade 的结果，它在 2026-05-31 没有生效的版本", "idle": ""}


def test_a_collecting_table_joins_its_outcomes(publish_card, three_shops):
    publish_card(
        """
code: traits
kind: decision_table
title: 特征
subject: shop
hit: collect
outcomes: [{code: old, label: 老}, {code: big, label: 大}]
rows:
  - {when: {field: trade.year, op: gte, value: 5000}, then: big}
  - {when: {field: trade.years, op: gte, value: 1}, then: old}
"""
    )
    services.evaluate(["traits"], actor=SYSTEM)
    assert {s.subject_id: s.outcome for s in Standing.objects.all()} == {three_shops[0].pk: "old+big", three_shops[1].pk: "old"}


def test_an_alert_that_nobody_meets_leaves_no_row_and_a_cleared_one_is_decided(publish_card, three_shops, order, today):
    publish_card(
        """
code: idle
kind: alert
title: 停单
subject: shop
levels: [{code: high, label: 高, when: {field: trade.idle_days, op: gt, value: 180}}]
"""
    )
    services.evaluate(["idle"], actor=SYSTEM)
    assert {s.subject_id: s.outcome for s in Standing.objects.all()} == {three_shops[0].pk: "high"}
    order(three_shops[0], "2026-11-22", 10)
    services.evaluate(["idle"], actor=SYSTEM)
    assert Standing.objects.get().outcome == ""
    assert Decision.objects.order_by("id").last().previous == "high"


def test_decisions_cannot_be_changed_or_deleted(publish_card, three_shops):
    publish_card()
    evaluate()
    for act in (lambda: Decision.objects.update(outcome="A"), lambda: Decision.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert Decision.objects.filter(outcome="A").count() == 1


@pytest.mark.parametrize(
    ("codes", "day", "said"),
    [
        (["nothing"], None, "没有制度 nothing，现有：shop-grade"),
        (["shop-grade"], date(2026, 11, 23), "判定日 2026-11-23 在今天之后"),
        (["shop-grade"], date(2019, 12, 31), "《门店分级制度》在 2019-12-31 没有生效的版本"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(publish_card, three_shops, codes, day, said):
    publish_card()
    with pytest.raises(Refused, match=said):
        services.evaluate(codes, as_of=day, actor=SYSTEM)
    assert not Run.objects.exists()


def test_evaluating_needs_the_right(publish_card, three_shops, seller):
    publish_card()
    with pytest.raises(Forbidden):
        services.evaluate(["shop-grade"], actor=seller)
    assert not Run.objects.exists()
    assert not Standing.objects.exists()


def test_changes_are_told(publish_card, three_shops, monkeypatch):
    heard = []
    monkeypatch.setitem(events._reactions, StandingsChanged, [heard.append])
    publish_card()
    evaluate()
    evaluate()
    assert [(one.policy_code, one.subject_kind, sorted(one.subject_ids)) for one in heard] == [
        ("shop-grade", "shop", sorted(s.pk for s in three_shops))
    ]


@pytest.mark.parametrize(
    ("cycle", "day", "start"),
    [
        ("daily", DAY, DAY),
        ("weekly", DAY, date(2026, 11, 16)),
        ("monthly", DAY, date(2026, 11, 1)),
        ("quarterly", DAY, date(2026, 10, 1)),
        ("yearly", DAY, date(2026, 1, 1)),
        ("none", DAY, date.min),
    ],
)
def test_cycles_begin(cycle, day, start):
    assert cycle_start(cycle, day) == start


def test_the_daily_round_runs_what_is_due_once(publish_card, three_shops, today, card):
    publish_card()
    assert [one.code for one in services.evaluate_due(actor=SYSTEM)] == ["shop-grade"]
    assert services.evaluate_due(actor=SYSTEM) == []
    today(date(2026, 11, 30))
    assert services.evaluate_due(actor=SYSTEM) == []
    today(date(2026, 12, 3))
    assert [one.as_of for one in services.evaluate_due(actor=SYSTEM)] == [date(2026, 12, 3)]


def test_a_version_takes_effect_on_its_day(publish_card, three_shops, today, card):
    publish_card()
    services.evaluate_due(actor=SYSTEM)
    publish_card(card.replace("from: 80", "from: 95"), effective=date(2026, 11, 25))
    assert services.evaluate_due(actor=SYSTEM) == []
    assert held()[three_shops[0].pk][0] == "A"
    today(date(2026, 11, 25))
    assert [(one.version, one.changed) for one in services.evaluate_due(actor=SYSTEM)] == [(2, 1)]
    assert held()[three_shops[0].pk][0] == "B"


def test_a_day_does_not_depend_on_facts_after_it(publish_card, three_shops, order):
    publish_card()
    day = date(2026, 3, 31)
    book = Rulebook(day)
    query = book.compiling(book.holding("shop-grade").content).sql()
    with connection.cursor() as cursor:
        cursor.execute(query + " ORDER BY subject_id")
        before = cursor.fetchall()
        order(three_shops[2], "2026-04-01", 99999)
        services.assess(services.Entry("opinion.loyalty", three_shops[2].pk, "high", date(2026, 4, 1)), actor=SYSTEM)
        cursor.execute(query + " ORDER BY subject_id")
        assert cursor.fetchall() == before


def two_at_once() -> list[Exception]:
    """Two evaluations started together on two connections; what went wrong in them."""
    gate = threading.Barrier(2)
    faults: list[Exception] = []

    def run():
        try:
            gate.wait(timeout=10)
            evaluate()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return faults


def wait_for_somebody_blocked() -> None:
    """Until another connection waits for what this transaction holds."""
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone()[1]:
                return
    raise AssertionError("nobody else came")


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_decide_once(publish_card, three_shops):
    publish_card()
    assert two_at_once() == []
    assert Decision.objects.count() == 3
    assert sorted(Run.objects.values_list("changed", flat=True)) == [0, 3]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would_decide_twice(publish_card, three_shops, monkeypatch):
    """The control: it is the lock that keeps the two apart."""
    publish_card()
    first = threading.Lock()
    fetch = evaluation._fetch

    def fetch_together(query):
        rows = fetch(query)
        if first.acquire(blocking=False):
            wait_for_somebody_blocked()  # the other has begun to decide; only now may this transaction end
        return rows

    monkeypatch.setattr(evaluation, "_lock", lambda policy_id: None)
    monkeypatch.setattr(evaluation, "_fetch", fetch_together)
    assert two_at_once() == []
    assert Decision.objects.count() == 6


def test_only_policies_that_read_what_changed_run(publish_card, shop):
    shop("S1", function="sales")
    for code, condition in (
        ("by-function", {"field": "shop.function", "op": "eq", "value": "sales"}),
        ("by-trade", {"field": "trade.year", "op": "gte", "value": 1}),
        ("follows", {"field": "outcome.by-function", "op": "eq", "value": "yes"}),
    ):
        publish_card(
            yaml.safe_dump(
                {
                    "code": code,
                    "kind": "decision_table",
                    "title": code,
                    "subject": "shop",
                    "outcomes": [{"code": "yes", "label": "是"}, {"code": "no", "label": "否"}],
                    "rows": [{"when": condition, "then": "yes"}, {"then": "no"}],
                }
            )
        )

    def ran(*columns):
        return {one.code for one in services.evaluate(reading=columns, actor=SYSTEM)}

    assert ran("function") == {"by-function", "follows"}  # itself, and the one that looks at its outcome
    assert ran("name") == set()
