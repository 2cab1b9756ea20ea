"""The pages of finds: who sees what, the forms, the report, files in and out (CUS-08, CUS-12)."""

import csv
from datetime import date, timedelta

import pytest

from guike.customers.models import Customer
from guike.marketing import selectors, services
from guike.marketing.models import Find, FindTerms, Route
from guike.platform import clock
from guike.platform.imports import services as imports

PHONE = "13905761234"


@pytest.fixture
def sent(find, marketing, owner):
    return services.send(find.pk, person_id=owner.person_id, actor=marketing)


def test_registered_from_the_short_form(as_viewer, marketing):
    browser = as_viewer(marketing)
    assert "在哪里找到" in browser.get("/marketing/finds/add/").content.decode()
    answer = browser.post("/marketing/finds/add/", {"name": "台州恒捷泵业有限公司", "phone": PHONE, "kind": "company"})
    made = Find.objects.get()
    assert answer.status_code == 302 and answer["Location"] == made.get_absolute_url()
    assert made.found_on == clock.today()
    assert browser.post("/marketing/finds/add/", {"name": "", "kind": "company"}).status_code == 422


def test_while_typing_customers_and_finds_are_named(as_viewer, marketing, find, customer):
    page = as_viewer(marketing).get("/marketing/finds/similar/", {"name": "温州瓯泰阀门有限责任公司"}).content.decode()
    assert "可能已有这家客户" in page and "温州瓯泰阀门有限公司" in page
    page = as_viewer(marketing).get("/marketing/finds/similar/", {"name": "某某厂", "phone": PHONE}).content.decode()
    assert "已有这条线索" in page and "电话相同" in page


def test_the_receiver_sees_it_without_the_number_others_not_at_all(as_viewer, sent, owner, teammate, outsider):
    page = as_viewer(owner).get(sent.get_absolute_url()).content.decode()
    assert "台州恒捷泵业" in page and "接收" in page and PHONE not in page and "139****1234" in page
    for viewer in (teammate, outsider):
        assert as_viewer(viewer).get(sent.get_absolute_url()).status_code == 404
        assert "恒捷" not in as_viewer(viewer).get("/marketing/finds/").content.decode()


def test_a_likeness_to_anothers_customer_tells_the_receiver_nothing_of_it(as_viewer, marketing, customer, outsider):
    double = services.add_find({"name": "温州瓯泰阀门有限责任公司"}, actor=marketing)
    services.send(double.pk, person_id=outsider.person_id, actor=marketing)
    browser = as_viewer(outsider)
    for page in (browser.get(double.get_absolute_url()), browser.get(f"{double.get_absolute_url()}accept/")):
        text = page.content.decode()
        assert "另一家客户，不在可见范围内" in text and "陈思远" in text
        for secret in (customer.name, customer.number, customer.phone):
            assert secret not in text


def test_accepting_leads_to_the_customer(as_viewer, sent, owner):
    browser = as_viewer(owner)
    assert "7 天内要有第一次联系" in browser.get(f"{sent.get_absolute_url()}accept/").content.decode()
    answer = browser.post(f"{sent.get_absolute_url()}accept/", {"way": "new"})
    made = Customer.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    page = browser.get(sent.get_absolute_url()).content.decode()
    assert made.name in page and "接收" in page


def test_the_form_offers_to_join_ones_own(as_viewer, marketing, owner, customer):
    double = services.add_find({"name": "温州瓯泰阀门有限责任公司"}, actor=marketing)
    services.send(double.pk, person_id=owner.person_id, actor=marketing)
    browser = as_viewer(owner)
    assert browser.post(f"{double.get_absolute_url()}accept/", {"way": "join"}).status_code == 422
    browser.post(f"{double.get_absolute_url()}accept/", {"way": "join", "customer": customer.pk})
    assert Find.objects.get().customer_id == customer.pk and Customer.objects.count() == 1


def test_returned_from_the_page(as_viewer, sent, owner):
    browser = as_viewer(owner)
    assert browser.post(f"{sent.get_absolute_url()}return/", {"why": "other"}).status_code == 422
    browser.post(f"{sent.get_absolute_url()}return/", {"why": "unreachable", "reason": "空号"})
    assert Find.objects.get().state == "returned"
    assert browser.get(sent.get_absolute_url()).status_code == 404


