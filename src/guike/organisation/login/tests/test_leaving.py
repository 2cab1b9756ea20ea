"""Who is dismissed: everything that acted in their name is dead at the next request (issue 4)."""

import pytest
from django.test import Client
from django.urls import reverse

from guike.organisation import services
from guike.organisation.login.models import ResetLink
from guike.organisation.login.services import links
from guike.organisation.login.tests.conftest import code, enter, give_authenticator
from guike.organisation.models import Session
from guike.organisation.selectors import viewer_for, viewer_of_login, viewer_of_person
from guike.platform import clock, jobs
from guike.platform.models import JobRun
from guike.platform.notifications.models import Delivery, MailServer
from guike.platform.notifications.services import delivering

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["account shut", "person left"])
def dismiss(request, account, admin):
    """How somebody goes: the account is shut, or the leaving is entered."""

    def go() -> None:
        if request.param == "account shut":
            services.deactivate_account(account.pk, actor=admin)
        else:
            services.person_leaves(account.person_id, clock.today(), actor=admin)

    return go


def test_sessions_end(client, account, dismiss):
    enter(client)
    assert client.get("/me/").status_code == 200
    dismiss()
    assert client.get("/me/").status_code == 302
    assert not Session.objects.filter(account=account).exists()


def test_a_log_in_half_way_ends(client, account, dismiss):
    secret, _codes = give_authenticator(account)
    enter(client)
    dismiss()
    assert client.post("/login/factor/", {"code": code(secret)}).headers["Location"] == "/login/"
    assert client.get("/me/").status_code == 302


def test_reset_links_are_void(account, admin, dismiss):
    token = links.make_reset_link(account.pk, actor=admin)
    dismiss()
    assert Client().get(f"/login/reset/{token}/").status_code == 410
    assert not ResetLink.objects.filter(used_at=None).exists()


def test_work_waiting_in_the_queue_is_refused(account, dismiss, monkeypatch):
    done = []
    monkeypatch.setitem(jobs._tasks, "test.leaving", lambda progress, **arguments: done.append(arguments))
    run = jobs.start("test.leaving", "导出", actor=viewer_for(account), n=1)
    dismiss()
    jobs.run_now(run)
    run.refresh_from_db()
    assert not done
    assert (run.state, run.error) == (JobRun.State.FAILED, "发起人 chensy 的账号已停用，任务没有执行")


def test_work_of_who_is_still_here_is_done(account, monkeypatch):
    """The control: without the dismissal the same job runs."""
    done = []
    monkeypatch.setitem(jobs._tasks, "test.leaving", lambda progress, **arguments: done.append(arguments))
    jobs.run_now(jobs.start("test.leaving", "导出", actor=viewer_for(account), n=1))
    assert done == [{"n": 1}]


def test_mail_that_waits_does_not_go_out(account, dismiss):
    from guike.organisation.models import Person

    Person.objects.filter(pk=account.person_id).update(email="chen@example.cn")
    MailServer.objects.create(host="smtp.invalid", sender="crm@example.cn", site="https://crm.example.cn")
    waiting = Delivery.objects.create(
        channel="mail", account=account, kind="x", title="客户转来", key="x:1", created_at=clock.now(), due_at=clock.now()
    )
    dismiss()
    delivering.deliver(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == ("skipped", "账号已停用")


def test_nobody_acts_as_them_any_more(account, dismiss):
    assert viewer_of_login("chensy") is not None
    dismiss()
    assert viewer_of_login("chensy") is None
    assert viewer_of_person(account.person_id) is None


def test_the_door_says_so_only_after_the_right_password(client, account, dismiss):
    dismiss()
    assert "已停用" in enter(client).content.decode()
    assert "已停用" not in enter(client, password="nope").content.decode()
    assert client.get(reverse("organisation:me")).status_code == 302
