"""Against a provider of our own on this machine: the way there and back, and everything that must not be believed."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from guike.organisation.login.models import Identity, IdentityProvider
from guike.organisation.login.services import oidc
from guike.organisation.login.services.provider import save_provider, try_provider, unbind_identity
from guike.organisation.login.tests.conftest import code, enter, give_authenticator
from guike.organisation.models import Account, LoginRecord, Person
from guike.organisation.selectors import viewer_for
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
SECRET = "s3cret-of-the-client"


class Provider:
    """An OpenID provider: what it will answer next can be bent by a test."""

    def __init__(self, address: str):
        self.issuer = address
        self.keys = {"k1": rsa.generate_private_key(65537, 2048)}
        self.kid, self.algorithm = "k1", "RS256"
        self.claims: dict = {"sub": "u-1", "preferred_username": "chensy", "email": "chen@example.cn"}
        self.bent: dict = {}
        self.described: dict = {}
        self.waiting: dict[str, dict] = {}
        self.asked: list[tuple[str, dict]] = []
        self.signing_key: object = None

    def description(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **self.described,
        }

    def jwks(self) -> dict:
        public = {kid: json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) for kid, key in self.keys.items()}
        return {"keys": [{**key, "kid": kid, "use": "sig", "alg": "RS256"} for kid, key in public.items()]}

    def agree(self, address: str) -> dict[str, str]:
        """What the browser brings back when the person agrees at the provider."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        given = hashlib.sha256(f"{time.monotonic_ns()}".encode()).hexdigest()
        self.waiting[given] = asked
        return {"code": given, "state": asked["state"]}

    def token(self, sent: dict[str, str], authorization: str) -> tuple[int, dict]:
        asked = self.waiting.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        client = base64.b64decode(authorization.removeprefix("Basic ")).decode() if authorization else ""
        if asked is None or asked["code_challenge"] != challenge or client != f"guike:{SECRET}":
            return 400, {"error": "invalid_grant"}
        now = int(clock.now().timestamp())
        claims = {"iss": self.issuer, "aud": "guike", "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.claims, **self.bent}
        key = self.signing_key if self.signing_key is not None else self.keys[self.kid]
        return 200, {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": jwt.encode(claims, key, self.algorithm, headers={"kid": self.kid}),
        }


@pytest.fixture(scope="module")
def listening() -> Iterator[Provider]:
    class Answers(BaseHTTPRequestHandler):
        def _send(self, status: int, told: dict) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            told = {"/.well-known/openid-configuration": found.description, "/keys": found.jwks}.get(self.path)
            found.asked.append((self.path, {}))
            self._send(200, told()) if told else self._send(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            found.asked.append((self.path, sent))
            self._send(*found.token(sent, self.headers.get("Authorization", "")))

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(listening, settings) -> Provider:
    cache.clear()
    listening.__init__(listening.issuer)  # type: ignore[misc]
    settings.NOTIFY_HOSTS = [listening.issuer.removeprefix("http://")]
    configure(listening)
    return listening


def configure(found: Provider, **more) -> IdentityProvider:
    values = {
        "active": True,
        "label": "公司账号登录",
        "issuer": found.issuer,
        "client_id": "guike",
        "claim": "preferred_username",
        "match": "login",
    }
    return save_provider(actor=SYSTEM, client_secret=SECRET, **{**values, "unknown": "refuse", "checks_factor": False, **more})


def go(client: Client, provider: Provider, target: str = "/") -> dict[str, str]:
    """To the provider and back: what the browser carries to our callback."""
    return provider.agree(client.get("/login/company/", {"next": target}).headers["Location"])


def come_in(client: Client, provider: Provider, target: str = "/"):
    return client.get("/login/company/back/", go(client, provider, target))


def test_the_way_in(client, account, provider):
    address = client.get("/login/company/").headers["Location"]
    asked = parse_qs(urlsplit(address).query)
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == (["code"], ["S256"], ["openid profile email"])
    assert asked["redirect_uri"] == ["http://testserver/login/company/back/"]
    response = come_in(client, provider, "/settings/calendar/")
    assert response.headers["Location"] == "/settings/calendar/"
    assert client.get("/me/").status_code == 200
    assert Identity.objects.get().subject == "u-1"
    assert LoginRecord.objects.get(outcome="in").way == "oidc"
    assert SECRET not in IdentityProvider.objects.get().client_secret


def test_the_door_offers_it_only_when_it_is_on(client, account, provider):
    assert "公司账号登录" in client.get("/login/").content.decode()
    configure(provider, active=False)
    assert "公司账号登录" not in client.get("/login/").content.decode()
    assert client.get("/login/company/").headers["Location"] == "/login/"


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"},
        {"nonce": ""},
        {"aud": "another"},
        {"aud": ["guike", "another"]},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"sub": None},
    ],
    ids="-".join,
)
def test_a_token_that_does_not_fit_is_not_believed(client, account, provider, bent):
    provider.bent = bent
    if bent.get("sub", "") is None:
        provider.bent = {}
        provider.claims.pop("sub")
    assert "不能信任" in come_in(client, provider).content.decode()
    assert client.get("/me/").status_code == 302
    assert not Identity.objects.exists()


