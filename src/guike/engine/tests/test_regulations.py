"""Documents: drafting, publishing, what is published stays, naming of clauses, gaps, who has read (POL-09)."""

import re
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from guike.engine import selectors as engine
from guike.engine import services as policies
from guike.engine.models import Clause, Obligation, Regulation, RegulationVersion
from guike.engine.models.policy import BEGINNING
from guike.engine.policies.yaml_text import read
from guike.engine.regulations import compliance, reading, selectors, services
from guike.engine.regulations.rules import article
from guike.engine.regulations.wording import Known, parse
from guike.engine.services.packs import check_pack, packs
from guike.engine.tests.catalogue import registry_of_packs
from guike.organisation.models import Account, Department, Person, Post
from guike.platform import clock
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Forbidden, Refused, Stale

DOCUMENTS = ("channel", "service", "trade", "manufacturing")
TEXT = """code: house-rules
title: 门店管理办法
chapters:
  - title: 总则
    clauses:
      - {key: purpose, title: 目的, text: 为管好门店。, carried_by: ["people:销售部"]}
  - title: 联系
    clauses:
      - {key: pace, title: 频次, text: "A 级每 {shop-cadence.A} 天联系一次。", carried_by: ["policy:shop-cadence"]}
"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_rules(publish_card, today):
    """A grading and a cadence of the engine's test company, in force."""
    from guike.engine.tests.conftest import CADENCE

    publish_card(effective=BEGINNING)
    policies.publish_text(CADENCE, effective=BEGINNING, actor=SYSTEM)


@pytest.fixture
def published(shop_rules):
    return services.publish(services.save_draft(TEXT, actor=SYSTEM).pk, effective=BEGINNING, actor=SYSTEM)


def member(name, department, role="salesperson"):
    person = Person.objects.create(number=name, name=name)
    Post.objects.create(person=person, department=department, role=role, is_primary=True)
    account = Account.objects.create(login=name, person=person)
    return Viewer(account_id=account.pk, person_id=person.pk, name=name, roles=frozenset({role}))


# --- shipped ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", DOCUMENTS)
def test_a_shipped_document_is_sound_and_of_a_documents_size(pack):
    found = check_pack(pack, registry_of_packs())
    trees = {str(document.content["code"]): document.content for document in packs()[pack].documents}
    from guike.engine.policies.parse import face_of

    wording = parse(packs()[pack].document, Known({one.content.code: face_of(one.content) for one in found}, trees))
    assert [str(problem) for problem in wording.problems] == []
    assert 15 <= len(wording.clauses) <= 30
    named = {}
    for clause in wording.clauses:
        for text in clause.carried_by:
            kind, _colon, code = text.partition(":")
            if kind == "policy":
                named.setdefault(code.partition("/")[0], clause)
    for parsed in found:
        content = parsed.content
        assert content.code in named, f"no clause of {pack} names {content.code}"
        assert (content.clause_title, content.clause_number) == (wording.title, article(named[content.code].number)), content.code


@pytest.mark.parametrize("pack", DOCUMENTS)
def test_numbers_of_rules_stand_in_clauses_as_anchors(pack):
    """A clause carried out by a policy alone quotes days, shares and amounts from it and never types them."""
    for chapter in read(packs()[pack].document).content["chapters"]:
        for clause in chapter["clauses"]:
            kinds = {one.partition(":")[0] for one in clause["carried_by"]}
            if "policy" not in kinds or "people" in kinds:
                continue
            bare = re.sub(r"\{[^}]+\}", "", clause["text"])
            typed = re.findall(r"(\d+)\s*(?:天|%|万元|分以上|家|次)", bare)
            assert typed == [], f"{pack} {clause['key']}: {typed}"


def test_nothing_is_without_a_clause_or_a_rule_after_installing(any_metric, today):
    for pack in DOCUMENTS:
        policies.install_pack(pack, actor=SYSTEM)
    found = selectors.gaps(SYSTEM)
    assert [(one[0].title, one[1].article) for one in found.clauses] == []
    assert [policy.code for policy, _version in found.policies] == []
    assert Regulation.objects.count() == 4
    assert set(RegulationVersion.objects.values_list("status", "effective_from")) == {("published", BEGINNING)}


