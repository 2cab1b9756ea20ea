"""The first run as an administrator tries it: every step, left and continued, skipped, dismissed."""

import pytest
from django.test import Client

from guike.engine import selectors as engine
from guike.organisation import selectors as organisation
from guike.organisation import services
from guike.platform.access import SYSTEM
from guike.workspace.wizard import steps

pytestmark = pytest.mark.django_db
PASSWORD = "Ding-Bo-2026-Qiao"
BACKEND = "guike.organisation.backend.AccountBackend"


@pytest.fixture(autouse=True)
def quick_hashing(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def admin():
    login, _password = services.create_first_admin()
    viewer = organisation.viewer_of_login(login)
    services.set_password(viewer.account_id, PASSWORD, actor=SYSTEM)
    return viewer


@pytest.fixture
def client(admin):
    browser = Client()
    browser.post("/login/", {"login": "admin", "password": PASSWORD})
    return browser


def table(*lines):
    """The quick table as a browser posts it."""
    posted = {"form-TOTAL_FORMS": len(lines), "form-INITIAL_FORMS": 0}
    for row, line in enumerate(lines):
        posted |= {f"form-{row}-{name}": value for name, value in line.items()}
    return posted


COMPANY = {"name": "温州申衡流体控制有限公司", "short_name": "申衡流体", "own_name": "周建国"}


def test_an_administrators_login_leads_to_the_wizard_until_it_is_finished(admin):
    def landing():
        return Client().post("/login/", {"login": "admin", "password": PASSWORD, "next": "/me/"}).headers["Location"]

    assert landing() == "/welcome/"
    services.finish_wizard(actor=admin)
    assert landing() == "/me/"


def test_nobody_else_is_led_there(admin):
    person, _none = services.add_colleague(actor=SYSTEM, name="陈思远")
    services.add_account(person.pk, "chensy", actor=SYSTEM, password=PASSWORD, roles=["salesperson"], must_change=False)
    browser = Client()
    assert browser.post("/login/", {"login": "chensy", "password": PASSWORD}).headers["Location"] == "/"
    assert browser.get("/welcome/").status_code == 403
    assert browser.post("/welcome/company/", COMPANY).status_code == 403
    assert organisation.company().name == ""


def test_the_whole_way(client, admin):
    assert client.post("/welcome/company/", COMPANY).headers["Location"] == "/welcome/people/"
    assert organisation.company_name() == "申衡流体"
    assert organisation.viewer_of_login("admin").name == "周建国"

    people = table(
        {"name": "林海", "department": "销售部", "title": "大区经理", "heads": "on"},
        {"name": "陈思远", "department": "销售部/浙南片区", "title": "业务员", "login": "chensy"},
        {"name": ""},
    )
    page = client.post("/welcome/people/", people)
    assert "一次性密码只显示一次" in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    chen = organisation.viewer_of_login("chensy")
    assert chen.roles == {"salesperson"}
    assert list(organisation.person_names(organisation.chain_of(chen.person_id)).values()) == ["林海"]

    assert client.post("/welcome/packs/", {"pack": ["channel", "service"]}).headers["Location"] == "/welcome/customers/"
    assert "customer-grade" in {listed.policy.code for listed in engine.policies(admin)}
    assert client.post("/welcome/customers/").headers["Location"] == "/welcome/done/"
    assert client.post("/welcome/done/").headers["Location"] == "/"
    assert organisation.company().wizard_finished_at is not None


def test_one_comes_back_to_where_one_stopped(client):
    client.post("/welcome/company/", COMPANY)
    client.post("/welcome/skip/people/")
    assert client.get("/welcome/").headers["Location"] == "/welcome/packs/"
    assert organisation.company().wizard_skipped == ["people"]


def test_a_line_that_cannot_be_used_is_marked_and_nothing_is_written(client):
    lines = table({"name": "林海", "department": "销售部", "login": "linhai"}, {"name": "陈思远", "department": "销售部", "login": "admin"})
    page = client.post("/welcome/people/", lines)
    assert page.status_code == 422
    assert "登录名「admin」已有人用" in page.content.decode()
    assert organisation.viewer_of_login("linhai") is None
    assert organisation.department_paths() == {}


@pytest.mark.parametrize(("line", "message"), [({"department": "销售部"}, "写上姓名"), ({"name": "林海", "role": "finance"}, "写上部门")])
def test_a_half_filled_line_says_what_is_missing(client, line, message):
    page = client.post("/welcome/people/", table(line))
    assert (page.status_code, message in page.content.decode()) == (422, True)


def test_installing_twice_adds_nothing(client, admin):
    client.post("/welcome/packs/", {"pack": ["channel"]})
    before = {listed.policy.pk for listed in engine.policies(admin)}
    client.post("/welcome/packs/", {"pack": ["channel"]})
    assert {listed.policy.pk for listed in engine.policies(admin)} == before
    assert "已装" in client.get("/welcome/packs/").content.decode()


def test_the_usual_packs_are_suggested_at_first(client):
    page = client.get("/welcome/packs/").content.decode()
    assert page.count(" checked") == 2


def test_later_is_possible(client):
    assert client.post("/welcome/dismiss/").headers["Location"] == "/"
    assert Client().post("/login/", {"login": "admin", "password": PASSWORD}).headers["Location"] == "/"


def test_an_unknown_step_is_not_skipped(client):
    assert client.post("/welcome/skip/done/").status_code == 404
    assert client.post("/welcome/skip/nothing/").status_code == 404


def test_steps_follow_each_other():
    assert [steps.after(code) for code in steps.ORDER] == ["people", "packs", "customers", "done", "done"]
    assert [step.state for step in steps.drawn("packs", {"company"}, ["people"])] == ["done", "skipped", "here", "open", "open"]
