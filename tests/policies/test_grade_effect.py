"""A change of grade shows beforehand what it will change, and then changes just that (POL-10)."""

import io
from datetime import timedelta

import pytest
from tests.access.cast import person
from tests.policies.test_policy_pages import customers, marketing, sales, texts  # noqa: F401 — fixtures

from guike.contact.services.upkeep import refresh_after_standings
from guike.engine import selectors, services
from guike.engine.approvals.services import Request, submit
from guike.engine.events import StandingsChanged
from guike.engine.models import Approval
from guike.engine.models.decision import Standing
from guike.engine.models.obligation import Obligation
from guike.organisation.models import Department
from guike.platform import clock
from guike.platform.access import SYSTEM

pytestmark = pytest.mark.django_db


def grade_of(customer):
    return Standing.objects.get(policy__code="customer-grade", subject_id=customer.pk).outcome


def due_of(customer):
    found = Obligation.objects.filter(kind="cadence", subject_id=customer.pk, state="open", policy__code="contact-cadence")
    return found.values_list("due_on", flat=True).first()


def refreshed(*pks):
    refresh_after_standings(StandingsChanged("customer-grade", True, "customer", clock.today(), pks))


@pytest.fixture
def small(customers):  # noqa: F811
    found = customers["正合泵阀"]
    assert grade_of(found) == "C"
    return found


def test_the_preview_lists_what_changes_and_writes_nothing(marketing, small):  # noqa: F811
    found = selectors.preview(SYSTEM, "customer", small.pk, "customer-grade", "A")
    lines = {one.label: (one.before, one.after) for one in found.lines}
    assert (found.before, found.after) == ("C 级", "A 级")
    assert lines["例行联系"] == ("每 30 天", "每 7 天")
    assert lines["未跟进进公海"] == ("90 天", "60 天")
    assert lines["例外由谁批"] == ("销售经理", "总经理")
    assert lines["距进公海"][0].startswith("还有 90 天") and lines["距进公海"][1].startswith("还有 60 天")
    assert any("第二十三条" in one or "等级待遇" in one for one in found.sources)
    assert grade_of(small) == "C"
    assert selectors.preview(SYSTEM, "customer", small.pk, "customer-grade", "C").lines == ()


def test_the_due_day_it_shows_is_the_one_that_comes(marketing, small):  # noqa: F811
    refreshed(small.pk)
    before = due_of(small)
    lines = {one.item: one for one in selectors.preview(SYSTEM, "customer", small.pk, "customer-grade", "A").lines}
    shown = lines["due_on"]
    assert shown.before == before.isoformat()
    services.override(
        "customer-grade", small.pk, "A", reason="战略合作在谈", signer_id=small.owner_id, until=clock.today() + timedelta(days=30), actor=SYSTEM
    )
    refreshed(small.pk)
    assert due_of(small).isoformat() == shown.after != shown.before


def test_a_full_owner_is_told_with_the_clause(marketing, small):  # noqa: F811
    text = selectors.wording(SYSTEM, "grade-entitlement", "v1").yaml.replace("customers_cap: 30", "customers_cap: 0")
    services.publish_text(text, effective=clock.today(), actor=SYSTEM)
    found = selectors.preview(SYSTEM, "customer", small.pk, "customer-grade", "A")
    assert len(found.warnings) == 1
    assert "陈思远名下A 级客户已有" in found.warnings[0] and "上限 0 家" in found.warnings[0] and "第 2 版" in found.warnings[0]
    assert selectors.preview(SYSTEM, "customer", small.pk, "customer-grade", "B").warnings == ()


