from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guike.organisation import services
from guike.organisation.login import selectors
from guike.organisation.login.services import sessions
from guike.organisation.login.services.keeping import save_sign_in_rules
from guike.organisation.login.tests.conftest import enter
from guike.organisation.models import Session
from guike.organisation.rules import device_name
from guike.organisation.selectors import viewer_for
from guike.organisation.sessions import SessionStore, digest
from guike.organisation.tests.conftest import PASSWORD
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused

pytestmark = pytest.mark.django_db
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) MicroMessenger/8.0.49"


def key(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_the_cookie_is_not_in_the_table(client, account):
    enter(client)
    row = Session.objects.get()
    assert row.session_key == digest(key(client)) != key(client)
    assert row.account_id == account.pk
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert stolen.get("/me/").status_code == 302


def test_a_session_key_from_outside_is_not_taken_over_at_log_in(client, account):
    """Fixation: the key that somebody else planted stays without an account."""
    planted = SessionStore()
    planted["x"] = 1
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    enter(client)
    assert key(client) != planted.session_key
    intruder = Client()
    intruder.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    assert intruder.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


def test_a_made_up_key_gets_a_new_one(client, account):
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    enter(client)
    assert key(client) != "a" * 32


def test_one_sees_where_one_is_in_and_ends_one_of_them(account):
    desk, phone = Client(headers={"user-agent": EDGE}), Client(headers={"user-agent": PHONE}, REMOTE_ADDR="10.8.0.7")
    enter(desk)
    enter(phone)
    page = desk.get("/me/login/").content.decode()
    assert "Windows · Edge" in page
    assert "iPhone · 微信" in page
    assert "10.8.0.7" in page
    there = next(one for one in selectors.sessions_of(account.pk, digest(key(desk))) if not one.here)
    desk.post(f"/me/login/sessions/{there.number}/end/")
    assert [each.get("/me/").status_code for each in (desk, phone)] == [200, 302]


def test_all_others_end_and_this_one_stays(account):
    here, *others = (Client() for _n in range(3))
    for each in (here, *others):
        enter(each)
    here.post("/me/login/sessions/others/")
    assert [each.get("/me/").status_code for each in (here, *others)] == [200, 302, 302]


def test_somebody_elses_session_is_not_ended(company, account):
    client = Client()
    enter(client)
    number = selectors.sessions_of(account.pk)[0].number
    other = viewer_for(company.account(company.colleague, "huangke"))
    for wanted in (number, number[:15], ""):
        with pytest.raises(Refused, match="已经退出"):
            sessions.end_session(wanted, actor=other)
    assert client.get("/me/").status_code == 200


def test_the_administrator_ends_one_or_all(client, account, admin):
    first, second = Client(), Client()
    enter(first)
    enter(second)
    enter(client, "admin")
    page = client.get(f"/settings/accounts/{account.pk}/login/")
    assert page.content.decode().count("/end/") >= 3
    newest = selectors.sessions_of(account.pk)[0].number
    client.post(f"/settings/accounts/{account.pk}/sessions/{newest}/end/")
    assert sorted(each.get("/me/").status_code for each in (first, second)) == [200, 302]
    client.post(f"/settings/accounts/{account.pk}/sessions/end/")
    assert [each.get("/me/").status_code for each in (first, second)] == [302, 302]
    assert client.get("/me/").status_code == 200


def test_a_session_ends_when_nobody_is_there(client, account):
    save_sign_in_rules(actor=SYSTEM, idle_minutes=60, longest_hours=12)
    with time_machine.travel(clock.now(), tick=False) as travel:
        enter(client)
        for _turn in range(3):
            travel.shift(timedelta(minutes=50))
            assert client.get("/me/").status_code == 200
        travel.shift(timedelta(minutes=61))
        assert client.get("/me/").status_code == 302


def test_a_session_ends_after_its_longest_time_however_busy(client, account):
    save_sign_in_rules(actor=SYSTEM, idle_minutes=60, longest_hours=2)
    with time_machine.travel(clock.now(), tick=False) as travel:
        enter(client)
        for _turn in range(3):
            travel.shift(timedelta(minutes=40))
            assert client.get("/me/").status_code == 200
        travel.shift(timedelta(minutes=1))
        assert client.get("/me/").status_code == 302


def test_shorter_limits_hold_for_who_is_in_already(client, account):
    with time_machine.travel(clock.now(), tick=False) as travel:
        enter(client)
        travel.shift(timedelta(minutes=30))
        save_sign_in_rules(actor=SYSTEM, idle_minutes=20)
        assert client.get("/me/").status_code == 302


def test_last_seen_is_written_now_and_then_and_costs_no_read(client, account):
    with time_machine.travel(clock.now(), tick=False) as travel:
        enter(client)
        client.get("/me/")
        counts = []
        for minutes in (1, 5, 1):
            travel.shift(timedelta(minutes=minutes))
            with CaptureQueriesContext(connection) as queries:
                client.get("/me/")
            own = [one["sql"] for one in queries.captured_queries if "organisation_session" in one["sql"]]
            counts.append((len(own), sum(sql.startswith("UPDATE") for sql in own)))
        assert counts == [(1, 0), (2, 1), (1, 0)]
        assert Session.objects.get().seen_at == clock.now() - timedelta(minutes=1)


def test_a_session_that_somebody_ended_is_not_written_back(client, account):
    """A request that is under way when its session is ended does not bring it to life again."""
    enter(client)
    store = SessionStore(key(client))
    store["x"] = 1
    sessions.end_sessions_of(account.pk, actor=SYSTEM)
    from django.contrib.sessions.backends.base import UpdateError

    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


def test_old_rows_are_taken_out(client, account):
    enter(client)
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    assert sessions.forget_old_sessions() == 1


def test_the_cookie_is_kept_from_scripts_and_other_sites(client, account):
    enter(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_over_https_the_cookies_never_go_out_in_clear(client, account, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client.get("/login/")
    enter(client)
    assert all(cookie["secure"] for cookie in client.cookies.values())


def test_odd_limits_are_refused():
    for wrong in ({"idle_minutes": 1}, {"longest_hours": 0}, {"longest_hours": 1000}, {"grace_days": 400}, {"profile": "none"}):
        with pytest.raises(Refused):
            save_sign_in_rules(actor=SYSTEM, **wrong)


@pytest.mark.parametrize(
    ("agent", "name"), [(EDGE, "Windows · Edge"), (PHONE, "iPhone · 微信"), ("curl/8.5.0", "curl/8.5.0"), ("", ""), ("x" * 90, "x" * 40)]
)
def test_devices_in_words(agent, name):
    assert device_name(agent) == name


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_host_of_somebody_elses_is_refused(account, method):
    for address in ("/login/", "/login/forgot/", "/login/company/"):
        assert getattr(Client(), method)(address, headers={"host": "evil.example"}).status_code == 400


def test_forms_at_the_door_need_their_token(account):
    client = Client(enforce_csrf_checks=True)
    for address in ("/login/", "/login/factor/", "/login/passkey/", "/login/passkey/options/", "/login/forgot/", "/login/reset/x/"):
        assert client.post(address, {"login": "chensy", "password": PASSWORD}).status_code == 403


def test_ending_everything_counts_for_the_actor_only(company, account):
    mine, other = Client(), Client()
    company.account(company.colleague, "huangke")
    enter(mine)
    enter(other, "huangke")
    services.end_sessions(actor=viewer_for(account))
    assert [each.get("/me/").status_code for each in (mine, other)] == [302, 200]
