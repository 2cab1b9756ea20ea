"""What cadences ask for and how full quotas are (ACT-02, CUS-06)."""

from datetime import date

import pytest
from django.db import connection

from guike.engine import selectors, services
from guike.engine.tests.conftest import CADENCE, CARD
from guike.organisation.models import Department
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused

pytestmark = pytest.mark.django_db
QUOTA = """
code: shop-quota
kind: quota
title: 每人门店数
subject: shop
per: [owner]
caps:
  - {cap: 1, label: 全部}
  - {cap: 1, label: A 级, when: {field: outcome.shop-grade, op: eq, value: A}}
"""


@pytest.fixture
def paced(publish_card, three_shops):
    publish_card()
    publish_card(CADENCE)
    services.evaluate(["shop-grade"], actor=SYSTEM)
    return three_shops


def test_requirements_name_pace_reason_and_clause(paced):
    found = {one.outcome: one for one in selectors.cadence_requirements()}
    a = found["A"]
    assert (a.interval_days, a.channels, a.escalation_days, a.phrase, a.title) == (
        7,
        ("visit", "phone"),
        (3, 7),
        "A 级每周联系",
        "例行联系",
    )
    assert (a.clause, a.subject_kind, a.in_force_from) == ("《门店联系频次》", "shop", date(2020, 1, 1))
    assert found["B"].phrase == "B 级每两周联系"


def test_the_pace_of_ones_outcomes(paced):
    found = selectors.cadence_for([("shop-grade", "A"), ("other", "B")])
    assert [(one.outcome, one.pace.days) for one in found] == [("A", 7)]
    assert selectors.cadence_for([("shop-grade", "C")]) == []


def test_all_that_is_asked_for_in_one_query(paced):
    with connection.cursor() as cursor:
        cursor.execute(selectors.cadence_due_sql())
        assert [(row[0], row[2], row[3]) for row in cursor.fetchall()] == [(paced[0].pk, "A", 7)]


def test_without_cadences_nothing_is_asked_for(publish_card, three_shops):
    publish_card()
    with connection.cursor() as cursor:
        cursor.execute(selectors.cadence_due_sql())
        assert cursor.fetchall() == []


def test_a_cadence_is_not_evaluated_by_itself(paced):
    assert [one.code for one in services.evaluate(actor=SYSTEM)] == ["shop-grade"]
    with pytest.raises(Refused, match="频次制度"):
        services.evaluate(["shop-cadence"], actor=SYSTEM)


def test_groups_over_their_cap_are_told_first(paced, publish_card, chen):
    publish_card(QUOTA)
    state = selectors.quota_state(SYSTEM, "shop-quota")
    assert [(one.labels, one.label, one.count, one.cap, one.room) for one in state] == [
        (("陈思远",), "全部", 2, 1, -1),
        (("林雨桐",), "全部", 1, 1, 0),
        (("陈思远",), "A 级", 1, 1, 0),
    ]
    assert selectors.quota_room("shop-quota", (str(chen.pk),)) == -1
    assert selectors.quota_room("shop-quota", ("999999",)) == 1
    found = services.evaluate(["shop-quota"], actor=SYSTEM)[0]
    assert found.outcomes == {"over": 1}
    with pytest.raises(Refused, match="不是配额制度"):
        selectors.quota_state(SYSTEM, "shop-grade")


def test_a_draft_quota_shows_who_would_be_over(paced, publish_card):
    assert [one.labels for one in selectors.simulate(SYSTEM, QUOTA).over_caps] == [("陈思远",)]
    assert selectors.simulate(SYSTEM, QUOTA.replace("cap: 1, label: 全部", "cap: 9, label: 全部")).over_caps == ()


def full(person, shops):
    return [(one.taken.label, one.taken.held, one.taken.coming) for one in selectors.full_for(person.pk, [each.pk for each in shops], "shop")]


def test_a_taking_over_is_measured_against_each_cap_of_the_person(paced, publish_card, chen, lin):
    """S1 (A) and S2 are 陈思远's, S3 is 林雨桐's; at most two of all, one of A."""
    first, second, third = paced
    publish_card(QUOTA.replace("{cap: 1, label: 全部}", "{cap: 2, label: 全部}"))
    assert full(chen, [third]) == [("全部", 2, 1)]
    assert full(chen, [first, second]) == []  # they are his already: none is counted twice
    assert full(chen, [first, third]) == [("全部", 1, 2)]
    assert full(lin, [first]) == []
    assert full(lin, [first, second]) == [("全部", 1, 2)]
    assert full(lin, []) == full(chen, []) == []
    Department.objects.filter(pk=first.pk).update(head=lin)
    Department.objects.filter(pk=third.pk).update(active=False)  # gone from the list: counts under no cap
    assert full(lin, [second]) == []
    assert full(chen, [first]) == []


def test_only_what_meets_the_condition_counts_under_its_cap(paced, publish_card, chen, lin):
    first, second, third = paced
    publish_card(QUOTA.replace("{cap: 1, label: 全部}", "{cap: 9, label: 全部}"))
    assert full(lin, [first, second]) == []  # one A comes, one is allowed
    assert full(chen, [third]) == []  # no A comes


def test_further_groups_of_a_quota_are_counted_apart(paced, publish_card, chen, lin, shop):
    """Two of each type: what comes of another type leaves the full one alone."""
    publish_card(QUOTA.replace("per: [owner]", "per: [owner, shop.function]").replace("{cap: 1, label: 全部}", "{cap: 2, label: 全部}"))
    other = shop("S4", owner=lin, function="service")
    assert full(chen, [other]) == []
    assert full(chen, [paced[2]]) == [("全部", 2, 1)]
    assert full(chen, [other, paced[2]]) == [("全部", 2, 1)]


def test_the_list_of_policies(paced, today):
    listed = {one.policy.code: one for one in selectors.policies(SYSTEM)}
    assert set(listed) == {"shop-grade", "shop-cadence"}
    services.publish_text(CARD, effective=date(2026, 12, 1), actor=SYSTEM)
    services.save_draft(CARD, actor=SYSTEM)
    grade = {one.policy.code: one for one in selectors.policies(SYSTEM)}["shop-grade"]
    assert (grade.current.number, grade.upcoming.number, grade.draft.number, grade.last_run.subjects) == (1, 2, 3, 3)


def test_a_quota_counts_everybody_and_so_does_not_run_when_one_subject_changes(paced, publish_card):
    publish_card(QUOTA)
    assert [one.code for one in services.evaluate(subject_ids=[paced[0].pk], actor=SYSTEM)] == ["shop-grade"]
    assert [one.code for one in services.evaluate(actor=SYSTEM)] == ["shop-grade", "shop-quota"]


def test_rules_are_read_once_inside_one_reading_and_anew_outside(paced, django_assert_num_queries):
    with django_assert_num_queries(2), selectors.rules_read_once():  # versions and clauses
        assert selectors.cadence_requirements() == selectors.cadence_requirements()
    with django_assert_num_queries(4):
        assert selectors.cadence_requirements() == selectors.cadence_requirements()