def test_the_page_answers_before_and_the_form_asks_for_it(marketing, small, django_assert_max_num_queries):  # noqa: F811
    form = marketing.get(f"/policies/override/customer/{small.pk}/customer-grade/").content.decode()
    assert f'hx-get="/policies/effect/customer/{small.pk}/customer-grade/"' in form
    with django_assert_max_num_queries(22):
        page = texts(marketing.get(f"/policies/effect/customer/{small.pk}/customer-grade/?outcome=A"))
    assert "例行联系 每 30 天 → 每 7 天" in page and "距进公海" in page
    assert "待遇、期限都不变" in texts(marketing.get(f"/policies/effect/customer/{small.pk}/customer-grade/?outcome=C"))
    assert marketing.get(f"/policies/effect/customer/{small.pk}/customer-grade/?outcome=Z").status_code == 404
    assert "选一个等级" in texts(marketing.get(f"/policies/effect/customer/{small.pk}/customer-grade/"))
    why = texts(marketing.get(f"/policies/why/customer/{small.pk}/customer-grade/"))
    assert "等级带来的待遇" in why and "每 30 天" in why


def test_who_may_not_see_the_customer_may_not_ask(small, sales):  # noqa: F811
    from tests.policies.test_policy_pages import browser

    other = browser("黄可", "salesperson", sales)
    assert other.get(f"/policies/effect/customer/{small.pk}/customer-grade/?outcome=A").status_code in (403, 404)
    assert other.get(f"/policies/effect/customer/{small.pk}/customer-grade/").status_code in (403, 404)


def test_a_request_for_another_grade_carries_the_changes_to_its_signers(marketing, small, sales):  # noqa: F811
    person("王立群", sales, "executive", "WLQ")
    own = Department.objects.get(function="marketing")
    own.head = person("孙敏", own, "marketing", "SM")
    own.save()
    given = {"outcome": "A", "reason": "战略合作在谈", "until": (clock.today() + timedelta(days=30)).isoformat()}
    answer = marketing.post(f"/policies/override/customer/{small.pk}/customer-grade/", given)
    assert answer.status_code in (200, 302), texts(answer)
    asked = Approval.objects.get(kind="override")
    labels = {one["label"]: (one["before"], one["after"]) for one in asked.changes}
    assert labels["例行联系"] == ("每 30 天", "每 7 天") and "距进公海" in labels


def test_the_document_prints_the_table_as_a_table(marketing, customers):  # noqa: F811
    page = marketing.get("/policies/documents/customer-management/").content.decode()
    assert "gk-grants" in page and "每 15 天" in page
    from docx import Document

    answer = marketing.get("/policies/documents/customer-management/file/docx/")
    tables = Document(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)).tables
    assert [[cell.text for cell in row.cells] for row in tables[0].rows][:2] == [
        ["待遇", "A 级", "B 级", "C 级"],
        ["例行联系", "每 7 天", "每 15 天", "每 30 天"],
    ]
    pdf = marketing.get("/policies/documents/customer-management/file/pdf/")
    assert b"".join(pdf.streaming_content if pdf.streaming else [pdf.content]).startswith(b"%PDF-")


def test_an_exception_goes_to_whom_the_table_names_and_says_so(marketing, small, sales):  # noqa: F811
    head = person("林晓燕", sales, "sales_manager", "LXY")
    sales.head = head
    sales.save()
    chief = person("王立群", sales, "executive", "WLQ")
    asked = Request(
        kind="pool_exception", subject_kind="customer", subject_id=small.pk, subject_name=small.name, title="保护 60 天", reason="招标中",
        facts={"request.days": 60, "request.times": 1}, owner_id=small.owner_id, department_id=sales.pk,
    )  # fmt: skip
    of_c = submit(asked, actor=SYSTEM)
    assert (of_c.route["code"], of_c.route["reason"]) == ("long.C", "超过 30 天，或本年第三次起；《客户等级待遇》等级 C 的例外由销售经理批")
    assert "批准人按《客户管理制度》" in of_c.clause
    Standing.objects.filter(policy__code="customer-grade", subject_id=small.pk).update(outcome="A")
    of_a = submit(asked, actor=SYSTEM)
    last = of_a.steps.order_by("-pk").first()
    assert of_a.route["code"] == "long.A" and last.rule["roles"] == ["executive"] and chief.pk != head.pk
