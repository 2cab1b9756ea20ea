"""The certificate's end is seen in time by monitoring and on the page (PLT-11)."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import Client

from guike.platform import clock
from guike.platform.operations import health, rules
from guike.platform.operations.rules import State

pytestmark = pytest.mark.django_db


def certificate(days: float) -> bytes:
    """One that ends in so many days."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "crm.example.com")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=400)).not_valid_after(clock.now() + timedelta(days=days))
    )  # fmt: skip
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(("days", "state", "said"), [(90, State.OK, "还有 89 天到期"), (20, State.WARNING, "还有 19 天到期"), (-1, State.FAILED, "已过期")])
def test_a_certificate_that_ends_soon_or_has_ended(settings, tmp_path, days, state, said):
    settings.TLS_CERTIFICATE = str(tmp_path / "fullchain.pem")
    (tmp_path / "fullchain.pem").write_bytes(certificate(days) + certificate(4000))  # the chain's longest-lived does not count
    [part] = health._certificate()
    assert part.state == state and said in part.text
    assert f"guike_certificate_expires_seconds {'-' if days < 0 else ''}" in Client().get("/metrics", headers={"host": "localhost"}).content.decode()
    told = {one["code"]: one["state"] for one in Client().get("/readyz").json()["parts"]}
    assert told["certificate"] == state.name.lower()


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_one_that_cannot_be_read_is_to_be_looked_at(settings, tmp_path, content):
    settings.TLS_CERTIFICATE = str(tmp_path / "fullchain.pem")
    if content:
        (tmp_path / "fullchain.pem").write_bytes(content)
    [part] = health._certificate()
    assert part.state == State.WARNING and "读不了" in part.text
    assert "guike_certificate" not in Client().get("/metrics", headers={"host": "localhost"}).content.decode()


def test_where_none_is_named_nothing_is_said(settings):
    settings.TLS_CERTIFICATE = ""
    assert health._certificate() == []


def test_the_moment_of_its_end_counts_as_ended():
    assert rules.certificate(timedelta(0)) == State.FAILED
    assert rules.certificate(timedelta(days=21)) == State.OK
