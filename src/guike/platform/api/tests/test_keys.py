"""Keys: shown once, found by their start, dead with their owner; limited by scope, address and rate (PLT-07)."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings

from guike.organisation.models import Account, Person
from guike.organisation.selectors import viewer_for
from guike.platform import clock, history
from guike.platform.api import keys
from guike.platform.api.models import ApiKey, KeyUse
from guike.platform.api.tests.calling import Caller
from guike.platform.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


def somebody(number="P1", role="clerk"):
    person = Person.objects.create(number=number, name="何静")
    return Account.objects.create(login=number.lower(), person=person, roles=[role], must_change_password=False)


@pytest.fixture
def account():
    return somebody()


@pytest.fixture
def erp(account):
    return Caller(viewer_for(account))


def test_the_text_is_kept_nowhere_and_the_key_is_found_by_it(account):
    key, text = keys.make_key("ERP", ["customers:read"], actor=viewer_for(account))
    assert text.startswith(key.prefix) and len(text) > 45
    assert text not in str(list(ApiKey.objects.values())) + str(list(history.event_model(ApiKey)._default_manager.values()))
    assert keys.found(text) == key
    assert keys.found(text[:-1] + ("a" if text[-1] != "a" else "b")) is None
    assert keys.found(key.prefix) is None


@pytest.mark.parametrize("end", ["revoked", "expired", "shut", "left"])
def test_dead_at_the_next_call(erp, account, end):
    assert erp.get("/customers").status_code == 200
    if end == "revoked":
        keys.revoke_key(erp.key.pk, actor=viewer_for(account))
    elif end == "expired":
        ApiKey.objects.filter(pk=erp.key.pk).update(expires_on=clock.today() - timedelta(days=1))
    elif end == "shut":
        Account.objects.filter(pk=account.pk).update(is_active=False)
    else:
        Person.objects.filter(pk=account.person_id).update(active=False)
    refused = erp.get("/customers")
    assert (refused.status_code, refused.json()["code"]) == (401, "key")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_right_taken_from_the_owner_is_taken_from_the_key(erp, account):
    Account.objects.filter(pk=account.pk).update(roles=["warehouse"])
    refused = erp.post("/customers", {"name": "甲"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_a_key_does_only_what_its_scopes_say(account):
    reader = Caller(viewer_for(account), "customers:read")
    assert reader.get("/customers").status_code == 200
    refused = reader.post("/customers", {"name": "甲"})
    assert (refused.status_code, refused.json()["code"], refused.json()["scope"]) == (403, "scope", "customers:write")
    assert reader.get("/products").status_code == 403


def test_writing_includes_reading(account):
    assert Caller(viewer_for(account), "customers:write").get("/customers").status_code == 200


def test_from_other_places_refused(account):
    far = Caller(viewer_for(account), addresses=["203.0.113.0/24"])
    assert far.get("/customers").json()["code"] == "address"
    near = Caller(viewer_for(account), addresses=["203.0.113.7", "127.0.0.0/8"])
    assert near.get("/customers").status_code == 200


def test_the_rate_is_kept_in_the_database_and_refills(account):
    with override_settings(API_PER_MINUTE=12):  # three at once, then one every five seconds
        erp = Caller(viewer_for(account))
        assert [erp.get("/customers").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert erp.get("/customers").headers["Retry-After"]
        KeyUse.objects.filter(key=erp.key).update(refilled_at=clock.now() - timedelta(seconds=6))
        assert [erp.get("/customers").status_code for _ in range(2)] == [200, 429]


def test_use_is_noted(erp):
    erp.get("/customers")
    use = KeyUse.objects.get(key=erp.key)
    assert (use.calls, use.last_address) == (1, "127.0.0.1") and use.last_at is not None


def test_a_cookie_opens_nothing_and_needs_no_token(account):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(account, backend="guike.organisation.backend.AccountBackend")
    assert browser.get("/api/v1/customers").status_code == 401
    assert browser.post("/api/v1/customers", "{}", content_type="application/json").status_code == 401


def test_refusals_speak_the_callers_language(erp):
    assert erp.get("/customers/999999").json()["code"] == "not_found"
    assert erp.get("/customers/999999", Accept_Language="en").json()["detail"] != erp.get("/customers/999999").json()["detail"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "json"),
        ('{"name": NaN}', "application/json", 400, "json"),
        ("[" * 100_000, "application/json", 400, "json"),
        ('{"name": "a\\u0000b"}', "application/json", 422, "characters"),
        ('{"name": "\\ud800"}', "application/json", 422, "characters"),
        ("name=x", "application/x-www-form-urlencoded", 415, "media_type"),
        ("[]", "application/json", 422, "invalid"),
        ('{"name": 5}', "application/json", 422, "invalid"),
    ],
)
def test_bodies_that_are_none(erp, body, kind, status, code):
    answer = erp.client.post("/api/v1/customers", body, content_type=kind, headers={"Authorization": f"Bearer {erp.text}"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_addresses_and_methods_that_are_none(erp):
    assert (erp.get("/nothing").status_code, erp.get("/nothing").headers["Content-Type"]) == (404, "application/problem+json")
    wrong = erp.delete("/customers")
    assert wrong.status_code == 405 and set(wrong.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_too_large(erp):
    answer = erp.client.post(
        "/api/v1/customers", b"x" * (6 * 2**20), content_type="application/json", headers={"Authorization": f"Bearer {erp.text}"}
    )
    assert answer.status_code == 413


def test_only_the_owner_widens_a_key_and_the_administrator_ends_it(account):
    key, _text = keys.make_key("ERP", ["customers:read"], actor=viewer_for(account))
    administrator = viewer_for(somebody("P2", "administrator"))
    wider = ["customers:read", "customers:write"]
    with pytest.raises(Refused, match="收窄"):
        keys.change_key(key.pk, "ERP", wider, version=1, actor=administrator)
    assert keys.change_key(key.pk, "ERP", wider, version=1, actor=viewer_for(account)).scopes == wider
    assert keys.revoke_key(key.pk, actor=administrator).revoked_at
    with pytest.raises(Refused, match="已停用"):
        keys.change_key(key.pk, "ERP", wider, version=3, actor=viewer_for(account))


def test_pages(account):
    browser = Client()
    browser.force_login(account, backend="guike.organisation.backend.AccountBackend")
    made = browser.post(
        "/settings/api-keys/add/", {"name": "ERP 同步", "scopes": ["customers:read", "products:read"], "addresses": "203.0.113.7"}
    )
    text = made.content.decode()
    key = ApiKey.objects.get()
    assert key.prefix in text and made.headers["Cache-Control"] == "no-store"
    shown = browser.get("/settings/api-keys/").content.decode()
    assert "ERP 同步" in shown and "客户 · 读" in shown and key.digest not in shown
    changed = browser.post(f"/settings/api-keys/{key.pk}/", {"name": "ERP", "scopes": ["customers:read"], "addresses": "", "version": 1})
    assert changed.status_code == 302 and ApiKey.objects.get().scopes == ["customers:read"]
    browser.post(f"/settings/api-keys/{key.pk}/revoke/")
    assert ApiKey.objects.get().revoked_at
    for address in ("/api/", "/api/help/customers/", "/api/help/sales/"):
        page = browser.get(address)
        assert page.status_code == 200 and "/api/v1/" in page.content.decode() and len(page.content) < 150_000


def test_other_peoples_keys_are_out_of_sight(account):
    key, _text = keys.make_key("ERP", ["customers:read"], actor=viewer_for(account))
    browser = Client()
    browser.force_login(somebody("P2", "clerk"), backend="guike.organisation.backend.AccountBackend")
    assert browser.get(f"/settings/api-keys/{key.pk}/").status_code == 404
    assert browser.get(f"/history/api_key/{key.pk}/").status_code == 404
    with pytest.raises(Forbidden):
        keys.make_key("x", ["customers:read"], actor=viewer_for(somebody("P3", "nobody")))