def test_installing_twice_leaves_the_companys_document_alone(any_metric, today):
    policies.install_pack("channel", actor=SYSTEM)
    policies.install_pack("channel", actor=SYSTEM)
    assert RegulationVersion.objects.count() == 1


@pytest.fixture
def any_metric(monkeypatch):
    from guike.engine.metrics import REGISTRY

    known = registry_of_packs()
    for kind in ("subjects", "sources", "metrics"):
        monkeypatch.setattr(REGISTRY, kind, {**getattr(known, kind), **getattr(REGISTRY, kind)})


# --- drafting and publishing ----------------------------------------------------------------------------------------------


def test_a_clause_quotes_the_policy_that_holds_on_its_day(published):
    _version, found = selectors.clause(SYSTEM, "house-rules", "pace")
    days = next(one.pace.days for one in engine.cadence_rules() if one.pace.outcome == "A")
    assert found.paragraphs == (f"A 级每 {days} 天联系一次。",)
    assert [(chip.kind, chip.href) for chip in found.chips] == [("policy", "/policies/shop-cadence/")]


def test_what_is_due_names_the_documents_clause(published):
    assert {one.clause for one in engine.cadence_requirements()} == {"《门店管理办法》第二条"}


def test_without_a_document_the_policy_names_its_own_clause(shop_rules):
    assert all(one.clause and "门店管理办法" not in one.clause for one in engine.cadence_requirements())


def test_a_number_that_leads_nowhere_stops_publication(shop_rules):
    draft = services.save_draft(TEXT.replace("shop-cadence.A}", "shop-cadence.Z}"), actor=SYSTEM)
    with pytest.raises(Refused, match=r"第 9 行：第二条的 \{shop-cadence\.Z\} 找不到"):
        services.publish(draft.pk, effective=clock.today(), actor=SYSTEM)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_an_edit_on_an_old_draft_is_refused(shop_rules):
    draft = services.save_draft(TEXT, actor=SYSTEM)
    services.save_draft(TEXT.replace("管好", "办好"), actor=SYSTEM, lock=draft.lock)
    with pytest.raises(Stale):
        services.save_draft(TEXT.replace("管好", "理好"), actor=SYSTEM, lock=draft.lock)
    assert Clause.objects.get(key="purpose").text == "为办好门店。"


def test_published_clauses_cannot_change_go_or_come(published):
    clause = published.clauses.get(key="pace")
    for write in (
        lambda: Clause.objects.filter(pk=clause.pk).update(text="A 级不联系。"),
        lambda: Clause.objects.filter(pk=clause.pk).delete(),
        lambda: Clause.objects.create(version=published, number=9, key="late", chapter_number=2, chapter="联系", text="后补。"),
        lambda: RegulationVersion.objects.filter(pk=published.pk).update(yaml="x"),
        lambda: RegulationVersion.objects.filter(pk=published.pk).delete(),
    ):
        with pytest.raises((DatabaseError,)), transaction.atomic():
            write()
    assert published.clauses.count() == 2
    draft = services.save_draft(TEXT, actor=SYSTEM)
    with pytest.raises(DatabaseError), transaction.atomic():
        draft.clauses.filter(key="purpose").update(version=published, number=8, key="smuggled")
    assert draft.clauses.filter(key="purpose").update(text="草案可以改。") == 1, "the guard stops published text only"


def test_a_new_version_supersedes_and_dates_do_not_overlap(published):
    later = clock.today() + timedelta(days=30)
    second = services.publish(services.save_draft(TEXT.replace("管好", "办好"), actor=SYSTEM).pk, effective=later, actor=SYSTEM)
    published.refresh_from_db()
    assert published.superseded_on == later
    assert selectors.version(SYSTEM, "house-rules").number == 1
    assert selectors.version(SYSTEM, "house-rules", as_of=later).number == 2
    third = services.save_draft(TEXT, actor=SYSTEM)
    with pytest.raises(Refused, match="生效日期重叠"):
        services.publish(third.pk, effective=later, actor=SYSTEM)
    services.withdraw(second.pk, reason="再议", actor=SYSTEM)
    published.refresh_from_db()
    assert published.superseded_on is None


