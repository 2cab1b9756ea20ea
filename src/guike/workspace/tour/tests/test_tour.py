"""The tour: in the demo it logs in by the published passwords, in a real company it never does; progress; the card (PLT-12)."""

import json

import pytest
from django.test import Client

from guike.engine.services import ensure_default_packs
from guike.organisation import services as organisation
from guike.organisation.models import Department
from guike.platform.access import SYSTEM
from guike.wiring.demo import tour as demo
from guike.workspace.tour import cast
from guike.workspace.tour.stops import STOPS, after, stop

PASSWORD = "Famen+2026"
ROLES = {"chensiyuan": "salesperson", "huangke": "salesperson", "hejing": "clerk", "sunmin": "marketing", "shenguoheng": "executive"}


@pytest.fixture
def company(db):
    """A small company with one login per part, and one customer."""
    ensure_default_packs(actor=SYSTEM)
    place = Department.objects.create(name="浙南片区", function="sales")
    for login, role in ROLES.items():
        person = organisation.add_person(login, actor=SYSTEM)
        organisation.give_post(person.pk, place.pk, role, actor=SYSTEM)
        organisation.add_account(person.pk, login, actor=SYSTEM, password=PASSWORD, must_change=False)
    from guike.customers import services as customers
    from guike.organisation.selectors import viewer_of_login

    customers.add_customer({"name": "温州瓯泰阀门有限公司"}, actor=viewer_of_login("chensiyuan"))


@pytest.fixture
def parts(monkeypatch):
    """This instance is the demo."""
    found = {code: cast.Part(login, PASSWORD, login) for code, login in demo.CAST.items()}
    monkeypatch.setattr(cast, "parts", lambda: found)
    return found


@pytest.fixture
def signed_in(company):
    browser = Client()
    browser.post("/login/", {"login": "chensiyuan", "password": PASSWORD})
    return browser


def test_ten_stops_in_the_order_of_the_story():
    assert [one.code for one in STOPS] == [
        "today", "customer", "why", "log", "pool", "duplicates", "draft", "approval", "clause", "dashboard",
    ]  # fmt: skip
    assert after("today") is stop("customer") and after("dashboard") is None
    assert set(demo.CAST) == {one.code for one in STOPS}


def test_in_the_demo_the_door_offers_it_and_it_opens_without_a_login(company, parts):
    assert "十分钟导览" in Client().get("/login/").content.decode()
    page = Client().get("/tour/").content.decode()
    assert "开始" in page and "sunmin" in page


def test_in_a_real_company_it_is_behind_the_door_and_logs_nobody_in(company):
    assert "十分钟导览" not in Client().get("/login/").content.decode()
    assert Client().get("/tour/")["Location"].startswith("/login/?next=")
    stranger = Client()
    assert stranger.post("/tour/today/")["Location"].startswith("/login/?next=")
    assert "_auth_user_id" not in stranger.session


def test_one_click_is_a_log_in_with_the_published_password_and_fails_once_it_was_changed(company, parts):
    from guike.organisation.models import Account, LoginRecord

    browser = Client()
    assert browser.post("/tour/draft/")["Location"].startswith("/policies/")
    assert LoginRecord.objects.filter(login="sunmin", outcome="in").count() == 1
    account = Account.objects.get(login="hejing")
    account.set_password("Anders+2026x")
    account.save()
    answer = browser.post("/tour/duplicates/", follow=True).content.decode()
    assert "登录不了" in answer
    assert browser.get("/me/").context["request"].viewer.login == "sunmin"


def test_every_stop_of_the_demo_leads_to_a_page_that_opens(company, parts):
    browser = Client()
    for one in STOPS:
        answer = browser.post(f"/tour/{one.code}/", follow=True)
        assert answer.status_code == 200 and answer.redirect_chain[-1][0] != "/tour/", one.code
        assert f"{STOPS.index(one) + 1} / 10" in answer.content.decode(), one.code
    page = browser.get("/tour/").content.decode()
    assert "十站都看过了" in page and "10 / 10" in page


def test_elsewhere_one_walks_as_oneself_and_skips_what_one_may_not_see(signed_in):
    page = signed_in.get("/tour/").content.decode()
    assert "要别的岗位" in page
    answer = signed_in.post("/tour/pool/", follow=True).content.decode()
    assert "5 / 10" in answer and "下一站：等我批的" in answer, "a salesperson is led past duplicates and the draft"
    assert "要别的岗位才看得到" in signed_in.post("/tour/duplicates/", follow=True).content.decode()


def test_progress_is_kept_over_a_log_out_and_the_card_goes_when_it_is_ended(signed_in):
    signed_in.post("/tour/today/")
    signed_in.post("/logout/")
    signed_in.post("/login/", {"login": "sunmin", "password": PASSWORD})
    assert "看过 1 / 10" in signed_in.get("/tour/").content.decode()
    assert "tour-card" in signed_in.get("/today/").content.decode()
    assert "tour-card" not in signed_in.get("/tour/").content.decode()
    signed_in.post("/tour/end/")
    assert "tour-card" not in signed_in.get("/today/").content.decode()
    assert "看过 1 / 10" in signed_in.get("/tour/").content.decode()
    signed_in.post("/tour/again/")
    assert "看过" not in signed_in.get("/tour/").content.decode()


def test_a_cookie_that_somebody_wrote_himself_tells_nothing(signed_in):
    signed_in.cookies["guike_tour"] = json.dumps({"at": "today", "seen": ["today"]})
    assert "tour-card" not in signed_in.get("/today/").content.decode()
    assert signed_in.get("/tour/").status_code == 200


def test_without_customers_a_stop_says_so(company):
    from guike.customers.models import Customer

    Customer.objects.all().delete()
    browser = Client()
    browser.post("/login/", {"login": "chensiyuan", "password": PASSWORD})
    assert "还没有可看的内容" in browser.post("/tour/why/", follow=True).content.decode()


def test_unknown_stops_and_reading_are_refused(signed_in):
    assert signed_in.post("/tour/nowhere/").status_code == 404
    assert signed_in.get("/tour/today/").status_code == 405


def test_only_a_demo_folder_has_a_cast(tmp_path, settings):
    settings.HOME = tmp_path
    assert demo.parts() == {}
    (tmp_path / "demo.json").write_text("", encoding="utf-8")
    assert demo.parts() == {}
    rows = [{"role": "市场部经理（孙敏）", "login": "sunmin", "password": PASSWORD}]
    (tmp_path / "demo.json").write_text(json.dumps(rows), encoding="utf-8")
    assert {code: part.login for code, part in demo.parts().items()} == {"draft": "sunmin", "approval": "sunmin"}
