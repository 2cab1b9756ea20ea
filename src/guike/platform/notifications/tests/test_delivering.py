"""One delivery leaves the house once: tries, refusals, time-outs, a worker that dies, two workers at once."""

import email
import threading
from email import policy

import pytest
import time_machine
from django.db import connection

from guike.platform import outgoing
from guike.platform.access import SYSTEM
from guike.platform.notifications import services
from guike.platform.notifications.models import Delivery, Robot
from guike.platform.notifications.services import delivering, notify
from guike.platform.notifications.transport import door

from .test_telling import NIGHT, NOON

SECRET = "0f9d-not-to-be-shown"


def go(minutes: float = 3) -> None:
    """Time passes; the minute's round runs, and the worker with it."""
    with time_machine.travel(f"2026-11-24T04:{int(minutes):02d}:00+00:00", tick=False):
        services.round_of_minute()
        for pk in Delivery.objects.filter(state="waiting").values_list("pk", flat=True):
            services.deliver(pk)


def mail(text: str) -> email.message.EmailMessage:
    return email.message_from_bytes(text.encode(), policy=policy.default)  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def waiting(anna, mail_server):
    notify("test.both", accounts=[anna.pk], title="客户「温州瓯泰」转给你", text="电话 13800138000", href="/customers/1/", key="k1")
    return Delivery.objects.get()


@pytest.fixture
def robot(chat, db):
    def make(sort="wecom", path=f"/cgi-bin/webhook/send?key={SECRET}", **more):
        return services.add_robot("销售部群", sort, chat.url(path), kinds=["test.both"], actor=SYSTEM, **more)

    return make


@pytest.mark.django_db
class TestMail:
    def test_what_arrives(self, waiting, sink):
        go()
        taken = mail(sink.mails[0])
        assert taken["Subject"] == "客户「温州瓯泰」转给你" and taken["To"] == "siyuan@example.cn"
        text = taken.get_content()
        assert "https://crm.example.cn/customers/1/" in text and "138****8000" in text and "13800138000" not in text
        assert "/notices/stop/" in taken["List-Unsubscribe"] and taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        waiting.refresh_from_db()
        assert (waiting.state, waiting.attempts, waiting.tries.count()) == ("sent", 1, 1)

    def test_what_happens_together_is_said_together(self, waiting, sink, anna):
        for n in range(2, 31):
            notify("test.both", accounts=[anna.pk], title=f"客户 {n} 转给你", key=f"k{n}", href=f"/customers/{n}/")
        go()
        assert len(sink.mails) == 1
        taken = mail(sink.mails[0])
        assert taken["Subject"] == "试验 30 条" and "还有 10 条" in taken.get_content()
        assert Delivery.objects.filter(state="carried", carried_by=waiting).count() == 29

    def test_refused_for_now_is_tried_again_later(self, waiting, sink):
        sink.answer = "451 try later"
        go(3)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.error) == ("waiting", "451 try later")
        sink.answer = "250 ok"
        go(3)
        assert not sink.mails  # not before its time
        go(5)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.error, waiting.attempts, len(sink.mails)) == ("sent", "", 2, 1)

    def test_refused_for_good_is_not_tried_again_and_can_be_resent(self, waiting, sink):
        sink.answer = "550 no such user"
        go()
        go(30)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.error, waiting.attempts) == ("failed", "550 no such user", 1)
        sink.answer = "250 ok"
        services.resend(waiting.pk, actor=SYSTEM)
        go(31)
        waiting.refresh_from_db()
        assert waiting.state == "sent"

    def test_gives_up_after_the_last_try(self, waiting, sink):
        sink.answer = "451 try later"
        for day in range(25, 33):
            with time_machine.travel(f"2026-{'11' if day < 31 else '12'}-{day if day < 31 else day - 30:02d}T04:00:00+00:00", tick=False):
                services.deliver(waiting.pk)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.attempts, waiting.tries.count()) == ("failed", 6, 6)

    def test_nobody_there(self, waiting, mail_server, sink):
        mail_server.port = 1
        mail_server.save()
        go()
        waiting.refresh_from_db()
        assert (waiting.state, waiting.error) == ("waiting", "连不上 127.0.0.1:1")

    def test_unsubscribed_meanwhile(self, waiting, sink, anna):
        services.refuse_mail(anna.pk, "test.both", actor=SYSTEM)
        go()
        waiting.refresh_from_db()
        assert (waiting.state, len(sink.mails)) == ("skipped", 0)

    def test_a_worker_killed_in_between_sends_nothing_twice(self, waiting, sink, monkeypatch):
        """Killed after the mail server took it, before that was written: nobody may send it again, and the administrator sees it."""

        def killed(*_):
            raise SystemExit

        monkeypatch.setattr(delivering, "_settle", killed)
        with pytest.raises(SystemExit):
            go()
        monkeypatch.undo()
        assert len(sink.mails) == 1
        go(20)
        waiting.refresh_from_db()
        assert (waiting.state, len(sink.mails)) == ("unclear", 1)
        assert "不知道是否送达" in waiting.error
        # negative control: without the mark that sending had begun, it would have gone out a second time
        Delivery.objects.update(state="waiting")
        go(30)
        assert len(sink.mails) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(waiting, sink):
    def work():
        try:
            start.wait()
            services.deliver(waiting.pk)
        finally:
            connection.close()

    with time_machine.travel("2026-11-24T04:05:00+00:00", tick=False):
        start = threading.Barrier(8)
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(sink.mails) == 1


