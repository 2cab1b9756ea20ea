from contextlib import nullcontext
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from guike.organisation import services
from guike.organisation.login.services.keeping import save_sign_in_rules
from guike.organisation.login.tests.conftest import enter
from guike.organisation.models import Account
from guike.organisation.selectors import viewer_for
from guike.organisation.tests.conftest import PASSWORD
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused, Stale

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("profile", "password", "problem"),
    [
        ("standard", "Ou-Tai-12", "至少 10 个字符"),
        ("standard", "outaifamenchang", "至少要有其中 3 种"),
        ("mlps3", "Ou-Tai1", "至少 8 个字符"),
        ("mlps3", "Ou-Tai12", ""),
        ("mlps3", "outaifamen", "至少要有其中 3 种"),
        ("asvs", "Ou-Tai-1234", "至少 12 个字符"),
        ("asvs", "outaifamenchang", ""),
        ("asvs", "欧泰阀门厂门口的三棵大樟树", ""),
        ("asvs", "passwordpassword", "太常见"),
        ("asvs", "abcabcabcabc", "太常见"),
        ("asvs", "chensy-outaifamen", "登录名"),
    ],
)
def test_what_each_profile_takes(account, profile, password, problem):
    save_sign_in_rules(actor=SYSTEM, profile=profile)
    with pytest.raises(Refused, match=problem) if problem else nullcontext():
        services.change_own_password(PASSWORD, password, actor=viewer_for(account))


@pytest.mark.parametrize(("profile", "back"), [("standard", False), ("mlps3", False), ("asvs", True)])
def test_old_passwords_come_back_only_where_they_may(account, profile, back):
    save_sign_in_rules(actor=SYSTEM, profile=profile)
    viewer = viewer_for(account)
    services.change_own_password(PASSWORD, "Ou-Tai-1-Fa-Men", actor=viewer)
    if back:
        services.change_own_password("Ou-Tai-1-Fa-Men", PASSWORD, actor=viewer)
    else:
        with pytest.raises(Refused, match="最近 5 次"):
            services.change_own_password("Ou-Tai-1-Fa-Men", PASSWORD, actor=viewer)


def test_no_profile_takes_the_present_one_for_a_new_one(account):
    save_sign_in_rules(actor=SYSTEM, profile="asvs")
    with pytest.raises(Refused, match="和现在的一样"):
        services.change_own_password(PASSWORD, PASSWORD, actor=viewer_for(account))


def test_after_ninety_days_another_one_is_asked(account):
    save_sign_in_rules(actor=SYSTEM, profile="mlps3")
    with time_machine.travel(clock.now(), tick=False) as travel:
        travel.shift(timedelta(days=89))
        young = Client()
        enter(young)
        assert young.get("/me/").status_code == 200
        travel.shift(timedelta(days=1))
        old = Client()
        enter(old)
        assert old.get("/me/").headers["Location"] == "/me/password/"
        assert "到期" in old.get("/me/password/").content.decode()
        old.post("/me/password/", {"old_password": PASSWORD, "new_password": "Ou-Tai12", "again": "Ou-Tai12"})
        assert old.get("/me/").status_code == 200


def test_a_password_of_the_old_profile_is_judged_at_the_next_log_in(client, account):
    services.change_own_password(PASSWORD, "Ou-Tai-1-Fa", actor=viewer_for(account))
    enter(client, password="Ou-Tai-1-Fa")
    save_sign_in_rules(actor=SYSTEM, profile="asvs")
    assert client.get("/me/").status_code == 200  # who is in stays in
    again = Client()
    enter(again, password="Ou-Tai-1-Fa")
    assert again.get("/me/").headers["Location"] == "/me/password/"
    assert "至少 12 个字符" in again.get("/me/password/").content.decode()


def test_a_password_that_keeps_the_new_profile_is_left_alone(client, account):
    save_sign_in_rules(actor=SYSTEM, profile="asvs")
    enter(client)
    assert client.get("/me/").status_code == 200
    assert not Account.objects.get(pk=account.pk).must_change_password


def test_two_administrators_do_not_overwrite_each_other(admin):
    first = save_sign_in_rules(actor=admin, grace_days=3)
    save_sign_in_rules(actor=admin, grace_days=5, version=first.version)
    with pytest.raises(Stale):
        save_sign_in_rules(actor=admin, grace_days=9, version=first.version)


def test_the_rules_page_is_kept_by_the_administrator(client, company, admin):
    enter(client, "admin")
    page = client.get("/settings/login/").content.decode()
    assert "等保三级" in page
    assert "90 天换一次" in page
    sent = {"profile": "mlps3", "required_roles": ["finance"], "grace_days": 3, "idle_minutes": 30, "longest_hours": 10, "self_reset": "on"}
    assert client.post("/settings/login/", sent).status_code == 302
    assert "管理员只用密码就能登录" in client.get("/settings/login/").content.decode()
    other = Client()
    company.account(company.manager, "linhai")
    enter(other, "linhai")
    assert other.get("/settings/login/").status_code == 403