def test_only_who_may_publishes(shop_rules):
    draft = services.save_draft(TEXT, actor=SYSTEM)
    seller = member("陈思远", Department.objects.create(name="销售部"))
    with pytest.raises(Forbidden):
        services.publish(draft.pk, effective=clock.today(), actor=seller)
    with pytest.raises(Forbidden):
        services.save_draft(TEXT, actor=seller)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_clauses_without_a_rule_and_rules_without_a_clause_are_listed(shop_rules):
    text = TEXT.replace('["people:销售部"]', "[]").replace("policy:shop-cadence", "form:nothing").replace("{shop-cadence.A}", "7")
    services.publish(services.save_draft(text, actor=SYSTEM).pk, effective=clock.today(), actor=SYSTEM)
    found = selectors.gaps(SYSTEM)
    assert [(read.article, read.orphan, [chip.label for chip in read.broken]) for _version, read in found.clauses] == [
        ("第一条", True, []),
        ("第二条", False, ["nothing"]),
    ]
    assert {policy.code for policy, _version in found.policies} == {"shop-grade", "shop-cadence"}


# --- reading ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(published):
    north = Department.objects.create(name="浙北片区")
    south = Department.objects.create(name="浙南片区")
    return {"north": north, "anna": member("安娜", north), "bert": member("柏然", south)}


def test_those_addressed_owe_a_reading_and_confirm_it(published, staff):
    assert reading.ask(published.pk, department_ids=[staff["north"].pk], actor=SYSTEM) == 1
    owed = Obligation.objects.get(kind="reading")
    assert (owed.assignee_id, owed.title) == (staff["anna"].person_id, "阅读《门店管理办法》第 1 版")
    assert reading.ask(published.pk, department_ids=[], actor=SYSTEM) == 1, "who was asked already is not asked twice"
    assert reading.confirm(published.pk, actor=staff["anna"]) == clock.today()
    assert reading.confirm(published.pk, actor=staff["anna"]) == clock.today()
    lines = reading.readers(SYSTEM, published.pk)
    assert [(one.name, one.confirmed_on) for one in lines] == [("柏然", None), ("安娜", clock.today())]
    assert reading.progress(published.pk) == (1, 2)


def test_who_was_not_asked_cannot_confirm(published, staff):
    with pytest.raises(Refused, match="不用你确认"):
        reading.confirm(published.pk, actor=staff["bert"])
    assert not Obligation.objects.exists()


def test_a_reminder_makes_it_due_today(published, staff):
    reading.ask(published.pk, department_ids=[], due_on=clock.today() + timedelta(9), actor=SYSTEM)
    assert reading.remind(published.pk, actor=SYSTEM) == 2
    assert set(Obligation.objects.values_list("due_on", flat=True)) == {clock.today()}


def test_a_new_version_takes_back_what_nobody_read(published, staff):
    reading.ask(published.pk, department_ids=[], actor=SYSTEM)
    reading.confirm(published.pk, actor=staff["anna"])
    services.publish(services.save_draft(TEXT, actor=SYSTEM).pk, effective=clock.today(), actor=SYSTEM)
    assert sorted(Obligation.objects.values_list("state", flat=True)) == ["fulfilled", "withdrawn"]


# --- is it kept? --------------------------------------------------------------------------------------------------------


def duty(policy, viewer, due, state="open", done=None, outcome="A"):
    return Obligation.objects.create(
        kind="cadence", subject_kind="shop", subject_id=Obligation.objects.count() + 1, title="例行联系", policy=policy, outcome=outcome,
        assignee_id=viewer.person_id, opened_on=due, opened_at=clock.now(), due_on=due, state=state, fulfilled_on=done,
    )  # fmt: skip


def test_the_figure_counts_what_fell_due_within_reach(published, staff):
    from guike.engine.models import Policy

    policy, today = Policy.objects.get(code="shop-cadence"), clock.today()
    ago = lambda days: today - timedelta(days=days)  # noqa: E731
    anna, bert = staff["anna"], staff["bert"]
    duty(policy, anna, ago(20), "fulfilled", ago(20))
    duty(policy, anna, ago(20), "fulfilled", ago(21))
    duty(policy, anna, ago(20), "fulfilled", ago(19))
    duty(policy, anna, ago(1))
    duty(policy, anna, today)
    duty(policy, anna, ago(91), "fulfilled", ago(91))
    duty(policy, bert, ago(20), "fulfilled", ago(20))
    clause = published.clauses.get(key="pace")
    mine = compliance.figures(anna, [clause])["pace"]
    assert (mine.due, mine.on_time, mine.done_late, mine.open_late, mine.share, mine.tone) == (4, 2, 1, 1, 50, "danger")
    assert compliance.figures(SYSTEM, [clause])["pace"].due == 5
    for what, count in (("on_time", 2), ("done_late", 1), ("open_late", 1), ("overridden", 0)):
        assert len(compliance.rows_behind(anna, clause, what)[0]) == count, what


