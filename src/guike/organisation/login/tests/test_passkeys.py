"""Passkeys with an authenticator made of a key and a counter, so that every lie can be told."""

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from struct import pack

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

from guike.organisation import services
from guike.organisation.login.models import Factor, RecoveryCode
from guike.organisation.login.tests.conftest import enter
from guike.organisation.models import LoginRecord

pytestmark = pytest.mark.django_db
HOST = "localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Key:
    """What a device keeps of one passkey."""

    origin: str = "http://localhost"
    counter: int = 0
    verified: bool = True
    owner: bytes = b""
    number: bytes = field(default_factory=lambda: os.urandom(16))
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _said(self, kind: str, options: dict) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, options: dict, flags: int, more: bytes = b"") -> bytes:
        site = options.get("rpId") or options["rp"]["id"]
        return sha256(site.encode()).digest() + pack(">BI", flags | PRESENT | (VERIFIED if self.verified else 0), self.counter) + more

    def make(self, options: dict) -> str:
        self.owner = websafe_decode(options["user"]["id"])
        public = cbor.encode(ES256.from_cryptography_key(self.secret.public_key()))
        data = self._data(options, ATTESTED, bytes(16) + pack(">H", len(self.number)) + self.number + public)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._sent({"clientDataJSON": self._said("webauthn.create", options), "attestationObject": attestation})

    def use(self, options: dict) -> str:
        self.counter += 1 if self.counter else 0
        data, said = self._data(options, 0), self._said("webauthn.get", options)
        signature = self.secret.sign(data + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._sent({"clientDataJSON": said, "authenticatorData": data, "signature": signature, "userHandle": self.owner})

    def _sent(self, response: dict[str, bytes]) -> str:
        number = websafe_encode(self.number)
        told = {name: websafe_encode(value) for name, value in response.items()}
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": told, "clientExtensionResults": {}})


def browser() -> Client:
    return Client(headers={"host": HOST})


def options(client: Client, address: str) -> dict:
    return client.post(address).json()["publicKey"]


def register(client: Client, key: Key, name: str = "办公室电脑"):
    credential = key.make(options(client, "/me/login/passkey/options/"))
    return client.post("/me/login/passkey/", {"name": name, "credential": credential})


def alone(client: Client, key: Key, target: str = "/"):
    """Log in by the passkey alone."""
    return client.post("/login/passkey/", {"credential": key.use(options(client, "/login/passkey/options/")), "next": target})


@pytest.fixture
def key(account) -> Key:
    """A passkey of 陈思远, counter from 1 on."""
    client, made = browser(), Key(counter=1)
    enter(client)
    assert register(client, made).status_code == 200
    return made


def test_the_first_passkey_brings_recovery_codes(account, key):
    factor = Factor.objects.get()
    assert (factor.kind, factor.name, factor.host) == ("passkey", "办公室电脑", HOST)
    assert RecoveryCode.objects.filter(account=account).count() == 10


def test_a_passkey_alone_lets_in_without_login_or_password(account, key):
    client = browser()
    assert alone(client, key, "/settings/calendar/").headers["Location"] == "/settings/calendar/"
    assert client.get("/me/").status_code == 200
    assert LoginRecord.objects.filter(outcome="in", way="passkey").count() == 1


def test_a_passkey_is_the_second_factor_after_a_password(account, key):
    client = browser()
    assert enter(client).headers["Location"] == "/login/factor/"
    wanted = options(client, "/login/factor/options/")
    assert [one["id"] for one in wanted["allowCredentials"]] == [websafe_encode(key.number)]
    assert client.post("/login/factor/", {"credential": key.use(wanted)}).headers["Location"] == "/"
    assert LoginRecord.objects.filter(outcome="in", way="key").count() == 1


def refused(client: Client, answer) -> bool:
    return answer.status_code != 302 and client.get("/me/").status_code == 302


def test_a_challenge_counts_once(account, key):
    client = browser()
    sent = {"credential": key.use(options(client, "/login/passkey/options/"))}
    assert client.post("/login/passkey/", sent).status_code == 302
    other = browser()
    assert refused(other, other.post("/login/passkey/", sent))
    client.post("/logout/")
    assert refused(client, client.post("/login/passkey/", sent))


def test_the_challenge_of_another_purpose_does_not_count(account, key):
    """Signed for the second step, sent as a way in alone."""
    client = browser()
    enter(client)
    answer = client.post("/login/passkey/", {"credential": key.use(options(client, "/login/factor/options/"))})
    assert refused(client, answer)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:9999", "http://evil.localhost", "https://localhost.evil.example"])
def test_what_another_site_had_signed_is_refused(account, key, origin):
    client, key.origin = browser(), origin
    assert refused(client, alone(client, key))


def test_somebody_elses_key_under_this_number_is_refused(account, key):
    client = browser()
    assert refused(client, alone(client, Key(number=key.number, owner=key.owner, counter=5)))


def test_an_unknown_passkey_is_refused(account, key):
    client = browser()
    answer = alone(client, Key(owner=key.owner))
    assert "没有登记" in answer.content.decode()
    assert refused(client, answer)


def test_a_passkey_that_names_another_owner_is_refused(account, key):
    client, key.owner = browser(), b"guike-0"
    assert refused(client, alone(client, key))


def test_alone_the_device_must_have_checked_its_owner(account, key):
    key.verified = False
    client = browser()
    assert refused(client, alone(client, key))
    enter(client)  # after a password, having it is enough
    assert client.post("/login/factor/", {"credential": key.use(options(client, "/login/factor/options/"))}).status_code == 302


def test_a_copied_key_is_noticed_by_its_counter(account, key):
    copy = Key(number=key.number, secret=key.secret, owner=key.owner, counter=key.counter)
    for _turn in range(3):
        assert alone(browser(), key).status_code == 302
    client = browser()
    assert refused(client, alone(client, copy))
    copy.counter = 0
    assert refused(client, alone(client, copy))


def test_a_synced_passkey_that_never_counts_works(account):
    client, synced = browser(), Key(counter=0)
    enter(client)
    register(client, synced)
    assert [alone(browser(), synced).status_code for _turn in range(2)] == [302, 302]


def test_a_passkey_of_a_shut_account_opens_nothing(account, key, admin):
    services.deactivate_account(account.pk, actor=admin)
    client = browser()
    answer = alone(client, key)
    assert "已停用" in answer.content.decode()
    assert refused(client, answer)


def test_one_passkey_belongs_to_one_account(company, account, key):
    company.account(company.colleague, "huangke")
    client = browser()
    enter(client, "huangke")
    assert "已经登记过" in register(client, key).content.decode()


@pytest.mark.parametrize("sent", ["", "{", "[]", "{}", '{"rawId": 5}', '{"rawId": "AAAA", "response": {}}'])
def test_nonsense_is_refused_without_a_crash(account, key, sent):
    client = browser()
    options(client, "/login/passkey/options/")
    assert refused(client, client.post("/login/passkey/", {"credential": sent}))
    enter(client)
    options(client, "/login/factor/options/")
    assert client.post("/login/factor/", {"credential": sent}).status_code in (200, 422)


def test_wrong_passkeys_count_with_the_lock_out(account, key):
    client = browser()
    enter(client)
    wrong = Key(number=key.number, owner=key.owner, counter=9)
    for _turn in range(5):
        answer = client.post("/login/factor/", {"credential": wrong.use(options(client, "/login/factor/options/"))})
    assert "以后再试" in answer.content.decode()


def test_the_last_factor_takes_the_codes_with_it(account, key):
    client = browser()
    alone(client, key)
    page = client.get(f"/me/login/factors/{Factor.objects.get().pk}/remove/").content.decode()
    assert "备用码一起作废" in page
    client.post(f"/me/login/factors/{Factor.objects.get().pk}/remove/")
    assert not RecoveryCode.objects.exists()
    assert enter(browser()).headers["Location"] == "/"


def test_somebody_elses_factor_is_not_removed(company, account, key):
    company.account(company.colleague, "huangke")
    client = browser()
    enter(client, "huangke")
    assert client.post(f"/me/login/factors/{Factor.objects.get().pk}/remove/").status_code == 409
    assert Factor.objects.count() == 1
