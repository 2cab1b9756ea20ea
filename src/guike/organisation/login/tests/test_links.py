import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from guike.organisation import services
from guike.organisation.login.models import ResetLink
from guike.organisation.login.services import links
from guike.organisation.login.services.keeping import save_sign_in_rules
from guike.organisation.login.tests.conftest import enter, give_authenticator
from guike.organisation.models import Account, LoginGuard, Person
from guike.organisation.selectors import viewer_for
from guike.organisation.tests.conftest import PASSWORD
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused
from guike.platform.models import JobRun
from guike.platform.notifications.models import MailServer
from guike.platform.notifications.transport import mail

pytestmark = pytest.mark.django_db
NEW = "Ou-Tai-1-Fa-Men"


def use(client: Client, token: str, password: str = NEW):
    return client.post(f"/login/reset/{token}/", {"new_password": password, "again": password})


def test_a_link_sets_a_new_password_and_lets_nobody_in(client, account, admin):
    before = Client()
    enter(before)
    token = links.make_reset_link(account.pk, actor=admin)
    assert "设新密码" in client.get(f"/login/reset/{token}/").content.decode()
    assert use(client, token).headers["Location"] == "/login/"
    assert [each.get("/me/").status_code for each in (client, before)] == [302, 302]
    assert enter(client, password=NEW).status_code == 302


def test_a_link_works_once(client, account, admin):
    token = links.make_reset_link(account.pk, actor=admin)
    use(client, token)
    assert client.get(f"/login/reset/{token}/").status_code == 410
    assert use(client, token, "Another-1-Fa-Men").status_code == 410
    assert Account.objects.get(pk=account.pk).check_password(NEW)


def test_of_two_at_the_same_time_one_is_refused(account, admin, monkeypatch):
    """Both have passed the first look; the conditional update lets one through."""
    token = links.make_reset_link(account.pk, actor=admin)
    monkeypatch.setattr(links, "account_of_link", lambda _token: account)
    links.use_reset_link(token, NEW)
    with pytest.raises(Refused, match="用过或过期"):
        links.use_reset_link(token, "Another-1-Fa-Men")
    assert Account.objects.get(pk=account.pk).check_password(NEW)


def test_a_link_dies_after_a_day(client, account, admin):
    with time_machine.travel(clock.now(), tick=False) as travel:
        token = links.make_reset_link(account.pk, actor=admin)
        travel.shift(timedelta(hours=23, minutes=59))
        assert client.get(f"/login/reset/{token}/").status_code == 200
        travel.shift(timedelta(minutes=1))
        assert use(client, token).status_code == 410
    assert Account.objects.get(pk=account.pk).check_password(PASSWORD)


@pytest.mark.parametrize("what", ["password", "shut", "left", "another", "withdrawn"])
def test_a_link_dies_with_what_it_was_for(client, company, account, admin, what):
    token = links.make_reset_link(account.pk, actor=admin)
    if what == "password":
        services.change_own_password(PASSWORD, "Another-1-Fa-Men", actor=viewer_for(account))
    elif what == "shut":
        services.deactivate_account(account.pk, actor=admin)
        services.reactivate_account(account.pk, actor=admin)  # and does not come to life again
    elif what == "left":
        Person.objects.filter(pk=company.seller.pk).update(active=False)
    elif what == "another":
        links.make_reset_link(account.pk, actor=admin)
    else:
        links.withdraw_reset_links(account.pk, actor=admin)
    assert use(client, token).status_code == 410
    assert not Account.objects.get(pk=account.pk).check_password(NEW)


def test_a_link_opens_its_own_account_only(client, company, account, admin):
    other = company.account(company.colleague, "huangke")
    token = links.make_reset_link(account.pk, actor=admin)
    client.post(
        f"/login/reset/{token}/", {"new_password": NEW, "again": NEW, "account": other.pk, "login": "huangke", "username": "huangke"}
    )
    assert Account.objects.get(pk=other.pk).check_password(PASSWORD)
    assert Account.objects.get(pk=account.pk).check_password(NEW)


def test_the_second_factor_is_still_asked(client, account, admin):
    give_authenticator(account)
    use(client, links.make_reset_link(account.pk, actor=admin))
    assert enter(client, password=NEW).headers["Location"] == "/login/factor/"


