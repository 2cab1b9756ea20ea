"""Pushes: written with the fact, signed, in order, tried again, under the owner's rights; never into our own network (PLT-07)."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.db import transaction
from django.test import Client, override_settings
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from guike.customers import services as customers
from guike.organisation.models import Account, Person
from guike.organisation.selectors import viewer_for
from guike.platform import clock, outgoing
from guike.platform.access import SYSTEM
from guike.platform.api.tests.calling import Caller
from guike.platform.errors import Refused
from guike.platform.notifications.models import Notice
from guike.platform.webhooks import rules, sending, services
from guike.platform.webhooks.models import Fact, Push, Webhook

pytestmark = pytest.mark.django_db


class Receiver:
    """A server that keeps what it is sent and answers as told."""

    def __init__(self):
        self.got, self.answers, outer = [], [], self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.got.append((dict(self.headers), body))
                status, headers = outer.answers.pop(0) if outer.answers else (200, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"thanks")

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"

    def bodies(self):
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver():
    found = Receiver()
    with override_settings(NOTIFY_HOSTS=[f"127.0.0.1:{found.server.server_port}"]):
        yield found
    found.server.shutdown()


def somebody(number="P1", role="clerk"):
    person = Person.objects.create(number=number, name="何静")
    account = Account.objects.create(login=number.lower(), person=person, roles=[role], must_change_password=False)
    return viewer_for(account)


@pytest.fixture
def clerk():
    return somebody()


EVERY = ["customer.created", "customer.changed", "customer.transferred", "customer.merged"]


@pytest.fixture
def hook(receiver, clerk):
    made, secret = services.add_webhook("ERP", receiver.address, EVERY, actor=clerk)
    made.text = secret
    return made


def customer(name="温州瓯泰阀门有限公司", **values):
    return customers.add_customer({"name": name, **values}, actor=SYSTEM)


def test_signed_as_the_standard_says_and_refused_when_altered(hook, receiver):
    made = customer(phone="13800138000")
    assert sending.turn(hook.pk) == 1
    headers, body = receiver.got[0]
    told = Verifier(hook.text).verify(body, {name.lower(): value for name, value in headers.items()})
    assert (told["type"], told["data"]["id"], told["data"]["record"]["name"]) == ("customer.created", made.pk, made.name)
    with pytest.raises(WebhookVerificationError):
        Verifier(hook.text).verify(body.replace("瓯泰", "瓯太"), {name.lower(): value for name, value in headers.items()})
    assert Push.objects.get().state == "delivered"


def test_what_was_rolled_back_is_not_told(hook, receiver):
    with transaction.atomic():
        customer()
        transaction.set_rollback(True)
    assert not Fact.objects.exists() and sending.turn(hook.pk) == 0


def test_nobody_subscribed_nothing_is_written():
    customer()
    assert not Fact.objects.exists()


def test_two_keys_sign_while_one_follows_the_other(hook, receiver, clerk):
    _webhook, new = services.rotate_secret(hook.pk, actor=clerk)
    customer()
    sending.turn(hook.pk)
    headers, body = receiver.got[0]
    for secret in (hook.text, new):
        Verifier(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=True):
        customer("乙")
        sending.turn(hook.pk)
        headers, body = receiver.got[1]
        Verifier(new).verify(body, {name.lower(): value for name, value in headers.items()})
        with pytest.raises(WebhookVerificationError):
            Verifier(hook.text).verify(body, {name.lower(): value for name, value in headers.items()})


def test_tried_again_by_the_table_then_given_up(hook, receiver):
    receiver.answers = [(500, {})] * 20
    customer()
    moment, waits = clock.now(), []
    for _ in range(len(rules.BACK_OFF) + 1):
        with time_machine.travel(moment, tick=False):
            assert sending.turn(hook.pk) == 1
            push = Push.objects.get()
            waits.append(push.due_at - moment)
            moment = push.due_at + timedelta(seconds=1)
    assert push.state == "failed" and (push.attempts, push.status, push.answer) == (10, 500, "thanks")
    for wait, least in zip(waits, rules.BACK_OFF, strict=False):
        assert least <= wait <= least * 1.2
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1


def test_facts_of_one_record_keep_their_order_others_go_ahead(hook, receiver):
    first = customer("甲")
    customers.change_customer(first.pk, {"city": "温州市"}, version=1, actor=SYSTEM)
    customer("乙")
    receiver.answers = [(503, {})]
    sending.turn(hook.pk)
    told = [(body["type"], body["data"]["record"]["name"]) for body in receiver.bodies()]
    assert told == [("customer.created", "甲"), ("customer.created", "乙")]  # the change of 甲 waits for its creation
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
        sending.turn(hook.pk)
    assert [body["type"] for body in receiver.bodies()[2:]] == ["customer.created", "customer.changed"]
    assert receiver.bodies()[3]["data"]["fields"] == ["city"]


def test_only_what_the_owner_may_see_at_that_moment(receiver):
    service = somebody("P2", "sales_manager")
    Webhook.objects.create(account_id=service.account_id, name="x", address=receiver.address, kinds=["customer.created"], secret=sealed())
    customer(phone="13800138000", bank_account="6222020200112233")
    hook = Webhook.objects.get()
    sending.turn(hook.pk)
    assert receiver.got == [] and Push.objects.get().state == "skipped"  # not in this manager's departments


def test_veiled_and_hidden_fields(receiver):
    marketing = somebody("P2", "marketing")
    made, _secret = services.add_webhook("x", receiver.address, ["customer.created", "customer.changed"], actor=marketing)
    found = customer(phone="13800138000")
    customers.change_customer(found.pk, {"bank_account": "6222020200112233"}, version=1, actor=SYSTEM)
    Account.objects.filter(pk=marketing.account_id).update(roles=["service"])  # loses the right to bank accounts
    sending.turn(made.pk)
    created, changed = receiver.bodies()
    assert created["data"]["record"]["phone"] == "138****8000"
    assert "bank_account" not in changed["data"]["record"] and changed["data"]["fields"] == []
    assert "6222020200112233" not in str(receiver.got)


def sealed():
    from guike.platform import sealing

    return sealing.seal(services.new_secret())


def test_an_account_that_was_shut_hears_nothing_more(hook, receiver, clerk):
    customer()
    Account.objects.filter(pk=clerk.account_id).update(is_active=False)
    sending.turn(hook.pk)
    assert receiver.got == []


def test_days_of_failure_stop_it_and_its_owner_is_told(hook, receiver, clerk):
    receiver.answers = [(500, {})] * 5
    customer()
    sending.turn(hook.pk)
    Webhook.objects.update(failing_since=clock.now() - timedelta(days=6))
    Push.objects.update(due_at=clock.now() - timedelta(seconds=1))
    sending.turn(hook.pk)
    hook.refresh_from_db()
    assert not hook.active and "5 天" in hook.stopped_why
    assert Notice.objects.get(account=clerk.account_id).kind == "webhook.stopped"
    Push.objects.update(due_at=clock.now() - timedelta(seconds=1))
    assert sending.turn(hook.pk) == 0  # what waits stays
    receiver.answers = []
    services.change_webhook(hook.pk, "ERP", receiver.address, EVERY, active=True, version=hook.version, actor=clerk)
    assert sending.turn(hook.pk) == 1 and Push.objects.get().state == "delivered"


def test_gone_is_gone(hook, receiver):
    receiver.answers = [(410, {})]
    customer()
    sending.turn(hook.pk)
    hook.refresh_from_db()
    assert not hook.active and Push.objects.get().state == "failed"


def test_a_redirect_is_not_followed(hook, receiver):
    receiver.answers = [(302, {"Location": "http://169.254.169.254/latest/meta-data/"})]
    customer()
    sending.turn(hook.pk)
    assert len(receiver.got) == 1 and Push.objects.get().status == 302 and Push.objects.get().state == "waiting"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x",
        "http://localhost/x",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://10.0.0.8/x",
        "http://192.168.1.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/x",
        "http://0x7f000001/x",
        "http://2130706433/x",
        "http://user:secret@93.184.215.14/x",
        "ftp://93.184.215.14/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1/x",
        "http://",
        "x",
    ],
)
def test_never_into_our_own_network(address, clerk):
    assert outgoing.problem(address)
    assert outgoing.post(address, b"{}", {}).status is None
    with pytest.raises(Refused):
        services.add_webhook("x", address, ["customer.created"], actor=clerk)


def test_a_name_that_changes_its_meaning_after_the_check(receiver, monkeypatch):
    """DNS rebinding: looked up as an outside address, connected to an inside one."""
    import socket

    port = receiver.server.server_port
    real = socket.getaddrinfo
    asked = []

    def turning(host, *args, **kwargs):
        if host != "rebind.example":
            return real(host, *args, **kwargs)
        asked.append(host)
        target = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (target, port))]

    monkeypatch.setattr(socket, "getaddrinfo", turning)
    outcome = outgoing.post(f"http://rebind.example:{port}/x", b"{}", {})
    assert len(asked) == 2 and outcome.inside and receiver.got == []


def test_a_worker_cut_off_sends_again_with_the_same_id(hook, receiver):
    customer()
    Push.objects.update(state="sending", started_at=clock.now() - timedelta(minutes=6), attempts=1)
    assert sending.round_of_minute() == 1 and sending.turn(hook.pk) == 1
    Push.objects.update(state="sending", started_at=clock.now())
    assert sending.turn(hook.pk) == 0


def test_resend_by_hand(hook, receiver, clerk):
    customer()
    sending.turn(hook.pk)
    services.resend(Push.objects.get().pk, actor=clerk)
    sending.turn(hook.pk)
    first, second = receiver.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"]


def test_pages(hook, receiver, clerk):
    browser = Client()
    browser.force_login(Account.objects.get(pk=clerk.account_id), backend="guike.organisation.backend.AccountBackend")
    customer()
    receiver.answers = [(500, {})]
    sending.turn(hook.pk)
    shown = browser.get(f"/settings/webhooks/{hook.pk}/").content.decode()
    assert "客户新建" in shown and "thanks" in shown and hook.text not in shown
    assert "ERP" in browser.get("/settings/webhooks/").content.decode()
    made = browser.post(
        "/settings/webhooks/add/", {"name": "网店", "address": receiver.address, "wanted": ["customer.created"], "active": "on"}
    )
    assert "whsec_" in made.content.decode() and made.headers["Cache-Control"] == "no-store"
    assert browser.post(f"/settings/webhooks/{hook.pk}/ping/").status_code == 302 and receiver.bodies()[-1]["type"] == "ping"
    assert "whsec_" in browser.post(f"/settings/webhooks/{hook.pk}/rotate/").content.decode()
    bad = browser.post("/settings/webhooks/add/", {"name": "x", "address": "http://10.0.0.1/", "wanted": ["customer.created"]})
    assert bad.status_code == 422 and "GUIKE_NOTIFY_HOSTS" in bad.content.decode()
    assert browser.post(f"/settings/webhooks/{hook.pk}/remove/").status_code == 302


def test_a_key_subscribes_only_to_what_it_may_read(receiver, clerk):
    narrow = Caller(clerk, "webhooks:write", "products:read")
    asked = {"name": "x", "address": receiver.address, "events": ["customer.created"]}
    refused = narrow.post("/webhooks", asked)
    assert (refused.status_code, refused.json()["scope"]) == (403, "customers:read")
    wide = Caller(clerk)
    made = wide.post("/webhooks", asked)
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    assert "secret" not in wide.get("/webhooks").json()["data"][0]
    at = f"/webhooks/{made.json()['id']}"
    assert wide.put(at, {**asked, "version": 1, "active": False}).json()["active"] is False
    customer()
    assert wide.get(f"{at}/pushes").json()["data"] == []
    assert wide.delete(at).status_code == 204
