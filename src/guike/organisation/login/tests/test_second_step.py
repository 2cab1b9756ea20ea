import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from guike.organisation.login.models import Factor, RecoveryCode, SignInRules
from guike.organisation.login.selectors import sign_in_rules
from guike.organisation.login.services import factors
from guike.organisation.login.services.keeping import save_sign_in_rules
from guike.organisation.login.tests.conftest import code, enter, give_authenticator
from guike.organisation.models import Account, LoginGuard, LoginRecord
from guike.organisation.selectors import viewer_for
from guike.organisation.tests.conftest import PASSWORD
from guike.platform import clock, history
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(account) -> str:
    return give_authenticator(account)[0]


def test_the_password_alone_opens_nothing(client, account, secret):
    response = enter(client, next="/settings/calendar/")
    assert response.headers["Location"] == "/login/factor/"
    assert client.get("/me/").status_code == 302
    assert client.post("/me/sessions/end/").headers["Location"].startswith("/login/")
    response = client.post("/login/factor/", {"code": code(secret)})
    assert response.headers["Location"] == "/settings/calendar/"
    assert client.get("/me/").status_code == 200
    assert [(r.outcome, r.way) for r in LoginRecord.objects.order_by("pk")] == [("half", ""), ("in", "totp")]


def test_without_the_password_there_is_no_second_step(client, account, secret):
    assert client.get("/login/factor/").headers["Location"] == "/login/"
    assert client.post("/login/factor/", {"code": code(secret)}).headers["Location"] == "/login/"
    assert client.post("/login/factor/options/").status_code == 409


def test_the_half_way_house_shuts_after_ten_minutes_or_with_a_new_password(client, account, secret, admin):
    with time_machine.travel(clock.now(), tick=False) as travel:
        enter(client)
        travel.shift(timedelta(minutes=11))
        assert client.post("/login/factor/", {"code": code(secret)}).headers["Location"] == "/login/"
        enter(client)
        from guike.organisation import services

        services.reset_password(account.pk, actor=admin)
        assert client.post("/login/factor/", {"code": code(secret)}).headers["Location"] == "/login/"
    assert client.get("/me/").status_code == 302


def test_a_code_works_once(account, secret):
    first, second = Client(), Client()
    enter(first)
    enter(second)
    shown = code(secret)
    assert first.post("/login/factor/", {"code": shown}).status_code == 302
    again = second.post("/login/factor/", {"code": shown})
    assert "不对" in again.content.decode()
    assert second.get("/me/").status_code == 302


def test_the_step_is_moved_by_a_condition_not_by_what_was_read(account, secret, monkeypatch):
    """Two requests have read the same last step; the database lets one of them move it."""
    read = Factor.objects.get(account=account)
    monkeypatch.setattr(factors.Factor.objects, "filter", lambda **how: _Stale(read, how), raising=False)
    assert factors.code_fits(account, code(secret)) == "totp"
    assert factors.code_fits(account, code(secret)) == ""


class _Stale:
    """Rows as another request read them before: `first` gives the old copy, `update` meets the present one."""

    def __init__(self, read, how):
        self.read, self.how = read, how

    def first(self):
        return self.read

    def update(self, **values):
        from django.db.models import QuerySet

        return QuerySet(Factor).filter(**self.how).update(**values)


def test_wrong_codes_count_with_wrong_passwords_and_shut_the_login(client, account, secret):
    now = clock.now()
    with time_machine.travel(now, tick=False):
        enter(client, password="nope")
        enter(client, password="nope")
        enter(client)  # right, but it forgets nothing: the second step is still to come
        for _turn in range(2):
            assert "还可以试" in client.post("/login/factor/", {"code": "000000"}).content.decode()
        assert "以后再试" in client.post("/login/factor/", {"code": "000000"}).content.decode()
        assert "以后再试" in client.post("/login/factor/", {"code": code(secret)}).content.decode()
        assert "以后再试" in enter(Client()).content.decode()
    assert LoginGuard.objects.get(kind="login", key="chensy").failures == 5
    assert LoginRecord.objects.filter(outcome="code").count() == 3


def test_a_recovery_code_works_once_whatever_its_spelling(account):
    _secret, codes = give_authenticator(account)
    assert len(set(codes)) == 10
    for spelling, expected in ((codes[0].lower().replace("-", " "), 302), (codes[0], 200), (codes[1], 302)):
        client = Client()
        enter(client)
        answer = client.post("/login/factor/?with=code", {"code": spelling})
        assert (answer.status_code == 302) == (expected == 302)
    assert RecoveryCode.objects.filter(account=account, used_at=None).count() == 8
    assert LoginRecord.objects.filter(way="recovery", outcome="in").count() == 2


def test_another_persons_recovery_code_is_none_here(company, account):
    give_authenticator(account)
    _secret, others = give_authenticator(company.account(company.colleague, "huangke"))
    client = Client()
    enter(client)
    assert client.post("/login/factor/?with=code", {"code": others[0]}).status_code != 302


