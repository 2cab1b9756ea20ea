from datetime import timedelta

import pytest
import time_machine

from guike.organisation import rules, services
from guike.organisation.models import Account, LoginGuard, LoginRecord
from guike.organisation.tests.conftest import PASSWORD
from guike.platform import clock
from guike.platform.access import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(company) -> Account:
    return company.account(company.seller, "chensy")


def enter(client, login="chensy", password=PASSWORD, **more):
    return client.post("/login/", {"login": login, "password": password, **more})


def test_the_right_password_lets_in_and_is_written_down(client, account):
    response = enter(client, "CHENSY ")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.get("/me/").status_code == 200
    assert list(LoginRecord.objects.values_list("login", "outcome", "address")) == [("chensy", "in", "127.0.0.1")]


def test_a_wrong_password_and_an_unknown_login_read_the_same(client, account):
    wrong = enter(client, password="nope").content.decode()
    unknown = enter(client, "nobody", "nope").content.decode()
    assert "登录名或密码不对，还可以试 4 次" in wrong
    assert "登录名或密码不对，还可以试 4 次" in unknown


@pytest.mark.parametrize("login", ["chensy", "nobody"])
def test_five_failures_shut_the_login_for_fifteen_minutes(client, account, login):
    now = clock.now()
    with time_machine.travel(now, tick=False) as travel:
        for _turn in range(5):
            response = enter(client, login, "nope")
        until = f"{(now + timedelta(minutes=15)).astimezone(clock.now().tzinfo):%M}"
        assert "以后再试" in response.content.decode()
        assert f":{until} 以后再试" in response.content.decode()
        assert "以后再试" in enter(client, login).content.decode()  # the right password does not help
        assert client.get("/me/").status_code == 302
        travel.shift(timedelta(minutes=15))
        if login == "chensy":
            assert enter(client).status_code == 302
            assert not LoginGuard.objects.filter(kind="login").exists()


def test_a_success_forgets_the_failures_of_the_login(client, account):
    for _turn in range(4):
        enter(client, password="nope")
    enter(client)
    assert not LoginGuard.objects.filter(kind="login", key="chensy").exists()


def test_an_address_that_tries_many_logins_is_shut(client, account):
    for number in range(30):
        services.sign_in(f"guess{number}", "x", address="10.0.0.9")
    assert "以后再试" in services.sign_in("chensy", PASSWORD, address="10.0.0.9").message
    assert services.sign_in("chensy", PASSWORD, address="10.0.0.10").account == account


def test_knocking_at_a_shut_door_fills_no_disk(client, account):
    """A few lines an hour of one login and of one address, whatever they try; nothing is made for logins that somebody thinks up."""
    for number in range(60):
        services.sign_in("chensy", "x", address=f"10.0.0.{number}")
    assert LoginRecord.objects.filter(outcome="locked", login="chensy").count() == rules.KNOCKS_PER_HOUR
    for number in range(100):
        assert services.sign_in(f"guess{number}", "x", address="10.1.0.9").account is None
    assert LoginRecord.objects.filter(outcome="locked", address="10.1.0.9").count() == rules.KNOCKS_PER_HOUR
    assert LoginGuard.objects.filter(kind="login", key__startswith="guess").count() == rules.FAILURES_PER_ADDRESS


def test_an_hour_later_knocks_are_written_down_again(account):
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _turn in range(rules.FAILURES_PER_LOGIN + rules.KNOCKS_PER_HOUR + 5):
            services.sign_in("chensy", "x", address="10.0.0.9")
        travel.shift(timedelta(minutes=61))
        for _turn in range(rules.FAILURES_PER_LOGIN + 1):
            services.sign_in("chensy", "x", address="10.0.0.9")
    assert LoginRecord.objects.filter(outcome="locked").count() == rules.KNOCKS_PER_HOUR + 1


def test_a_password_is_worked_on_for_an_unknown_login_too(monkeypatch, account):
    """Negative control of the equal time: the hasher runs exactly once on either way."""
    from guike.organisation.services import signing_in

    runs = []
    real_check, real_set = Account.check_password, Account.set_password
    monkeypatch.setattr(signing_in.Account, "check_password", lambda self, raw: runs.append("check") or real_check(self, raw))
    monkeypatch.setattr(signing_in.Account, "set_password", lambda self, raw: runs.append("set") or real_set(self, raw))
    services.sign_in("nobody", "x")
    services.sign_in("chensy", "x")
    assert runs == ["set", "check"]


def test_a_shut_account_does_not_get_in_and_its_session_ends(client, account, admin):
    enter(client)
    services.deactivate_account(account.pk, actor=admin)
    assert client.get("/me/").status_code == 302
    assert "已停用" in enter(client).content.decode()


def test_other_sessions_end_when_the_password_changes(client, account):
    from django.test import Client

    other = Client()
    enter(client)
    enter(other)
    response = client.post("/me/password/", {"old_password": PASSWORD, "new_password": "Ou-Tai-1-Fa-Men", "again": "Ou-Tai-1-Fa-Men"})
    assert response.status_code == 302
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


def test_signing_out_everywhere_ends_every_session(client, account):
    from django.test import Client

    other = Client()
    enter(client)
    enter(other)
    assert client.post("/me/sessions/end/").status_code == 302
    assert [each.get("/me/").status_code for each in (client, other)] == [302, 302]


def test_a_first_login_must_choose_a_password_before_anything_else(client, company):
    made, password = services.add_account(company.seller.pk, "chensy", actor=SYSTEM)
    enter(client, password=password)
    for address in ("/me/", "/settings/people/", "/settings/calendar/"):
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (302, "/me/password/")
    assert "先改密码" in client.get("/me/password/").content.decode()
    assert client.post("/settings/people/add/", {"name": "x"}).status_code == 302
    client.post("/me/password/", {"old_password": password, "new_password": "Ou-Tai-1-Fa-Men", "again": "Ou-Tai-1-Fa-Men"})
    assert client.get("/me/").status_code == 200
    made.refresh_from_db()
    assert not made.must_change_password


def test_logging_out_ends_the_session_and_is_written_down(client, account):
    enter(client)
    assert client.post("/logout/").status_code == 302
    assert client.get("/me/").status_code == 302
    assert LoginRecord.objects.first().outcome == "out"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_next_page_is_one_of_ours(client, account, target):
    assert enter(client, next=target).headers["Location"] == "/"


def test_the_next_page_is_where_one_wanted_to_go(client, account):
    assert enter(client, next="/settings/calendar/").headers["Location"] == "/settings/calendar/"


def test_a_page_costs_one_query_for_who_is_looking(client, account, django_assert_num_queries):
    from guike.organisation.backend import AccountBackend
    from guike.organisation.selectors import viewer_for

    with django_assert_num_queries(1):
        arrived = AccountBackend().get_user(account.pk)
    assert arrived.arrival.viewer == viewer_for(account)
    assert (arrived.login, arrived.person.name) == (account.login, account.person.name)
