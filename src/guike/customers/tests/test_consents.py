"""What a contact agreed to and took back: noted once, the newest day counts, no number goes out afterwards."""

import io
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from python_calamine import CalamineWorkbook

from guike.customers import services
from guike.customers.models import Consent, Contact, Customer
from guike.organisation.models import Account
from guike.platform import clock, numbering
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused
from guike.platform.exports.services import export_kind
from guike.platform.imports.services import kind_named


@pytest.fixture
def contact(company) -> Contact:
    firm = Customer.objects.create(
        number=numbering.take("customer"), name="温州瓯泰阀门有限公司", owner=company.seller, department=company.south
    )
    return Contact.objects.create(customer=firm, name="林海峰", phone="13800138000")


@pytest.fixture
def as_(client, company):
    def sign(name: str, *roles: str):
        person = getattr(company, name)
        client.force_login(Account.objects.filter(person=person).first() or company.account(person, name, roles))
        return client

    return sign


def said(contact: Contact, given: bool, on: date, purpose: str = "marketing") -> str:
    """The present word about marketing after this one was noted."""
    services.note_consent(contact.pk, purpose, given=given, on=on, source="call", actor=SYSTEM)
    return Contact.objects.get(pk=contact.pk).marketing


@pytest.mark.django_db
def test_the_newest_day_counts_and_of_one_day_the_last_word(contact):
    assert contact.marketing == ""
    assert said(contact, True, date(2026, 3, 1)) == "given"
    assert said(contact, False, date(2026, 5, 1)) == "withdrawn"
    assert said(contact, True, date(2026, 4, 1)) == "withdrawn"  # written down late
    assert said(contact, True, date(2026, 5, 1)) == "given"
    assert said(contact, False, date(2026, 6, 1), "care") == "given"  # another purpose
    assert Consent.objects.count() == 5


@pytest.mark.django_db
def test_a_day_in_the_future_is_refused_and_nothing_noted_is_changed(contact):
    with pytest.raises(Refused, match="在今天之后"):
        said(contact, True, clock.today() + timedelta(days=1))
    said(contact, True, clock.today())
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(given=False)


def test_noted_at_the_contact_and_shown_there(as_, contact):
    seller = as_("seller")
    address = f"/customers/contacts/{contact.pk}/consents/"
    assert address in seller.get(f"/customers/contacts/{contact.pk}/edit/").content.decode()
    given = {"purpose": "marketing", "given": "no", "on": "2026-11-01", "source": "call", "note": "说别再发了"}
    assert seller.post(address, given).status_code == 302
    assert "说别再发了" in seller.get(address).content.decode()
    assert "不发营销" in seller.get(f"/customers/{contact.customer_id}/?tab=contacts").content.decode()
    assert Consent.objects.get().noted_by.name == "陈思远"


def test_others_neither_see_nor_note(as_, contact):
    address = f"/customers/contacts/{contact.pk}/consents/"
    given = {"purpose": "marketing", "given": "no", "on": "2026-11-01", "source": "call"}
    assert as_("colleague").get(address).status_code == 404
    assert as_("colleague").post(address, given).status_code == 404
    assert as_("accountant").post(address, given).status_code == 403
    assert not Consent.objects.exists()


def exported() -> dict[str, str]:
    """Name → number as the file of contacts says it."""
    target = io.BytesIO()
    export_kind(kind_named("contacts"), "xlsx", target, actor=SYSTEM)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue())).get_sheet_by_index(0).to_python()
    name, phone = rows[0].index("姓名"), rows[0].index("手机")
    return {row[name]: row[phone] for row in rows[1:]}


@pytest.mark.django_db
def test_who_took_it_back_leaves_without_a_number(contact):
    Contact.objects.create(customer=contact.customer, name="郑卫东", phone="13700001111")
    assert exported() == {"林海峰": "13800138000", "郑卫东": "13700001111"}
    said(contact, False, clock.today())
    assert exported() == {"林海峰": "", "郑卫东": "13700001111"}
    said(contact, True, clock.today())
    assert exported()["林海峰"] == "13800138000"