@pytest.mark.django_db
class TestRobots:
    @pytest.mark.parametrize(
        ("sort", "path", "content"),
        [
            ("wecom", f"/cgi-bin/webhook/send?key={SECRET}", lambda body: body["text"]["content"]),
            ("dingtalk", f"/robot/send?access_token={SECRET}", lambda body: body["text"]["content"]),
            ("feishu", f"/open-apis/bot/v2/hook/{SECRET}", lambda body: body["content"]["text"]),
            ("webhook", f"/in?token={SECRET}", lambda body: f"{body['title']}\n{body['message']}"),
        ],
    )
    def test_each_gets_what_it_understands(self, anna, chat, robot, sort, path, content):
        robot(sort, path, secret="SEC1" if sort == "dingtalk" else "")
        notify("test.both", accounts=[anna.pk], title="客户「{瓯泰}」转给你", text="电话 13800138000", key="k1")
        go()
        asked, headers, body = chat.posts[0]
        assert asked.startswith(path.split("?")[0]) and SECRET in asked
        assert content(body) == "陈思远：客户「{瓯泰}」转给你\n电话 138****8000"
        assert ("sign=" in asked) == (sort == "dingtalk")
        assert ("Webhook-Id" in headers) == (sort == "webhook")
        assert Delivery.objects.get().state == "sent"

    @pytest.mark.parametrize(
        ("answer", "status", "state", "words"),
        [
            ({"errcode": 93000, "errmsg": "invalid webhook url"}, 200, "failed", "93000 机器人地址不对"),
            ({"errcode": 45009, "errmsg": "api freq out of limit"}, 200, "waiting", "45009 api freq"),
            ({"errcode": 310000, "errmsg": "sign not match"}, 200, "failed", "310000 被钉钉的安全设置挡住"),
            ({"code": 19001, "msg": "param invalid"}, 200, "failed", "19001"),
            ("<html>hello</html>", 200, "failed", "看不懂"),
            ("", 502, "waiting", "HTTP 502"),
            ("", 404, "failed", "HTTP 404"),
        ],
    )
    def test_refusals_said_with_200_are_refusals(self, anna, chat, robot, answer, status, state, words):
        robot()
        chat.answer, chat.status = answer, status
        notify("test.both", accounts=[anna.pk], title="x", key="k1")
        go()
        found = Delivery.objects.get()
        assert found.state == state and words in found.error
        assert SECRET not in found.error

    def test_no_answer_is_unclear_for_a_group_and_tried_again_for_a_webhook(self, anna, chat, robot, monkeypatch):
        monkeypatch.setattr(outgoing, "SECONDS", (1, 0.2))
        chat.seconds = 1
        robot()
        robot("webhook", "/in")
        notify("test.both", accounts=[anna.pk], title="x", key="k1")
        go()
        assert dict(Delivery.objects.values_list("robot__sort", "state")) == {"wecom": "unclear", "webhook": "waiting"}
        chat.seconds = 0
        go(30)
        ids = [headers["Webhook-Id"] for path, headers, _body in chat.posts if path == "/in"]
        assert len(ids) == 2 and len(set(ids)) == 1  # the receiver can tell the repetition
        assert sum(path.startswith("/cgi-bin") for path, *_ in chat.posts) == 1

    def test_only_its_kinds_and_people(self, anna, boss, chat, robot):
        robot(people=[boss.person_id])
        notify("test.both", accounts=[anna.pk], title="x", key="k1")
        notify("test.urgent", accounts=[boss.pk], title="x", key="k2")
        assert not Delivery.objects.exists()
        notify("test.both", accounts=[anna.pk, boss.pk], title="x", key="k3")
        assert Delivery.objects.get().title == "方正：x"

    def test_at_night_the_group_is_left_alone(self, anna, chat, robot):
        robot()
        with time_machine.travel(NIGHT, tick=False):
            notify("test.both", accounts=[anna.pk], title="x", key="k1")
        assert Delivery.objects.get().due_at.isoformat() == "2026-11-25T00:00:00+00:00"