def test_a_weak_password_leaves_the_link_alive(client, account, admin):
    token = links.make_reset_link(account.pk, actor=admin)
    assert "至少 10 个字符" in use(client, token, "short").content.decode()
    assert use(client, token).status_code == 302


def test_only_the_hash_of_a_link_is_kept(account, admin):
    token = links.make_reset_link(account.pk, actor=admin)
    link = ResetLink.objects.get()
    assert token not in (link.digest, str(link.__dict__))
    assert links.account_of_link(link.digest) is None


def test_only_who_keeps_accounts_makes_links(company, account):
    with pytest.raises(Forbidden):
        links.make_reset_link(account.pk, actor=viewer_for(company.account(company.manager, "linhai")))


def test_the_administrators_page_shows_the_link_once(client, account, admin):
    enter(client, "admin")
    page = client.post(f"/settings/accounts/{account.pk}/link/")
    token = re.search(r"/login/reset/([\w-]+)/", page.content.decode())[1]
    assert page.headers["Cache-Control"] == "no-store"
    assert use(Client(), token).status_code == 302


# --- asked for by mail ---------------------------------------------------------------------------------------------------


@pytest.fixture
def letters(account, monkeypatch):
    """Mails that would have gone out: (to, text)."""
    MailServer.objects.create(host="smtp.example.cn", sender="crm@example.cn", site="https://crm.example.cn")
    Person.objects.filter(pk=account.person_id).update(email="chen@example.cn")
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(mail, "post", lambda server, to, title, text, **more: sent.append((to, text)))
    return sent


def ask(login: str, **more):
    return Client().post("/login/forgot/", {"login": login}, **more)


def work() -> None:
    from guike.platform import jobs

    for run in JobRun.objects.filter(kind=links.JOB, state="waiting"):
        jobs.run_now(run)


@pytest.mark.parametrize("asked", ["chensy", "CHEN@example.cn"])
def test_a_link_comes_by_mail_to_the_address_on_file(letters, asked):
    ask(asked)
    work()
    ((to, text),) = letters
    token = re.search(r"https://crm\.example\.cn/login/reset/([\w-]+)/", text)[1]
    assert to == "chen@example.cn"
    with time_machine.travel(clock.now(), tick=False) as travel:
        travel.shift(timedelta(minutes=61))
        assert use(Client(), token).status_code == 410
    assert use(Client(), token).status_code == 302


def test_asking_tells_nobody_who_is_there(letters):
    """Known, unknown, shut: the same words, the same status, the same work in the request."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    answers = []
    for login in ("chensy", "nobody"):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(login)
        text = re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())
        answers.append((answer.status_code, text, len(queries)))
    assert answers[0] == answers[1]
    work()
    assert [to for to, _text in letters] == ["chen@example.cn"]


def test_a_made_up_host_does_not_get_into_the_mail(letters, settings):
    settings.ALLOWED_HOSTS = ["*"]
    ask("chensy", headers={"host": "evil.example"})
    work()
    assert "evil.example" not in letters[0][1]


def test_mails_are_limited(letters):
    for _turn in range(links.ASKED_PER_HOUR + 2):
        assert ask("chensy").status_code == 200
        work()
    assert len(letters) == links.ASKED_PER_HOUR
    assert not LoginGuard.objects.filter(kind="login").exists()  # asking shuts nobody out


def test_who_left_gets_none(letters, account):
    Person.objects.filter(pk=account.person_id).update(active=False)
    ask("chensy")
    work()
    assert not letters


def test_a_shared_address_gets_none(letters, company):
    other = company.account(company.colleague, "huangke")
    Person.objects.filter(pk=other.person_id).update(email="chen@example.cn")
    ask("chen@example.cn")
    work()
    assert not letters


def test_the_company_can_switch_it_off(letters):
    save_sign_in_rules(actor=SYSTEM, self_reset=False)
    assert "找公司管理员" in Client().get("/login/forgot/").content.decode()
    ask("chensy")
    assert not JobRun.objects.filter(kind=links.JOB).exists()


def test_without_mail_the_door_sends_to_the_administrator(client, account):
    page = client.get("/login/").content.decode()
    assert "找公司管理员重置" in page
    assert "/login/forgot/" not in page
