"""The page of the public pool: what one sees before taking a customer, and how it is taken (CUS-06, CUS-12)."""

import re
from datetime import date

import pytest

from guike.customers import services
from guike.customers.models import Customer, CustomerFigures, PoolStay
from guike.customers.tests.test_pool import HOLDING
from guike.engine import services as engine
from guike.platform.access import SYSTEM

PHONE = "13905771234"


@pytest.fixture
def pooled(owner):
    values = {"name": "温州瓯泰阀门有限公司", "phone": PHONE, "email": "lin@outai.example", "city": "温州市", "district": "龙湾区"}
    made = services.add_customer(values, actor=owner)
    services.add_contact(made.pk, {"name": "林海峰", "phone": PHONE, "role": "decides"}, actor=owner)
    services.release(made.pk, actor=owner, reason="换了行业")
    return PoolStay.objects.get()


def test_a_colleague_sees_the_firm_but_neither_numbers_nor_people(pooled, as_viewer, teammate):
    browser = as_viewer(teammate)
    page = browser.get("/customers/pool/").content.decode()
    assert "温州瓯泰阀门有限公司" in page and "换了行业" in page and "陈思远" in page
    sheet = browser.get(f"/customers/pool/{pooled.pk}/").content.decode()
    assert "温州市龙湾区" in sheet and "在领取之后才看得到" in sheet
    for secret in (PHONE, PHONE[-4:], "林海峰", "lin@outai"):
        assert secret not in page + sheet
    assert browser.get(f"/customers/{pooled.customer_id}/").status_code == 404


def test_elsewhere_the_pool_is_empty_and_says_so(pooled, as_viewer, outsider):
    page = as_viewer(outsider).get("/customers/pool/").content.decode()
    assert "温州瓯泰" not in page and "公海里没有客户" in page


def test_claiming_opens_the_customer(pooled, as_viewer, teammate):
    browser = as_viewer(teammate)
    answer = browser.post(f"/customers/pool/{pooled.pk}/claim/")
    assert answer.status_code in (200, 302) and Customer.objects.get().owner_id == teammate.person_id
    assert browser.get(f"/customers/{pooled.customer_id}/").status_code == 200


def test_too_late_is_said_and_changes_nothing(pooled, as_viewer, teammate, owner):
    services.claim(pooled.pk, actor=teammate)
    answer = as_viewer(owner).post(f"/customers/pool/{pooled.pk}/claim/")
    assert "已归 黄可" in answer.content.decode() and Customer.objects.get().owner_id == teammate.person_id


def test_many_are_claimed_from_the_list_with_a_result_each(pooled, as_viewer, teammate):
    asked = as_viewer(teammate).post("/customers/pool/", {"do": "claim", "pk": [pooled.pk]}).content.decode()
    assert "先到先得" in asked
    as_viewer(teammate).post("/customers/pool/", {"do": "claim", "pk": [pooled.pk], "confirmed": "1"})
    assert Customer.objects.get().owner_id == teammate.person_id


def test_the_manager_assigns_and_the_log_tells(pooled, as_viewer, manager, teammate):
    browser = as_viewer(manager)
    answer = browser.post(f"/customers/pool/{pooled.pk}/assign/", {"person": teammate.person_id, "reason": "同一园区"})
    assert answer.status_code in (200, 302)
    page = browser.get("/customers/pool/?view=log").content.decode()
    assert "王立 分派" in page and "黄可" in page


def test_a_salesperson_does_not_assign(pooled, as_viewer, teammate, owner):
    answer = as_viewer(teammate).post(f"/customers/pool/{pooled.pk}/assign/", {"person": owner.person_id})
    assert answer.status_code == 403 and Customer.objects.get().owner is None


def test_releasing_says_the_consequences_and_wants_a_reason(customer, as_viewer, owner):
    browser = as_viewer(owner)
    assert "不再由 陈思远 负责" in browser.get(f"/customers/{customer.pk}/release/").content.decode()
    assert browser.post(f"/customers/{customer.pk}/release/", {"reason": ""}).status_code == 422
    browser.post(f"/customers/{customer.pk}/release/", {"reason": "做不下来"})
    assert PoolStay.objects.get().reason == "做不下来"


def test_the_list_asks_as_many_questions_for_one_as_for_twenty(pooled, as_viewer, teammate, owner, django_assert_max_num_queries):
    for n in range(20):
        made = services.add_customer({"name": f"温州第{n}阀门厂"}, actor=owner)
        services.release(made.pk, actor=owner, reason="调整")
    browser = as_viewer(teammate)
    with django_assert_max_num_queries(12):
        assert browser.get("/customers/pool/").content.decode().count("调整") >= 20


def test_claimed_in_the_row_and_said_there(pooled, as_viewer, teammate, owner, marketing):
    page = as_viewer(teammate).get("/customers/pool/").content.decode()
    assert page.count(f'hx-post="/customers/pool/{pooled.pk}/claim/?row=1"') == 2  # the table's and the phone's
    assert f"/customers/pool/{pooled.pk}/claim/" not in as_viewer(marketing).get("/customers/pool/").content.decode()
    answer = as_viewer(teammate).post(f"/customers/pool/{pooled.pk}/claim/?row=1", headers={"HX-Request": "true"}).content.decode()
    assert "已归你" in answer and f"/customers/{pooled.customer_id}/" in answer and "<html" not in answer
    late = as_viewer(owner).post(f"/customers/pool/{pooled.pk}/claim/?row=1", headers={"HX-Request": "true"}).content.decode()
    assert "已归 黄可" in late and "/exception/" not in late and Customer.objects.get().owner_id == teammate.person_id


def test_a_refusal_in_the_row_leads_to_the_exception(pooled, as_viewer, owner):
    engine.publish_text(HOLDING, effective=date(2020, 1, 1), actor=SYSTEM)
    answer = as_viewer(owner).post(f"/customers/pool/{pooled.pk}/claim/?row=1", headers={"HX-Request": "true"}).content.decode()
    assert "30 天内不能领回" in answer and f"/customers/pool/{pooled.pk}/exception/" in answer and Customer.objects.get().owner is None


def test_the_button_is_not_in_the_file(pooled, as_viewer, manager):
    answer = as_viewer(manager).get("/customers/pool/?export=csv")
    head = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert "客户" in head and "领取" not in head


def test_the_grade_is_todays_and_the_log_keeps_the_one_of_then(pooled, as_viewer, teammate):
    CustomerFigures.objects.update_or_create(customer=pooled.customer, defaults={"grade": "B", "grade_rank": 2})
    PoolStay.objects.filter(pk=pooled.pk).update(grade="D", grade_rank=4)
    browser = as_viewer(teammate)

    def seals(address):
        return re.findall(r'<td><span class="gk-seal[^>]*>(\w)<', browser.get(address).content.decode())

    assert seals("/customers/pool/") == ["B"] and seals("/customers/pool/?f.grade=D") == []
    assert seals("/customers/pool/?view=log") == ["D"]