def test_many_are_sent_by_the_rules_with_a_result_each(as_viewer, marketing, owner):
    services.save_route({"name": "浙江", "regions": ["浙江"], "person": owner.person_id}, actor=marketing)
    ids = [
        services.add_find({"name": f"第{n}泵厂", "province": place}, actor=marketing).pk
        for n, place in enumerate(("浙江省", "江苏省", "浙江省"))
    ]
    browser = as_viewer(marketing)
    asked = browser.post("/marketing/finds/", {"do": "send", "pk": ids}).content.decode()
    assert "共 3 条" in asked
    answer = browser.post("/marketing/finds/", {"do": "send", "pk": ids, "confirmed": "1", "to": "rules"}).content.decode()
    assert "没有适用的分派规则" in answer
    assert Find.objects.filter(state="sent", receiver_id=owner.person_id).count() == 2


def test_many_are_accepted_from_the_list(as_viewer, marketing, owner):
    ids = [services.add_find({"name": f"第{n}泵厂"}, actor=marketing).pk for n in range(3)]
    for pk in ids[:2]:
        services.send(pk, person_id=owner.person_id, actor=marketing)
    as_viewer(owner).post("/marketing/finds/", {"do": "accept", "pk": ids, "confirmed": "1"})
    assert Customer.objects.filter(owner_id=owner.person_id).count() == 2


def test_it_stands_on_the_receivers_today(as_viewer, sent, owner):
    page = as_viewer(owner).get("/", follow=True).content.decode()
    assert "市场线索：台州恒捷泵业有限公司" in page and f"/marketing/finds/{sent.pk}/" in page


def test_rules_and_days_are_kept_on_their_pages(as_viewer, marketing, owner, south):
    browser = as_viewer(marketing)
    browser.post("/marketing/routes/add/", {"name": "浙南", "position": 5, "regions": "温州、台州", "department": south.pk})
    made = Route.objects.get()
    assert made.regions == ["温州", "台州"]
    page = browser.get("/marketing/routes/").content.decode()
    assert "温州、台州" in page and "先到先得" in page and "3 个工作日内接收" in page
    browser.post(f"/marketing/routes/{made.pk}/", {"name": "浙南", "position": 5, "person": owner.person_id})
    made.refresh_from_db()
    assert (made.person_id, made.department_id, made.regions) == (owner.person_id, None, [])
    browser.post("/marketing/routes/terms/", {"accept_days": 2, "follow_days": 10})
    assert (FindTerms.objects.get().accept_days, FindTerms.objects.get().follow_days) == (2, 10)
    browser.post(f"/marketing/routes/{made.pk}/remove/")
    assert not Route.objects.exists()


# --- the report -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def season(db):
    """Ten finds of two sources: fair 6 → 4 accepted → 3 contacted → 1 ordered, 1 came back; web 3 → 1 → 0; one is too old, one dropped."""
    n = 0

    def make(count, **values):
        nonlocal n
        for _ in range(count):
            n += 1
            Find.objects.create(number=f"XS-{n}", name=f"厂{n}", **{"found_on": date(2026, 11, 3), **values})

    from guike.organisation.models import Person

    someone = Person.objects.create(number="R", name="接收人")
    taken = {"state": "accepted", "receiver": someone, "accepted_on": date(2026, 11, 5)}
    make(1, source="trade_event", **taken)
    make(2, source="trade_event", contacted_on=date(2026, 11, 6), **taken)
    make(1, source="trade_event", contacted_on=date(2026, 11, 6), ordered_on=date(2026, 11, 20), **taken)
    make(1, source="trade_event", state="returned", returned_why="no_need")
    make(1, source="trade_event")
    make(1, source="web", **taken)
    make(2, source="web", found_on=date(2026, 10, 9))
    make(1, source="web", found_on=date(2024, 1, 1))
    make(1, source="web", state="dropped")


def test_the_report_counts_each_step_per_source_and_month(season, marketing):
    found = selectors.report(marketing, date(2026, 1, 1), date(2026, 11, 30))
    fair, web = found.by_source
    assert (fair.label, fair.found, fair.accepted, fair.contacted, fair.ordered, fair.returned, fair.waiting) == (
        "展会活动",
        6,
        4,
        3,
        1,
        1,
        1,
    )
    assert (fair.accepted_share, fair.contacted_share, fair.ordered_share) == (67, 75, 25)
    assert (web.found, web.accepted, web.contacted, web.contacted_share) == (3, 1, 0, 0)
    assert [(one.label, one.found) for one in found.by_month] == [("2026-11", 7), ("2026-10", 2)]
    assert (found.whole.found, found.whole.ordered, found.reasons) == (9, 1, [("没有需求", 1)])


