"""Licences: dates, renewal, what runs out, who may (CUS-13)."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404

from guike.customers import rules, selectors, services
from guike.customers.models import Certificate
from guike.platform import clock
from guike.platform.errors import Forbidden, Refused, Stale

TODAY = date(2026, 11, 25)
LICENCE = {"kind": "business_licence", "number": "91330303MA2"}


@pytest.mark.parametrize(
    ("expires_on", "state"),
    [
        (None, "valid"),
        (TODAY + timedelta(days=31), "valid"),
        (TODAY + timedelta(days=30), "soon"),
        (TODAY, "soon"),
        (TODAY - timedelta(days=1), "expired"),
    ],
)
def test_a_licence_counts_to_the_end_of_its_last_day(expires_on, state):
    assert rules.certificate_state(expires_on, TODAY) == state


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "fault"),
    [
        (None, None, ""),
        (TODAY, TODAY, ""),
        (TODAY + timedelta(days=1), None, "issued_later"),
        (TODAY, TODAY - timedelta(days=1), "ends_before_issue"),
        (None, TODAY - timedelta(days=400), ""),
    ],
)
def test_dates_that_cannot_be(issued_on, expires_on, fault):
    assert rules.certificate_fault(issued_on, expires_on, TODAY) == fault


def test_a_licence_is_noted_with_its_scan(customer, owner):
    scan = SimpleUploadedFile("licence.pdf", b"%PDF-1.4", content_type="application/pdf")
    made = services.add_certificate(customer.pk, LICENCE, scan=scan, actor=owner)
    assert (made.noted_by_id, made.scan.name, made.scan.subject_id) == (owner.person_id, "licence.pdf", customer.pk)
    assert [one.pk for one in selectors.certificates(owner, customer.pk)] == [made.pk]


def test_the_same_licence_is_not_noted_twice(customer, owner):
    services.add_certificate(customer.pk, LICENCE, actor=owner)
    with pytest.raises(Refused, match="已登记过 营业执照 91330303MA2"):
        services.add_certificate(customer.pk, LICENCE, actor=owner)
    assert Certificate.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(customer=customer, **LICENCE)


def test_a_renewal_takes_the_old_ones_place_and_keeps_it(customer, owner):
    old = services.add_certificate(customer.pk, {**LICENCE, "expires_on": clock.today() + timedelta(days=5)}, actor=owner)
    with pytest.raises(Refused, match="晚于旧证"):
        services.renew_certificate(customer.pk, old.pk, {**LICENCE, "expires_on": clock.today()}, actor=owner)
    new = services.renew_certificate(customer.pk, old.pk, {**LICENCE, "expires_on": clock.today() + timedelta(days=400)}, actor=owner)
    assert [one.pk for one in selectors.certificates(owner, customer.pk)] == [new.pk]
    old.refresh_from_db()
    assert (old.ended_on, new.renews_id) == (clock.today(), old.pk)


def test_a_stale_licence_is_not_overwritten(customer, owner):
    made = services.add_certificate(customer.pk, LICENCE, actor=owner)
    services.change_certificate(customer.pk, made.pk, {**LICENCE, "scope": "阀门"}, version=1, actor=owner)
    with pytest.raises(Stale):
        services.change_certificate(customer.pk, made.pk, {**LICENCE, "scope": "泵"}, version=1, actor=owner)
    assert Certificate.objects.get().scope == "阀门"


def test_an_ended_licence_cannot_be_ended_again(customer, owner):
    made = services.add_certificate(customer.pk, LICENCE, actor=owner)
    services.end_certificate(customer.pk, made.pk, actor=owner)
    with pytest.raises(Http404):
        services.end_certificate(customer.pk, made.pk, actor=owner)


def test_strangers_and_readers_note_nothing(customer, outsider, service):
    for viewer, refusal in ((outsider, Http404), (service, Forbidden)):
        with pytest.raises(refusal):
            services.add_certificate(customer.pk, LICENCE, actor=viewer)
    assert not Certificate.objects.exists()
    assert not selectors.certificates_for(outsider).exists()


def test_the_list_shows_what_runs_out_first(customer, owner, as_viewer):
    services.add_certificate(customer.pk, {**LICENCE, "expires_on": clock.today() + timedelta(days=8)}, actor=owner)
    services.add_certificate(customer.pk, {"kind": "gsp", "expires_on": clock.today() - timedelta(days=3)}, actor=owner)
    soon = as_viewer(owner).get("/customers/certificates/").content.decode()
    assert "还剩 8 天" in soon
    assert "已过期 3 天" not in soon
    assert "已过期 3 天" in as_viewer(owner).get("/customers/certificates/?view=expired").content.decode()


def test_the_file_offers_renewal_and_the_form_keeps_what_stays(customer, owner, as_viewer):
    made = services.add_certificate(customer.pk, {**LICENCE, "issued_by": "龙湾区市场监管局"}, actor=owner)
    client = as_viewer(owner)
    page = client.get(f"/customers/{customer.pk}/?tab=file").content.decode()
    assert "长期有效" in page
    assert f"/customers/{customer.pk}/certificates/{made.pk}/renew/" in page
    form = client.get(f"/customers/{customer.pk}/certificates/{made.pk}/renew/").content.decode()
    assert "龙湾区市场监管局" in form
    assert f'value="{LICENCE["number"]}"' not in form
    answer = client.post(f"/customers/{customer.pk}/certificates/add/", {"kind": "gmp", "issued_on": "2099-01-01", "version": "1"})
    assert answer.status_code == 422
    assert "在今天之后" in answer.content.decode()
