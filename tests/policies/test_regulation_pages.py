"""Marketing revises the customer system, compares and publishes it; a salesperson reads and confirms on Today (POL-09, PLT-04)."""

import re
from datetime import timedelta

import pytest
from tests.policies.test_policy_pages import browser, texts

from guike.engine import services
from guike.engine.models import Obligation, RegulationVersion
from guike.organisation.models import Department
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.models import AccessLog

pytestmark = pytest.mark.django_db
DOCUMENT = "/policies/documents/customer-management/"


@pytest.fixture
def sales():
    return Department.objects.create(name="销售部", function="sales")


@pytest.fixture
def marketing(sales):
    services.install_pack("channel", actor=SYSTEM)
    return browser("何静", "marketing", Department.objects.create(name="市场部", function="marketing"))


@pytest.fixture
def seller(sales):
    return browser("陈思远", "salesperson", sales)


def lock():
    return RegulationVersion.objects.get(status="draft").lock


def revise(marketing):
    """A draft in which the purpose reads otherwise, a clause is added, one is taken out and one stands elsewhere."""
    assert marketing.post(f"{DOCUMENT}new-draft/").status_code == 302
    edit = {"chapter": "总则", "title": "目的", "text": "为掌握客户情况，防止客户流失，制定本制度。", "people": "市场部", "lock": lock()}
    assert marketing.post(f"{DOCUMENT}draft/clauses/purpose/", edit).status_code == 302
    added = {"chapter": "客户跟进", "title": "样品", "text": "A 级客户每 {contact-cadence.A} 天可领样品一次。", "policies": ["policy:contact-cadence"], "people": "", "lock": lock()}
    assert marketing.post(f"{DOCUMENT}draft/clauses/new/", added).status_code == 302
    assert marketing.post(f"{DOCUMENT}draft/", {"do": "remove:handover", "lock": lock()}).status_code == 302
    assert marketing.post(f"{DOCUMENT}draft/", {"do": "down:scope", "lock": lock()}).status_code == 302


def test_the_document_is_read_with_the_policies_numbers(marketing, seller):
    page = texts(seller.get(DOCUMENT))
    assert "第一章" in page and "第十六条 联系频次" in page and "A 级每 7 天至少一次" in page and "由人执行：市场部" in page
    assert not re.search(r"\{[a-z-]+\.", page), "a placeholder was left"
    assert "起草新版" not in page
    assert "客户管理制度" in texts(seller.get("/policies/documents/"))
    assert "每一条都有规则或人来执行" in texts(seller.get("/policies/documents/gaps/"))
    assert 'id="figure-cadence"' in seller.get(f"{DOCUMENT}figures/").content.decode()
    assert "执行情况" in texts(seller.get(f"{DOCUMENT}clauses/cadence/?what=released"))


def test_every_mention_of_a_policy_leads_to_its_clause(marketing, seller):
    assert seller.get("/policies/clauses/contact-cadence/")["Location"] == f"{DOCUMENT}clauses/cadence/"
    assert "《客户管理制度》第十六条" in texts(seller.get("/policies/contact-cadence/"))


def test_a_draft_is_edited_compared_and_published(marketing):
    revise(marketing)
    draft = texts(marketing.get(f"{DOCUMENT}draft/"))
    assert "样品" in draft and "A 级客户每 7 天可领样品一次" in draft and "客户移交" not in draft
    assert "可以引用的数字" in texts(marketing.get(f"{DOCUMENT}draft/clauses/purpose/"))
    assert "key: purpose" in marketing.get(f"{DOCUMENT}draft/text/").content.decode()
    compared = texts(marketing.get(f"{DOCUMENT}compare/?a=1&b=2"))
    for word in ("新增", "删去", "有改动", "移了位置"):
        assert word in compared
    marked = marketing.get(f"{DOCUMENT}compare/").content.decode()
    assert "<del>" in marked and "<ins>" in marked
    day = (clock.today() + timedelta(days=7)).isoformat()
    assert "条不同" in texts(marketing.get(f"{DOCUMENT}draft/publish/"))
    given = {"confirmed": "1", "effective": day, "note": "增加样品", "everyone": "on"}
    assert marketing.post(f"{DOCUMENT}draft/publish/", given).status_code == 302
    assert RegulationVersion.objects.get(number=2).status == "published"


def test_a_wrong_number_is_told_and_stops_publication(marketing):
    marketing.post(f"{DOCUMENT}new-draft/")
    wrong = {"chapter": "总则", "title": "目的", "text": "每 {contact-cadence.Z} 天。", "people": "市场部", "lock": lock()}
    marketing.post(f"{DOCUMENT}draft/clauses/purpose/", wrong)
    assert "{contact-cadence.Z} 找不到" in texts(marketing.get(f"{DOCUMENT}draft/"))
    answer = marketing.post(f"{DOCUMENT}draft/publish/", {"confirmed": "1", "effective": clock.today().isoformat(), "note": ""})
    assert answer.status_code == 422
    assert RegulationVersion.objects.get(number=2).status == "draft"


def test_a_salesperson_finds_it_on_today_reads_and_confirms(marketing, seller):
    revise(marketing)
    marketing.post(f"{DOCUMENT}draft/publish/", {"confirmed": "1", "effective": clock.today().isoformat(), "note": "", "everyone": "on"})
    version = RegulationVersion.objects.get(number=2)
    owed = Obligation.objects.get(kind="reading", assignee__name="陈思远")
    assert f"/policies/documents/read/{version.pk}/" in seller.get(f"/obligations/{owed.pk}/").content.decode()
    assert owed.title in texts(seller.get("/obligations/?view=open"))
    assert seller.get(f"/policies/documents/read/{version.pk}/")["Location"] == f"{DOCUMENT}?version=2"
    assert "已读并理解" in texts(seller.get(f"{DOCUMENT}?version=2"))
    readers = f"/policies/documents/versions/{version.pk}/readers/"
    assert "2 人未读" in texts(marketing.get(readers))
    assert seller.get(readers).status_code == 403
    assert seller.post(f"/policies/documents/read/{version.pk}/confirm/").status_code == 302
    owed.refresh_from_db()
    assert owed.state == "fulfilled"
    assert "1 人未读" in texts(marketing.get(readers))
    assert marketing.post(readers, {"do": "remind"}).status_code == 302


def test_only_those_who_may_draft(marketing, seller):
    assert seller.post(f"{DOCUMENT}new-draft/").status_code == 403
    assert seller.get("/policies/documents/new/").status_code == 403
    assert RegulationVersion.objects.count() == 1


def test_pdf_and_word_are_handed_out_and_logged(marketing, seller):
    assert seller.get(f"{DOCUMENT}file/pdf/").content.startswith(b"%PDF-")
    assert seller.get(f"{DOCUMENT}file/docx/").content.startswith(b"PK")
    assert seller.get(f"{DOCUMENT}file/exe/").status_code == 404
    assert [one.detail["form"] for one in AccessLog.objects.filter(action="print", object="regulation").order_by("pk")] == ["pdf", "docx"]
