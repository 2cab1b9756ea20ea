"""Messages, choices, the unsubscribe link, the administrator's channels and log, as people use them."""

import re

import pytest
from django.test import Client

from guike.platform import jobs
from guike.platform.access import SYSTEM
from guike.platform.notifications import services
from guike.platform.notifications.models import Choice, Delivery, MailServer, Notice, Robot
from guike.platform.notifications.services import notify, unsubscribing

from .test_delivering import SECRET

pytestmark = pytest.mark.django_db
BACKEND = "guike.organisation.backend.AccountBackend"


def browser(account, **options):
    client = Client(**options)
    client.force_login(account, backend=BACKEND)
    return client


def text(response):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", response.content.decode()))


def test_messages_by_day_and_kind(anna, django_assert_num_queries):
    for n in range(5):
        notify("test.both", accounts=[anna.pk], title=f"客户 {n} 转给你", href="/today/", key=f"k{n}")
    client = browser(anna)
    client.get("/notices/")
    with django_assert_num_queries(4):  # session, account with viewer, messages, unread
        page = client.get("/notices/")
    assert "5 条没看" in text(page) and "另有 4 条「试验」" in text(page)
    first = Notice.objects.latest("pk")
    assert client.get(f"/notices/{first.pk}/").headers["Location"] == "/today/"
    assert "4 条没看" in text(client.get("/notices/"))
    client.post("/notices/read/", {"up_to": first.pk})
    assert "都看过了" in text(client.get("/notices/"))
    assert "客户 3 转给你" in text(client.get("/notices/?show=all"))


def test_somebody_elses_message_is_not_there(anna, boss):
    notify("test.both", accounts=[anna.pk], title="x", key="k")
    assert browser(boss).get(f"/notices/{Notice.objects.get().pk}/").status_code == 404


def test_choices(anna, mail_server):
    client = browser(anna)
    page = client.get("/notices/choices/")
    assert "后台任务出错" not in text(page)  # the administrator's
    answer = client.post(
        "/notices/choices/", {"page.test.both": "on", "quiet_from": "21:00", "quiet_until": "07:30", "digest": "on", "digest_hour": "7"}
    )
    assert answer.status_code == 302
    assert dict(Choice.objects.filter(kind="test.both").values_list("channel", "wanted")) == {"page": True, "mail": False}
    assert "21:00" in client.get("/notices/choices/").content.decode()


def test_the_link_under_a_mail_stops_that_kind_only_by_post(anna, mail_server):
    notify("test.both", accounts=[anna.pk], title="x", key="k1")
    path = unsubscribing.address("https://crm.example.cn/", anna.pk, "test.both").removeprefix("https://crm.example.cn")
    scanner = Client(enforce_csrf_checks=True)
    assert "不再收「试验」的邮件" in text(scanner.get(path))
    assert not Choice.objects.exists()
    assert "已停" in text(scanner.post(path, {"List-Unsubscribe": "One-Click"}))
    notify("test.both", accounts=[anna.pk], title="x", key="k2")
    assert Delivery.objects.count() == 1


def test_a_forged_link_stops_nothing(anna):
    assert Client().post("/notices/stop/1:test.both:forged/").status_code == 404
    assert not Choice.objects.exists()


def test_the_mail_server_is_kept_and_its_password_never_shown(boss, sink):
    client = browser(boss)
    values = {"host": "127.0.0.1", "port": sink.port, "security": "none", "login": "crm", "password": SECRET}
    values |= {"sender": "crm@example.cn", "site": "https://crm.example.cn", "active": "on"}
    assert client.post("/settings/channels/mail/", values).status_code == 302
    server = MailServer.objects.get()
    assert SECRET not in server.password
    page = client.get("/settings/channels/mail/").content.decode()
    assert SECRET not in page and server.password not in page
    assert client.post("/settings/channels/mail/", {**values, "password": "", "version": server.version}).status_code == 302
    assert MailServer.objects.get().password == server.password
    stale = client.post("/settings/channels/mail/", {**values, "password": "", "version": server.version})
    assert stale.status_code == 422 and "刚被别人改过" in text(stale)