@pytest.mark.parametrize("how", ["none", "shared secret", "another key", "public key as secret"])
def test_a_signature_that_is_none_is_not_believed(client, account, provider, how):
    if how == "none":
        provider.algorithm, provider.signing_key = "none", ""
    elif how == "shared secret":
        provider.algorithm, provider.signing_key = "HS256", SECRET * 2
    elif how == "public key as secret":
        provider.algorithm, provider.signing_key = "HS256", json.dumps(provider.jwks()["keys"][0])
    else:
        provider.signing_key = rsa.generate_private_key(65537, 2048)
    assert "不能信任" in come_in(client, provider).content.decode()
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("state", ["another", ""])
def test_the_answer_belongs_to_what_was_asked(client, account, provider, state):
    answer = {**go(client, provider), "state": state}
    assert "不能信任" in client.get("/login/company/back/", answer).content.decode()
    assert client.get("/me/").status_code == 302


def test_an_answer_counts_once_and_in_its_own_browser(client, account, provider):
    answer = go(client, provider)
    other = Client()
    assert "没有完成" in other.get("/login/company/back/", answer).content.decode()
    assert client.get("/login/company/back/", answer).status_code == 302
    client.post("/logout/")
    assert "没有完成" in client.get("/login/company/back/", answer).content.decode()


def test_a_wrong_answer_uses_the_question_up(client, account, provider):
    answer = go(client, provider)
    client.get("/login/company/back/", {**answer, "state": "guess"})
    assert "没有完成" in client.get("/login/company/back/", answer).content.decode()


def test_an_old_answer_is_refused(client, account, provider, monkeypatch):
    answer = go(client, provider)
    monkeypatch.setattr(oidc, "WAY_LIVES", oidc.WAY_LIVES * 0)
    assert "不能信任" in client.get("/login/company/back/", answer).content.decode()


def test_the_code_is_worth_nothing_without_the_verifier(client, account, provider, monkeypatch):
    answer = go(client, provider)
    provider.waiting[answer["code"]]["code_challenge"] = "of-another-browser"
    assert "不能信任" in client.get("/login/company/back/", answer).content.decode()


def test_a_refusal_at_the_provider_is_told(client, account, provider):
    answer = go(client, provider)
    told = client.get("/login/company/back/", {"state": answer["state"], "error": "access_denied", "error_description": "<b>x</b>"})
    assert "不能信任" in told.content.decode()
    assert "<b>x</b>" not in told.content.decode()


def test_rotated_keys_are_fetched_anew(client, account, provider):
    come_in(client, provider)
    client.post("/logout/")
    provider.keys = {"k2": rsa.generate_private_key(65537, 2048)}
    provider.kid = "k2"
    assert come_in(client, provider).status_code == 302
    client.post("/logout/")
    provider.kid, provider.signing_key = "k9", rsa.generate_private_key(65537, 2048)
    before = len([path for path, _sent in provider.asked if path == "/keys"])
    for _turn in range(3):  # unknown names do not make us hammer the provider
        come_in(client, provider)
    assert len([path for path, _sent in provider.asked if path == "/keys"]) == before


def test_unknown_people_are_refused_and_written_down(client, account, provider):
    provider.claims = {"sub": "u-9", "preferred_username": "somebody"}
    assert "没有对应的人" in come_in(client, provider).content.decode()
    assert client.get("/me/").status_code == 302
    assert LoginRecord.objects.get(outcome="refused").login == "somebody"
    assert Account.objects.count() == 1


