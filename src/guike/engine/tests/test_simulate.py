"""A draft is tried without writing, and comes out exactly so when it is published (POL-06, 08-quality)."""

from collections import defaultdict
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from guike.engine import selectors, services
from guike.engine.models import Decision, Override, PolicyVersion, Run, Standing
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.parse import parse
from guike.engine.policies.yaml_text import read, write
from guike.engine.tests.conftest import CADENCE, CARD
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
STRICT = CARD.replace("from: 80", "from: 95")


def counts():
    return (Decision.objects.count(), Standing.objects.count(), Run.objects.count(), PolicyVersion.objects.count())


def transitions(before):
    """from → to → number, over everybody, from the standings themselves."""
    matrix = defaultdict(lambda: defaultdict(int))
    for one in Standing.objects.all():
        matrix[before.get(one.subject_id, "")][one.outcome] += 1
    return {old: dict(row) for old, row in matrix.items()}


def test_a_matrix_counts_everybody_and_nothing_is_written(publish_card, three_shops):
    publish_card()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    before = counts()
    found = selectors.simulate(SYSTEM, STRICT)
    assert found.matrix == {"A": {"B": 1}, "C": {"C": 2}}
    assert (found.subjects, found.movers_count, found.up, found.down) == (3, 1, 0, 1)
    assert counts() == before
    mover = found.movers[0]
    assert (mover.number, mover.before_label, mover.after_label, mover.after_score) == ("S1", "A 级", "B 级", Decimal("92.50"))
    assert mover.reasons == ("得分不变 92.5 分，分数线变了",)
    assert mover.url == f"/shops/{three_shops[0].pk}/"


def test_movers_tell_the_largest_differences(publish_card, three_shops):
    publish_card()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    draft = CARD.replace("weight: 60", "weight: 30").replace("weight: 15", "weight: 45")
    found = selectors.simulate(SYSTEM, draft)
    assert found.matrix == {"A": {"B": 1}, "C": {"C": 2}}
    assert found.movers[0].reasons == ("12 个月采购额 6,000 元，少 30 分", "忠诚度，多 15 分")


weights = st.tuples(st.integers(0, 100), st.integers(0, 100)).filter(lambda pair: sum(pair) <= 100)
lines = st.tuples(st.integers(1, 98), st.integers(1, 98)).filter(lambda pair: pair[0] > pair[1])
facts = st.lists(st.lists(st.tuples(st.dates(date(2022, 1, 1), DAY), st.integers(1, 9000)), max_size=4), min_size=1, max_size=6)


def redrawn(weights, lines) -> dict:
    """The card with other weights and lines."""
    content = read(CARD).content
    for one, weight in zip(content["characteristics"], (*weights, 100 - sum(weights)), strict=True):
        one["weight"] = weight
    content["outcomes"][0]["from"], content["outcomes"][1]["from"] = lines
    return content