def test_nothing_in_the_database_gives_a_secret_away(account):
    secret, codes = give_authenticator(account)
    with connection.cursor() as cursor:
        for table in ("organisation_factor", "organisation_factorevent", "organisation_recoverycode"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")  # noqa: S608
            told = cursor.fetchone()[0]
            assert secret not in told
            assert not any(one in told or one.replace("-", "") in told for one in codes)


def test_setting_up_an_authenticator_shows_codes_once(client, account):
    enter(client)
    page = client.get("/me/login/authenticator/").content.decode()
    secret = re.search(r'org-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert "<svg" in page
    assert "style=" not in page
    wrong = client.post("/me/login/authenticator/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    assert secret in wrong.content.decode().replace(" ", "")  # a mistyped code does not ask to scan again
    shown = client.post("/me/login/authenticator/", {"code": code(secret)})
    assert len(re.findall(r"<code>[A-Z2-9]{5}-[A-Z2-9]{5}</code>", shown.content.decode())) == 10
    assert "no-store" in shown.headers["Cache-Control"]
    again = Client()
    enter(again)
    assert again.post("/login/factor/", {"code": code(secret)}).status_code != 302  # the code that set it up is spent


def test_after_the_grace_the_role_that_must_is_led_to_set_one_up(client, company):
    boss = company.account(company.accountant, "heli")
    SignInRules.objects.update_or_create(pk=1, defaults={"required_since": clock.now() - timedelta(days=30)})
    Account.objects.filter(pk=boss.pk).update(created_at=clock.now() - timedelta(days=30))
    enter(client, "heli")
    for address in ("/", "/me/", "/settings/calendar/"):
        assert client.get(address).headers["Location"] == "/me/login/setup/"
    assert client.post("/me/sessions/end/").headers["Location"] == "/me/login/setup/"
    assert "先设二次验证" in client.get("/me/login/setup/").content.decode()
    page = client.get("/me/login/authenticator/").content.decode()
    secret = re.search(r'org-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    client.post("/me/login/authenticator/", {"code": code(secret)})
    assert client.get("/me/").status_code == 200


def test_within_the_grace_somebody_is_told_and_goes_on(client, company):
    company.account(company.accountant, "heli")
    enter(client, "heli")
    page = client.get("/me/login/").content.decode()
    assert "还有 7 天" in page
    assert "天内要设二次验证" in page
    assert client.get("/settings/calendar/").status_code == 200


def test_who_need_not_is_asked_nothing(client, account):
    SignInRules.objects.update_or_create(pk=1, defaults={"required_since": clock.now() - timedelta(days=300)})
    Account.objects.update(created_at=clock.now() - timedelta(days=300))
    assert enter(client).headers["Location"] == "/"
    assert client.get("/me/").status_code == 200


def test_the_administrator_clears_factors_with_a_reason(client, account, secret, admin):
    enter(client)
    client.post("/login/factor/", {"code": code(secret)})
    with pytest.raises(Refused, match="写明原因"):
        factors.reset_factors(account.pk, actor=admin, reason=" ")
    factors.reset_factors(account.pk, actor=admin, reason="换手机，当面核对过")
    assert client.get("/me/").status_code == 302
    assert not Factor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert enter(Client()).headers["Location"] == "/"
    event = history.event_model(Factor)._default_manager.filter(pgh_label="delete").get()
    assert (event.pgh_context.metadata["who"], event.pgh_context.metadata["why"]) == ("赵管理", "换手机，当面核对过")


def test_only_the_administrator_clears_factors_and_not_their_own(company, account, secret, admin):
    with pytest.raises(Forbidden):
        factors.reset_factors(account.pk, actor=viewer_for(company.account(company.manager, "linhai")), reason="x")
    give_authenticator(Account.objects.get(pk=admin.account_id))
    with pytest.raises(Refused, match="我的登录"):
        factors.reset_factors(admin.account_id, actor=admin, reason="x")
    assert Factor.objects.count() == 2


def test_weighty_pages_ask_again_after_fifteen_minutes(client, company, admin):
    with time_machine.travel(clock.now(), tick=False) as travel:
        enter(client, "admin")
        assert client.get("/settings/login/").status_code == 200
        travel.shift(timedelta(minutes=16))
        answer = client.get("/settings/login/")
        assert answer.headers["Location"] == "/me/prove/?next=%2Fsettings%2Flogin%2F"
        assert client.post("/settings/login/", {"profile": "asvs"}).status_code == 302
        assert sign_in_rules().profile == "standard"
        assert "还可以试 4 次" in client.post("/me/prove/", {"password": "nope"}).content.decode()
        assert client.post("/me/prove/", {"password": PASSWORD, "next": "/settings/login/"}).headers["Location"] == "/settings/login/"
        assert client.get("/settings/login/").status_code == 200


def test_with_a_factor_the_question_is_for_the_factor(client, company, admin):
    secret, _codes = give_authenticator(Account.objects.get(pk=admin.account_id))
    with time_machine.travel(clock.now(), tick=False) as travel:
        enter(client, "admin")
        client.post("/login/factor/", {"code": code(secret)})
        travel.shift(timedelta(minutes=16))
        assert client.post("/me/prove/", {"password": PASSWORD}).status_code != 302
        assert client.post("/me/prove/", {"code": code(secret), "next": "https://evil.example/"}).headers["Location"] == "/"
        assert client.get("/settings/login/").status_code == 200


def test_the_demand_can_be_switched_off_and_the_page_says_so(client, admin):
    save_sign_in_rules(actor=SYSTEM, required_roles=[])
    enter(client, "admin")
    page = client.get("/settings/login/").content.decode()
    assert "二次验证没有全开" in page
    save_sign_in_rules(actor=SYSTEM, required_roles=["administrator", "finance"])
    assert "二次验证没有全开" not in client.get("/settings/login/").content.decode()


#: What a thief of an open session would do first; each asks once more who it is.
WEIGHTY = {
    "account_add", "account_change", "account_reset", "account_link", "account_deactivate", "account_factors_reset", "post_give", "post_change",
    "rights_change", "rights_confirm", "role_copy", "role_reset", "role_close", "roles_two_person", "sign_in_rules", "provider", "authenticator",
    "passkey_make", "recovery_codes", "factor_remove", "key_add", "key",
}  # fmt: skip


def test_everything_weighty_asks_for_proof():
    from guike.wiring.checks import patterns

    assert not WEIGHTY - {pattern.name for _route, pattern in patterns() if hasattr(pattern.callback, "needs_proof")}