def test_the_report_shows_a_salesperson_his_own_only(season, as_viewer, owner, marketing):
    assert "这段时间没有登记线索" in as_viewer(owner).get("/marketing/finds/report/?period=12m").content.decode()
    page = as_viewer(marketing).get("/marketing/finds/report/?period=12m").content.decode()
    assert "展会活动" in page and "67%" in page and "/marketing/finds/?view=all&amp;f.source=trade_event" in page
    assert as_viewer(marketing).get("/marketing/finds/?view=all&f.source=trade_event").status_code == 200


# --- files ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def bring(tmp_path, marketing):
    def run(rows, actor=marketing):
        path = tmp_path / "展会名片.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return imports.import_file("finds", path, actor=actor, on_error="skip-rows")[1]

    return run


def outcomes(result):
    return {outcome.value: count for outcome, count in result.counts.items() if count}


def test_a_list_from_a_fair_comes_in_and_doubles_are_marked(bring, customer, marketing):
    result = bring(
        [
            ["公司名称", "姓名", "手机", "展会", "来源", "省份", "城市", "意向产品", "规模"],
            ["台州永昌水泵有限公司", "周建国", "13905761234", "温州泵阀展", "展会活动", "浙江省", "台州市", "闸阀", "中"],
            ["台州永昌水泵有限公司", "", "13905761234", "", "", "", "", "", ""],
            ["温州瓯泰阀门有限责任公司", "", "", "", "", "", "", "", ""],
            ["", "无名", "", "", "", "", "", "", ""],
        ]
    )
    assert outcomes(result) == {"created": 2, "skipped": 1, "rejected": 1}, [one.message for one in result.problems]
    first, second = Find.objects.order_by("pk")
    assert (first.contact, first.phone, first.place_found, first.source, first.scale, first.found_by_id) == (
        "周建国", "13905761234", "温州泵阀展", "trade_event", "medium", marketing.person_id,
    )  # fmt: skip
    assert (first.alike, second.alike) == (0, 90) and first.number == "XS-000001"


def test_again_it_updates_what_is_not_accepted_and_leaves_the_rest(bring, find, marketing, owner):
    assert outcomes(bring([["公司名称", "城市"], ["台州恒捷泵业有限公司", "温州市"]])) == {"updated": 1}
    find.refresh_from_db()
    assert find.city == "温州市" and find.contact == "周建国" and find.phone_keys == [PHONE]
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    services.accept(find.pk, actor=owner)
    assert outcomes(bring([["公司名称", "城市"], ["台州恒捷泵业有限公司", "宁波市"]])) == {"skipped": 1}


def test_the_list_goes_out_as_a_file(as_viewer, find, marketing, owner):
    answer = as_viewer(marketing).get("/marketing/finds/?view=all&export=csv")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200 and "台州恒捷泵业有限公司" in content.decode("utf-8-sig")
    assert as_viewer(owner).get("/marketing/finds/?export=csv").status_code == 403


def test_the_list_asks_as_many_questions_for_one_as_for_twenty(as_viewer, find, marketing, django_assert_max_num_queries):
    for n in range(20):
        services.add_find({"name": f"第{n}泵厂", "source": "web", "product_line": "x"}, actor=marketing)
    browser = as_viewer(marketing)
    with django_assert_max_num_queries(12):
        assert browser.get("/marketing/finds/").content.decode().count("泵厂") >= 20


def test_found_by_initials_and_contact(as_viewer, find, marketing):
    browser = as_viewer(marketing)
    for text in ("恒捷", "tzhj", "周建国", "XS-000001"):
        assert "恒捷泵业" in browser.get("/marketing/finds/", {"view": "all", "q": text}).content.decode(), text
    assert "恒捷泵业" not in browser.get("/marketing/finds/", {"view": "all", "q": "瓯泰"}).content.decode()


def test_a_find_too_old_for_the_view_is_no_error(as_viewer, marketing):
    Find.objects.create(number="XS-9", name="旧厂", found_on=clock.today() - timedelta(4000))
    assert as_viewer(marketing).get("/marketing/finds/?view=mine").status_code == 200