@contextmanager
def forgotten():
    """What happens inside did not happen: the next example starts afresh."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(weights=weights, lines=lines, shops=facts, overridden=st.booleans())
def test_what_is_simulated_is_what_comes(today, shop, order, chen, weights, lines, shops, overridden):
    draft = redrawn(weights, lines)
    with forgotten():
        services.publish_text(CARD, effective=date(2020, 1, 1), actor=SYSTEM)
        made = [shop(f"S{place}", owner=chen) for place in range(len(shops))]
        for one, its in zip(made, shops, strict=True):
            for day, amount in its:
                order(one, day, amount)
        services.evaluate(["shop-grade"], as_of=date(2026, 10, 1), actor=SYSTEM)
        if overridden:
            services.override("shop-grade", made[0].pk, "A", reason="试", signer_id=chen.pk, until=date(2027, 1, 1), actor=SYSTEM)
        before = dict(Standing.objects.values_list("subject_id", "outcome"))
        assume(parse(draft, Catalogue()).sound)
        promised = selectors.simulate(SYSTEM, draft)
        services.publish_text(write(draft), effective=DAY, actor=SYSTEM)
        found = services.evaluate(["shop-grade"], actor=SYSTEM)[0]
        assert promised.matrix == transitions(before)
        assert promised.subjects == found.subjects == len(shops)
        assert promised.movers_count == found.changed == len(promised.movers)
        assert {one.subject_id: one.after for one in promised.movers} == dict(
            Decision.objects.filter(run_id=found.run_id).values_list("subject_id", "outcome")
        )


def test_the_work_per_person_and_week_is_foreseen(publish_card, three_shops, chen, lin):
    publish_card()
    publish_card(CADENCE)
    services.evaluate(["shop-grade"], actor=SYSTEM)
    draft = CARD.replace("from: 60,", "from: 58,").replace("label: B 级, from: 60", "label: B 级, from: 58")
    found = selectors.simulate(SYSTEM, draft)
    assert found.matrix == {"A": {"A": 1}, "C": {"B": 1, "C": 1}}
    assert (found.workload.before, found.workload.after) == (Decimal("1.0"), Decimal("1.5"))
    assert [(one.name, one.before, one.after, one.cap, one.over) for one in found.workload.people] == [
        ("陈思远", Decimal("1.0"), Decimal("1.5"), 2, False),
        ("林雨桐", Decimal("0.0"), Decimal("0.0"), 2, False),
    ]


def test_a_draft_cadence_moves_nobody_and_changes_the_work(publish_card, three_shops):
    publish_card()
    publish_card(CADENCE)
    services.evaluate(["shop-grade"], actor=SYSTEM)
    found = selectors.simulate(SYSTEM, CADENCE.replace("days: 7,", "days: 2,"))
    assert (found.movers_count, found.matrix) == (0, {"A": {"A": 1}, "C": {"C": 2}})
    assert (found.workload.before, found.workload.after) == (Decimal("1.0"), Decimal("3.5"))
    assert [one.over for one in found.workload.people] == [True, False]


def test_two_drafts_are_compared(publish_card, three_shops):
    publish_card()
    found = selectors.simulate(SYSTEM, STRICT, against=CARD)
    assert (found.compared_with, found.matrix) == ("另一份草案", {"A": {"B": 1}, "C": {"C": 2}})


def test_without_an_evaluation_the_version_in_force_is_compared(publish_card, three_shops):
    publish_card()
    found = selectors.simulate(SYSTEM, STRICT)
    assert (found.compared_with, found.matrix) == ("现行第 1 版", {"A": {"B": 1}, "C": {"C": 2}})


def test_a_new_policy_comes_from_nothing(today, three_shops):
    found = selectors.simulate(SYSTEM, CARD)
    assert (found.compared_with, found.matrix) == ("还没有结果", {"": {"A": 1, "C": 2}})


def test_a_past_day_is_simulated_on_the_data_of_that_day(publish_card, three_shops):
    publish_card()
    assert selectors.simulate(SYSTEM, CARD, as_of=date(2024, 12, 31)).matrix == {"C": {"C": 3}}


def test_an_override_in_force_keeps_its_outcome(publish_card, three_shops, chen):
    publish_card()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    services.override("shop-grade", three_shops[2].pk, "A", reason="新店", signer_id=chen.pk, until=date(2027, 1, 1), actor=SYSTEM)
    assert selectors.simulate(SYSTEM, STRICT).matrix == {"A": {"A": 1, "B": 1}, "C": {"C": 1}}
    assert Override.objects.count() == 1


def test_all_movers_are_streamed_for_an_export(publish_card, three_shops, seller):
    publish_card()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    assert [one.number for one in selectors.movers(SYSTEM, STRICT)] == ["S1"]
    with pytest.raises(Forbidden):
        selectors.movers(seller, STRICT)


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (CARD.replace("weight: 15", "weight: 14"), "权重合计 99%，还差 1%"),
        (CARD.replace("trade.year\n", "trade.yaer\n"), "没有指标 trade.yaer，是不是 trade.year？"),
        ("code: [", "YAML 写法不对"),
    ],
)
def test_an_unsound_draft_is_refused(publish_card, three_shops, draft, said):
    publish_card()
    with pytest.raises(Refused) as refusal:
        selectors.simulate(SYSTEM, draft)
    assert said in str(refusal.value)


def test_simulating_needs_the_right(publish_card, three_shops, seller):
    publish_card()
    with pytest.raises(Forbidden):
        selectors.simulate(seller, CARD)
