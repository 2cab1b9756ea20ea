"""The pages of follow-ups as their users meet them, refusals included."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guike.contact import services
from guike.contact.models import FollowUp
from guike.contact.tests.conftest import TODAY, draft
from guike.customers.models import Contact
from guike.organisation.models import Account
from guike.platform.models import Attachment

SHEET = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "gk-sheet-body"}


@pytest.fixture
def signed_in(client, company):
    def enter(name):
        account, _made = Account.objects.get_or_create(
            login=name, defaults={"person": getattr(company, name), "must_change_password": False}
        )
        client.force_login(account)
        return client

    return enter


def posted(**changes):
    values = {
        "token": uuid4(),
        "method": "phone",
        "said": "希望账期放宽",
        "happened_on": TODAY.isoformat(),
        "next_on": (TODAY + timedelta(days=3)).isoformat(),
    }
    return {**values, **changes}


def test_the_sheet_offers_who_how_and_when(signed_in, customer):
    Contact.objects.create(customer=customer, name="周建国", position="采购经理", is_primary=True)
    page = signed_in("chen").get(f"/contact/log/{customer.pk}/").content.decode()
    for words in ("周建国（采购经理）", "微信", "价格异议", "按 A 级频次", "12-01 周二", "完成并安排下一步", "只保存"):
        assert words in page


def test_saving_writes_it_and_goes_to_the_record(signed_in, customer):
    answer = signed_in("chen").post(f"/contact/log/{customer.pk}/", posted())
    found = FollowUp.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/contact/{found.pk}/")
    assert (found.said, found.next_on) == ("希望账期放宽", TODAY + timedelta(days=3))


def test_only_saving_arranges_nothing(signed_in, customer):
    signed_in("chen").post(f"/contact/log/{customer.pk}/", posted(save_only="1"))
    assert FollowUp.objects.get().next_on is None


def test_in_the_sheet_today_is_told_by_an_event(signed_in, customer):
    answer = signed_in("chen").post(f"/contact/log/{customer.pk}/?then=event", posted(), **SHEET)
    assert answer.status_code == 204
    assert "contact:logged" in answer["HX-Trigger"] and "gk:toast" in answer["HX-Trigger"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"said": ""}, "沟通内容"),
        ({"next_on": ""}, "只保存"),
        ({"happened_on": "2027-03-01"}, "日期 2027-03-01 在今天之后，改为今天或更早"),
        ({"happened_on": "昨天"}, "2026-11-22"),
        ({"contacts": "999999"}, "和谁"),
        ({"promise_1": "寄样品"}, "哪天"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed_and_writes_nothing(signed_in, customer, changes, says):
    answer = signed_in("chen").post(f"/contact/log/{customer.pk}/", posted(topic="账期", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page and 'value="账期"' in page
    assert not FollowUp.objects.exists()


def test_photos_belong_to_the_follow_up(signed_in, customer):
    photo = SimpleUploadedFile("门头.jpg", b"\xff\xd8\xff photo", content_type="image/jpeg")
    signed_in("chen").post(f"/contact/log/{customer.pk}/", {**posted(), "files": [photo]})
    found = Attachment.objects.get()
    assert (found.subject_kind, found.subject_id, found.name) == ("follow_up", FollowUp.objects.get().pk, "门头.jpg")


def test_a_program_as_attachment_is_refused_with_everything(signed_in, customer):
    program = SimpleUploadedFile("run.exe", b"MZ", content_type="application/octet-stream")
    answer = signed_in("chen").post(f"/contact/log/{customer.pk}/", {**posted(), "files": [program]})
    assert answer.status_code == 422 and ".exe" in answer.content.decode()
    assert not FollowUp.objects.exists()


def test_whom_is_asked_first_and_who_is_due_is_offered(signed_in, customer):
    client = signed_in("chen")
    page = client.get("/contact/log/").content.decode()
    assert "和哪个客户？" in page
    assert "希望" not in page
    assert "完成并安排下一步" in client.get(f"/contact/log/?customer={customer.pk}").content.decode()


def test_a_colleague_gets_404_and_nothing_is_written(signed_in, customer):
    client = signed_in("huang")
    assert client.get(f"/contact/log/{customer.pk}/").status_code == 404
    assert client.post(f"/contact/log/{customer.pk}/", posted()).status_code == 404
    assert not FollowUp.objects.exists()


def test_nobody_is_sent_to_the_log_in(client, customer):
    assert client.get("/contact/").status_code == 302
    assert client.post(f"/contact/log/{customer.pk}/", posted()).status_code == 302
    assert not FollowUp.objects.exists()


@pytest.fixture
def logged(customer, chen):
    return services.log_follow_up(customer.pk, draft(feedback="<script>alert(1)</script>"), actor=chen).follow_up


def test_the_record_shows_all_and_executes_nothing(signed_in, logged):
    page = signed_in("chen").get(f"/contact/{logged.pk}/").content.decode()
    assert "希望账期放宽到 75 天" in page and "首次接触" in page and "修改" in page
    assert "<script>alert(1)" not in page


def test_the_list_shows_ones_own_and_finds_words(signed_in, logged):
    client = signed_in("chen")
    assert "希望账期放宽" in client.get("/contact/?view=all").content.decode()
    assert "希望账期放宽" not in client.get("/contact/?view=all&q=没有的话").content.decode()
    assert "希望账期放宽" not in signed_in("huang").get("/contact/?view=all").content.decode()


def test_correcting_and_voiding_by_page(signed_in, logged):
    client = signed_in("chen")
    form = {"method": "visit", "said": "改正", "happened_on": TODAY.isoformat(), "version": 1}
    assert client.post(f"/contact/{logged.pk}/edit/", form).status_code == 302
    assert client.post(f"/contact/{logged.pk}/edit/", form).status_code == 422
    assert client.post(f"/contact/{logged.pk}/void/", {"reason": ""}).status_code == 422
    assert client.post(f"/contact/{logged.pk}/void/", {"reason": "记错客户"}).status_code == 302
    logged.refresh_from_db()
    assert (logged.said, logged.voided_reason) == ("改正", "记错客户")


def test_a_colleague_can_neither_see_nor_correct(signed_in, logged):
    client = signed_in("huang")
    for path in ("", "edit/", "void/"):
        assert client.get(f"/contact/{logged.pk}/{path}").status_code == 404
    logged.refresh_from_db()
    assert logged.version == 1


def test_the_sheet_costs_a_fixed_number_of_queries(signed_in, customer, logged, django_assert_max_num_queries):
    client = signed_in("chen")
    client.get(f"/contact/log/{customer.pk}/")
    with django_assert_max_num_queries(20):
        client.get(f"/contact/log/{customer.pk}/")