def test_after_the_first_time_only_the_subject_counts(client, company, account, provider):
    """A login name given to somebody else at the provider opens nothing here."""
    come_in(client, provider)
    client.post("/logout/")
    provider.claims = {"sub": "u-2", "preferred_username": "chensy"}
    assert "已绑定另一个公司账号" in come_in(client, provider).content.decode()
    provider.claims = {"sub": "u-1", "preferred_username": "renamed"}
    assert come_in(client, provider).status_code == 302
    unbind_identity(account.pk, actor=SYSTEM)
    client.post("/logout/")
    provider.claims = {"sub": "u-2", "preferred_username": "chensy"}
    assert come_in(client, provider).status_code == 302


def test_people_on_the_list_open_their_account_where_that_is_wanted(client, company, provider):
    configure(provider, claim="email", match="email", unknown="open")
    Person.objects.filter(pk=company.seller.pk).update(email="chen@example.cn")
    provider.claims = {"sub": "u-1", "email": "Chen@example.cn"}
    assert come_in(client, provider).status_code == 302
    account = Account.objects.get()
    assert (account.login, account.roles, account.person_id) == ("chen", [], company.seller.pk)
    other = Client()
    provider.claims = {"sub": "u-2", "email": "stranger@example.cn"}
    assert "没有对应的人" in come_in(other, provider).content.decode()
    assert Account.objects.count() == 1


def test_an_address_that_the_provider_did_not_verify_is_none(client, company, account, provider):
    configure(provider, claim="email", match="email")
    Person.objects.filter(pk=company.seller.pk).update(email="chen@example.cn")
    provider.claims = {"sub": "u-1", "email": "chen@example.cn", "email_verified": False}
    assert "没有「email」" in come_in(client, provider).content.decode()


def test_a_shut_account_stays_shut(client, account, provider):
    Account.objects.update(is_active=False)
    assert "已停用" in come_in(client, provider).content.decode()
    assert client.get("/me/").status_code == 302


def test_our_second_factor_is_still_asked_unless_the_provider_checks_it(client, account, provider):
    secret, _codes = give_authenticator(account)
    assert come_in(client, provider, "/settings/calendar/").headers["Location"] == "/login/factor/"
    assert client.get("/me/").status_code == 302
    assert client.post("/login/factor/", {"code": code(secret)}).headers["Location"] == "/settings/calendar/"
    configure(provider, checks_factor=True)
    assert come_in(Client(), provider, "/settings/calendar/").headers["Location"] == "/settings/calendar/"


def test_no_open_redirect_on_the_way(client, account, provider):
    assert come_in(client, provider, "https://evil.example/").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://sso.example.cn", "https://"),
        ("ftp://sso.example.cn", "https://"),
        ("https://user:word@sso.example.cn", "用户名和密码"),
        ("https://127.0.0.1:1", "内网"),
        ("https://169.254.169.254/latest", "内网"),
        ("http://127.0.0.1:1", "内网"),
    ],
)
def test_addresses_inside_or_in_clear_are_refused(provider, address, problem):
    with pytest.raises(Refused, match=problem):
        configure(provider, issuer=address)


def test_a_description_cannot_lead_us_inside(client, account, provider):
    """The provider's own answer names an address in our network: neither asked nor shown to the browser."""
    for name in oidc.ENDPOINTS:
        cache.clear()
        provider.described = {name: "http://169.254.169.254/x"}
        assert "现在用不了" in client.get("/login/company/").content.decode()
    provider.described = {"issuer": "https://evil.example"}
    with pytest.raises(Refused, match="不一样"):
        try_provider(actor=SYSTEM)


def test_another_issuer_does_not_get_the_secret(provider):
    values = {
        "active": True,
        "label": "x",
        "client_id": "guike",
        "claim": "sub",
        "match": "login",
        "unknown": "refuse",
        "checks_factor": False,
    }
    with pytest.raises(Refused, match="密钥要重新填"):
        save_provider(actor=SYSTEM, issuer=provider.issuer + "/other", **values)


def test_the_page_is_the_administrators(client, company, admin, provider):
    enter(client, "admin")
    page = client.get("/settings/login/provider/").content.decode()
    assert "http://testserver/login/company/back/" in page
    assert SECRET not in page
    assert "连得上" in client.get(client.post("/settings/login/provider/try/").headers["Location"]).content.decode()
    with pytest.raises(Forbidden):
        save_provider(actor=viewer_for(company.account(company.manager, "linhai")), issuer="https://x.example", client_id="x")