@pytest.mark.django_db
class TestDoor:
    """Addresses typed in lead outside, or nowhere (08-quality: SSRF)."""

    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1:1/x",
            "http://localhost/x",
            "http://[::1]/x",
            "http://10.0.0.8/x",
            "http://192.168.1.1/x",
            "http://169.254.169.254/latest/meta-data",
            "http://[::ffff:127.0.0.1]/x",
            "http://0.0.0.0/x",
            "http://2130706433/x",
            "file:///etc/passwd",
            "ftp://example.cn/x",
            "//example.cn/x",
            "http://user:pass@example.cn/x",
            "http://127.0.0.1:99999/x",
        ],
    )
    def test_inside_is_refused_when_typed_in(self, address, settings):
        settings.NOTIFY_HOSTS = []
        assert door.problem(address)

    def test_a_named_host_is_allowed_with_its_port_only(self, settings):
        settings.NOTIFY_HOSTS = ["127.0.0.1:8080"]
        assert not door.problem("http://127.0.0.1:8080/x")
        assert door.problem("http://127.0.0.1:8081/x")

    def test_inside_is_refused_when_connecting_whatever_the_name_said_before(self, anna, chat, robot, settings, monkeypatch):
        robot()
        settings.NOTIFY_HOSTS = []
        monkeypatch.setattr(door, "problem", lambda address: "")  # as if the name had pointed outside a moment ago
        notify("test.both", accounts=[anna.pk], title="x", key="k1")
        go()
        found = Delivery.objects.get()
        assert (found.state, chat.posts) == ("failed", []) and "在内网" in found.error

    def test_redirects_are_not_followed(self, anna, chat, robot):
        robot()
        chat.status, chat.location = 302, "/other"
        notify("test.both", accounts=[anna.pk], title="x", key="k1")
        go()
        assert len(chat.posts) == 1 and Delivery.objects.get().error == "对方回 HTTP 302"

    def test_the_address_is_sealed(self, robot):
        kept = robot()
        assert SECRET not in kept.address
        assert SECRET not in str(list(Robot.objects.values()))


@pytest.mark.django_db
class TestDigest:
    def habit(self, account, **more):
        from guike.organisation.selectors import viewer_for

        values = {"quiet_from": "22:00", "quiet_until": "08:00", "workdays": False, "digest": True, "digest_hour": 8, **more}
        services.set_habit(actor=viewer_for(account), **values)

    def test_one_mail_a_day_carries_what_was_held_back(self, anna, mail_server, sink):
        self.habit(anna)
        for n in range(3):
            notify("test.both", accounts=[anna.pk], title=f"客户 {n} 转给你", href=f"/customers/{n}/", key=f"k{n}")
        assert set(Delivery.objects.values_list("state", flat=True)) == {"held"}
        assert [services.send_digests(), services.send_digests()] == [1, 0]
        go()
        assert len(sink.mails) == 1
        taken = mail(sink.mails[0])
        assert taken["Subject"] == "11 月 24 日：消息 3 条"
        assert "客户 2 转给你" in taken.get_content() and "https://crm.example.cn/customers/2/" in taken.get_content()
        assert Delivery.objects.filter(state="carried").count() == 3

    def test_urgent_goes_by_itself(self, anna, mail_server, sink):
        self.habit(anna)
        notify("test.urgent", accounts=[anna.pk], title="急", key="k")
        go()
        assert len(sink.mails) == 1

    def test_not_before_its_hour_and_not_when_there_is_nothing(self, anna, mail_server, sink):
        self.habit(anna, digest_hour=13)
        assert services.send_digests() == 0
        self.habit(anna, digest_hour=12)
        services.send_digests()
        go()
        assert (Delivery.objects.get().state, sink.mails) == ("skipped", [])