def test_a_part_of_a_policy_counts_its_outcome_only(shop_rules, staff_member):
    from guike.engine.models import Policy

    text = TEXT.replace("policy:shop-cadence", "policy:shop-cadence/A")
    version = services.publish(services.save_draft(text, actor=SYSTEM).pk, effective=BEGINNING, actor=SYSTEM)
    policy, day = Policy.objects.get(code="shop-cadence"), clock.today() - timedelta(days=5)
    duty(policy, staff_member, day, "fulfilled", day, outcome="A")
    duty(policy, staff_member, day, "fulfilled", day, outcome="B")
    assert compliance.figures(SYSTEM, [version.clauses.get(key="pace")])["pace"].due == 1


@pytest.fixture
def staff_member(today):
    return member("安娜", Department.objects.create(name="浙北片区"))


def test_the_day_of_a_superseded_version_is_its_last(published):
    services.publish(services.save_draft(TEXT, actor=SYSTEM).pk, effective=date(2026, 1, 1), actor=SYSTEM)
    published.refresh_from_db()
    assert selectors.reckoned_on(published) == date(2025, 12, 31)


# --- on paper -----------------------------------------------------------------------------------------------------------


def test_a_document_is_printed_and_is_word_with_real_headings(published):
    import io

    from docx import Document

    from guike.engine.regulations import prints
    from guike.platform.print.services import Imprint

    imprint = Imprint("申衡流体控制有限公司", SYSTEM)
    assert prints.pdf(SYSTEM, published, imprint).startswith(b"%PDF-")
    written = Document(io.BytesIO(prints.word(SYSTEM, published, imprint)))
    headed = [(one.style.name, one.text) for one in written.paragraphs if one.style.name.startswith("Heading")]
    assert headed == [
        ("Heading 1", "第一章　总则"),
        ("Heading 2", "第一条　目的"),
        ("Heading 1", "第二章　联系"),
        ("Heading 2", "第二条　频次"),
    ]
    assert "A 级每 7 天联系一次。" in [one.text for one in written.paragraphs]
    assert "TOC" in written.element.xml


def test_a_release_is_counted_with_its_clause_and_named_with_its_reason(published, shop, staff_member):
    place = shop("S1")
    compliance.note_release(staff_member, "shop-cadence", "shop", [place.pk], "季末冲量")
    clause = published.clauses.get(key="pace")
    assert compliance.figures(SYSTEM, [clause])["pace"].released == 1
    assert [(one.title, one.person) for one in compliance.rows_behind(SYSTEM, clause, "released")[0]] == [("季末冲量", "安娜")]


def test_the_clause_of_a_policy_answers_in_the_sheet_and_else_by_its_page(published, client, today):
    account = Account.objects.get(pk=member("安娜", Department.objects.create(name="浙北片区")).account_id)
    account.must_change_password = False
    account.save()
    client.force_login(account)
    whole = client.get("/policies/clauses/shop-cadence/")
    assert (whole.status_code, whole.url) == (302, "/policies/documents/house-rules/clauses/pace/")
    sheet = client.get("/policies/clauses/shop-cadence/", headers={"HX-Request": "true", "HX-Target": "gk-sheet-body"})
    assert (sheet.status_code, sheet.headers.get("HX-Redirect")) == (200, None)
    assert "A 级每 7 天联系一次。" in sheet.content.decode()


@pytest.mark.parametrize(
    ("name", "href"),
    [
        ("《门店管理办法》第二条", "/policies/documents/house-rules/clauses/pace/"),
        ("《门店管理办法》第二条，第 1 版", "/policies/documents/house-rules/clauses/pace/"),
        ("《门店管理办法》第九条", ""),
        ("《别的办法》第二条", ""),
        ("第 17 条", ""),
    ],
)
def test_a_clause_named_in_a_refusal_leads_to_its_text(published, name, href):
    assert selectors.href_of(name) == href
