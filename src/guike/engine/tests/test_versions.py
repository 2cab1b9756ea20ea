"""Drafting, publishing, withdrawing; what is published never changes and never overlaps (POL-01)."""

from datetime import date

import pytest
from django.db import transaction
from django.db.utils import DatabaseError, IntegrityError

from guike.engine import selectors, services
from guike.engine.models import Policy, PolicyVersion
from guike.engine.models.policy import BEGINNING
from guike.engine.services.versions import save_draft_content
from guike.engine.tests.conftest import CADENCE, CARD
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused, Stale

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


def ranges():
    return list(PolicyVersion.objects.order_by("number").values_list("number", "status", "effective_from", "superseded_on"))


def test_a_version_supersedes_the_one_before(publish_card):
    publish_card(effective=date(2025, 1, 1))
    publish_card(effective=date(2026, 12, 1))
    assert ranges() == [(1, "published", date(2025, 1, 1), date(2026, 12, 1)), (2, "published", date(2026, 12, 1), None)]
    assert selectors.in_force(SYSTEM, "shop-grade", date(2026, 11, 30)).number == 1
    assert selectors.in_force(SYSTEM, "shop-grade", date(2026, 12, 1)).number == 2
    assert selectors.in_force(SYSTEM, "shop-grade", date(2024, 12, 31)) is None


@pytest.mark.parametrize("effective", [date(2026, 12, 1), date(2026, 11, 30), date(2025, 6, 1)])
def test_overlapping_dates_are_refused_and_nothing_is_written(publish_card, effective):
    publish_card(effective=date(2025, 1, 1))
    publish_card(effective=date(2026, 12, 1))
    before = ranges()
    with pytest.raises(Refused, match=r"生效日期重叠：《门店分级制度》第 2 版从 2026-12-01 起生效.*先撤回第 2 版") as refusal:
        publish_card(effective=effective)
    assert refusal.value.code == "overlap"
    assert ranges() == before


def test_an_unsound_text_is_not_published_and_nothing_is_kept(publish_card):
    with pytest.raises(Refused, match="第 13 行：权重合计 99%，还差 1%"):
        publish_card(CARD.replace("weight: 15", "weight: 14"))
    assert not Policy.objects.exists()
    assert not PolicyVersion.objects.exists()


def test_an_unsound_draft_may_be_kept_but_not_published(today):
    draft = services.save_draft(CARD.replace("weight: 15", "weight: 14"), actor=SYSTEM)
    assert not selectors.draft_problems(SYSTEM, draft).sound
    with pytest.raises(Refused, match="还差 1%"):
        services.publish(draft.pk, effective=DAY, actor=SYSTEM)
    draft.refresh_from_db()
    assert (draft.status, draft.effective_from) == ("draft", None)


def test_there_is_one_draft_and_two_editors_do_not_overwrite_each_other(today):
    first = services.save_draft(CARD, actor=SYSTEM)
    again = services.save_draft(CARD.replace("from: 80", "from: 85"), actor=SYSTEM, lock=first.lock)
    assert (again.pk, again.lock) == (first.pk, first.lock + 1)
    with pytest.raises(Stale, match="刚被别人改过"):
        services.save_draft(CARD, actor=SYSTEM, lock=first.lock)
    assert "from: 85" in PolicyVersion.objects.get().yaml


def test_a_form_writes_the_same_draft(today):
    made = save_draft_content(
        {"code": "x", "kind": "quota", "title": "上限", "subject": "shop", "per": ["owner"], "caps": [{"cap": 5}]}, actor=SYSTEM
    )
    assert selectors.draft_problems(SYSTEM, made).sound
    assert made.content["caps"] == [{"cap": 5}]


@pytest.mark.parametrize(
    "change",
    [{"content": {}}, {"yaml": ""}, {"clause_text": "改"}, {"effective_from": date(2024, 1, 1)}, {"status": "draft"}, {"number": 9}],
    ids=lambda change: next(iter(change)),
)
def test_a_published_version_cannot_be_changed_by_anybody(publish_card, change):
    version = publish_card()
    with pytest.raises(DatabaseError, match="published and cannot change"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).delete()
    assert PolicyVersion.objects.get().content["code"] == "shop-grade"


def test_the_database_itself_refuses_an_overlap(publish_card):
    first = publish_card(effective=date(2025, 1, 1))
    with pytest.raises(IntegrityError, match="policyversion_never_overlap"), transaction.atomic():
        PolicyVersion.objects.create(
            policy=first.policy,
            number=2,
            status="published",
            content={},
            yaml="",
            effective_from=DAY,
            published_at=first.published_at,
            drafted_at=first.drafted_at,
        )


def test_a_version_that_is_not_yet_in_force_can_be_withdrawn(publish_card):
    publish_card(effective=date(2025, 1, 1))
    later = publish_card(effective=date(2026, 12, 1))
    services.withdraw_version(later.pk, reason="条款有误", actor=SYSTEM)
    assert ranges() == [(1, "published", date(2025, 1, 1), None), (2, "withdrawn", date(2026, 12, 1), None)]
    assert publish_card(effective=date(2026, 11, 25)).number == 3


@pytest.mark.parametrize(("reason", "said"), [("误", "已经生效，不能撤回"), (" ", "写明撤回的原因")])
def test_a_version_in_force_cannot_be_withdrawn(publish_card, reason, said):
    version = publish_card()
    with pytest.raises(Refused, match=said):
        services.withdraw_version(version.pk, reason=reason, actor=SYSTEM)
    assert ranges()[0][1] == "published"


def test_a_code_keeps_its_kind(publish_card):
    publish_card()
    with pytest.raises(Refused, match="制度 shop-grade 是「评分卡」，不能改成另一类"):
        publish_card(CADENCE.replace("code: shop-cadence", "code: shop-grade").replace("follows: shop-grade", "follows: shop-grade"))


def test_only_one_policy_is_primary(publish_card):
    publish_card(CARD.replace("kind:", "primary: true\nkind:"))
    publish_card(CARD.replace("code: shop-grade", "code: other").replace("kind:", "primary: true\nkind:"))
    assert dict(Policy.objects.values_list("code", "is_primary")) == {"shop-grade": False, "other": True}


def test_publishing_needs_the_right_and_a_denial_changes_nothing(today, seller):
    draft = services.save_draft(CARD, actor=SYSTEM)
    for refused in (
        lambda: services.publish(draft.pk, effective=DAY, actor=seller),
        lambda: services.save_draft(CARD, actor=seller),
        lambda: services.publish_text(CARD, effective=DAY, actor=seller),
        lambda: services.install_pack("channel", actor=seller),
    ):
        with pytest.raises(Forbidden):
            refused()
    assert ranges() == [(1, "draft", None, None)]


def test_packs_take_effect_from_the_beginning():
    assert date(2000, 1, 1) == BEGINNING