def test_a_password_does_not_follow_to_another_server(boss, sink):
    client = browser(boss)
    values = {"host": "127.0.0.1", "port": sink.port, "security": "none", "login": "crm", "password": SECRET}
    values |= {"sender": "crm@example.cn", "site": "https://crm.example.cn", "active": "on"}
    client.post("/settings/channels/mail/", values)
    answer = client.post("/settings/channels/mail/", {**values, "host": "evil.example.com", "password": "", "version": 1})
    assert answer.status_code == 422 and "密码要重新填" in text(answer)


def test_trying_the_mail_server_tells_what_it_says(boss, mail_server, sink):
    client = browser(boss)
    assert client.post("/settings/channels/mail/try/", {"to": "fang@example.cn"}).status_code == 302
    sink.answer = "550 blocked"
    refused = client.post("/settings/channels/mail/try/", {"to": "fang@example.cn"})
    assert refused.status_code == 422 and "550 blocked" in text(refused)
    assert len(sink.mails) == 1


def test_robots(boss, chat):
    client = browser(boss)
    address = chat.url(f"/cgi-bin/webhook/send?key={SECRET}")
    half = client.post("/settings/channels/robots/add/", {"name": "群", "sort": "wecom", "address": chat.url("/x"), "kinds": ["test.both"]})
    assert half.status_code == 422 and "key=" in text(half)
    inside = {"name": "群", "sort": "wecom", "address": "http://10.0.0.8/x?key=1", "kinds": ["test.both"]}
    assert "在内网" in text(client.post("/settings/channels/robots/add/", inside))
    made = client.post("/settings/channels/robots/add/", {"name": "群", "sort": "wecom", "address": address, "kinds": ["test.both"], "active": "on"})
    assert made.status_code == 302
    robot = Robot.objects.get()
    for path in ("/settings/channels/", f"/settings/channels/robots/{robot.pk}/", f"/history/channel/{robot.pk}/"):
        assert SECRET not in client.get(path).content.decode()
    assert "已发到群里" in text(client.post(f"/settings/channels/robots/{robot.pk}/try/", follow=True))
    chat.answer = {"errcode": 93000, "errmsg": "invalid"}
    assert "93000" in text(client.post(f"/settings/channels/robots/{robot.pk}/try/", follow=True))
    client.post(f"/settings/channels/robots/{robot.pk}/", {"name": "销售群", "kinds": ["test.urgent"], "version": 1})
    robot.refresh_from_db()
    assert (robot.name, robot.kinds, robot.active) == ("销售群", ["test.urgent"], False)
    client.post(f"/settings/channels/robots/{robot.pk}/remove/")
    assert not Robot.objects.exists()


def test_the_log_shows_why_and_sends_again(boss, anna, mail_server, django_assert_max_num_queries):
    for n in range(12):
        notify("test.both", accounts=[anna.pk, boss.pk], title=f"第 {n} 条", key=f"k{n}")
    Delivery.objects.update(state="failed", error="550 no such user")
    client = browser(boss)
    with django_assert_max_num_queries(9):
        page = client.get("/settings/deliveries/?view=lost")
    assert "550 no such user" in text(page)
    assert "近 7 天有 24 条没发出去" in text(client.get("/settings/channels/"))
    first = Delivery.objects.first()
    assert "重发" in text(client.get(f"/settings/deliveries/{first.pk}/"))
    client.post(f"/settings/deliveries/{first.pk}/resend/")
    first.refresh_from_db()
    assert (first.state, first.attempts, first.error) == ("waiting", 0, "")


def test_a_failed_job_is_told_to_the_administrator_and_its_starter(boss, anna):
    @jobs.task("test.breaks")
    def breaks(progress):
        raise RuntimeError

    from guike.organisation.selectors import viewer_for

    run = jobs.start("test.breaks", "数数", actor=viewer_for(anna))
    jobs.run_now(run)
    assert set(Notice.objects.values_list("account__login", "title")) == {("a1", "后台任务出错：数数"), ("adm", "后台任务出错：数数")}
    jobs.run_now(run)
    assert Notice.objects.count() == 2


def test_nobody_else_sees_channels_or_log(anna):
    client = browser(anna)
    for path in ("/settings/channels/", "/settings/channels/mail/", "/settings/channels/robots/add/", "/settings/deliveries/"):
        assert client.get(path).status_code == 403
    assert services.forget_old(actor=SYSTEM) == 0
