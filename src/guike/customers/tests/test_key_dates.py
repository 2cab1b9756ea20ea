"""Important dates: what comes, for whom, and how it is taken along (CUS-09)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from icalendar import Calendar

from guike.contact import services as contact
from guike.customers import rules, selectors, services
from guike.customers.key_date_list import left_of, what_of
from guike.customers.models import Contact, Customer, KeyDate
from guike.engine.metrics.measure import Measuring
from guike.platform import clock

TODAY = clock.today()


def in_days(n: int, years: int = 0) -> date:
    """A day that returns in so many days, so many years ago."""
    day = clock.today() + timedelta(n)
    return date(day.year - years, day.month, min(day.day, 28) if day.month == 2 else day.day)


def shown(viewer):
    return [(one.kind, what_of(one), (one.next_on - clock.today()).days) for one in selectors.key_dates(viewer).order_by("next_on", "pk")]


@pytest.fixture
def dated(customer, owner):
    """林海峰's birthday in 6 days, the agreement 2 years old in 3, the company 11 years in 20, a licence that ends in 9."""
    services.add_contact(customer.pk, {"name": "林海峰", "birthday": in_days(6, 40)}, actor=owner)
    services.change_customer(customer.pk, {"founded_on": in_days(20, 11), "dealer_agreement_on": in_days(3, 2)}, version=1, actor=owner)
    licence = {"kind": "business_licence", "number": "91330303X", "expires_on": clock.today() + timedelta(9)}
    services.add_certificate(customer.pk, licence, actor=owner)
    return customer


def test_they_follow_from_the_file_at_once(dated, owner):
    assert [(kind, days) for kind, _what, days in shown(owner)] == [("agreement", 3), ("birthday", 6), ("certificate", 9), ("founding", 20)]
    assert [what for _kind, what, _days in shown(owner)] == ["经销协议 满 2 周年", "林海峰", "营业执照 91330303X", "满 11 周年"]


def test_what_is_corrected_or_taken_away_follows(dated, owner):
    person = Contact.objects.get()
    services.change_contact(person.pk, {"birthday": in_days(12, 30)}, actor=owner, version=person.version)
    assert ("birthday", "林海峰", 12) in shown(owner)
    services.remove_contact(person.pk, actor=owner)
    version = Customer.objects.get(pk=dated.pk).version
    services.change_customer(dated.pk, {"founded_on": None, "dealer_agreement_on": None}, version=version, actor=owner)
    services.end_certificate(dated.pk, dated.certificates.get().pk, actor=owner)
    assert not KeyDate.objects.exists()


def test_lunar_birthdays_return_by_the_moon(customer, owner):
    services.add_contact(customer.pk, {"name": "周建国", "birthday_lunar": "十月廿二"}, actor=owner)
    found = selectors.key_dates(owner).get()
    assert found.next_on == rules.next_lunar("10-22", clock.today())
    assert what_of(found) == "周建国 农历十月廿二"


@pytest.mark.parametrize(("born", "today"), [(date(2000, 2, 29), date(2026, 11, 25)), (date(1999, 12, 31), date(2026, 1, 1)),
                                            (date(1980, 11, 25), date(2026, 11, 25)), (date(1980, 11, 24), date(2026, 11, 25)),
                                            (date(2000, 2, 29), date(2027, 12, 1))])  # fmt: skip
def test_the_database_counts_as_the_rule_does(customer, owner, monkeypatch, born, today):
    Contact.objects.create(customer=customer, name="林海峰", birthday=born)
    monkeypatch.setattr(clock, "today", lambda: today)
    services.refresh_key_dates()
    assert KeyDate.objects.get().next_on == rules.next_solar(born, today)


def test_the_night_moves_what_has_passed(dated, owner, monkeypatch):
    later = clock.today() + timedelta(7)
    monkeypatch.setattr(clock, "today", lambda: later)
    assert services.refresh_key_dates() == 2
    assert [(kind, days) for kind, _what, days in shown(owner)][:2] == [("certificate", 2), ("founding", 13)]
    assert services.refresh_key_dates() == 0


def test_strangers_see_nothing_and_who_left_is_forgotten(dated, owner, outsider, warehouse, as_viewer):
    assert not selectors.key_dates(outsider).exists()
    assert as_viewer(warehouse).get("/customers/dates/").status_code == 403
    Contact.objects.update(left_on=clock.today())
    services.refresh_key_dates([dated.pk])
    assert "birthday" not in [kind for kind, _what, _days in shown(owner)]
    services.remove_customer(dated.pk, actor=owner.__class__(is_system=True), reason="停业")
    assert not KeyDate.objects.exists()


@pytest.mark.parametrize(("days", "words"), [(0, "今天"), (1, "明天"), (6, "还有 6 天")])
def test_words(days, words):
    assert left_of(KeyDate(next_on=clock.today() + timedelta(days))) == words


def test_the_page_filters_by_kind_period_and_owner(dated, owner, manager, as_viewer):
    browser = as_viewer(owner)
    page = browser.get("/customers/dates/?view=week").content.decode()
    assert "林海峰" in page and "还有 3 天" in page and "满 11 周年" not in page
    page = browser.get("/customers/dates/?view=all&f.kind=founding").content.decode()
    assert "满 11 周年" in page and "林海峰" not in page
    page = as_viewer(manager).get(f"/customers/dates/?view=all&f.owner={owner.person_id}").content.decode()
    assert "林海峰" in page
    assert "林海峰" not in as_viewer(manager).get(f"/customers/dates/?view=all&f.owner={manager.person_id}").content.decode()


def test_the_page_costs_a_fixed_number_of_queries(dated, owner, as_viewer, django_assert_max_num_queries, django_assert_num_queries):
    browser = as_viewer(owner)
    browser.get("/customers/dates/?view=all")
    with django_assert_max_num_queries(30) as first:
        browser.get("/customers/dates/?view=all")
    for n in range(8):
        services.add_contact(dated.pk, {"name": f"周{n}", "birthday": in_days(n + 1, 30)}, actor=owner)
    services.add_certificate(dated.pk, {"kind": "gsp", "expires_on": clock.today() + timedelta(4)}, actor=owner)
    with django_assert_num_queries(len(first)):
        browser.get("/customers/dates/?view=all")


def test_the_list_goes_into_a_calendar_as_it_is_filtered(dated, owner, service, outsider, as_viewer):
    answer = as_viewer(owner).get("/customers/dates.ics?view=week")
    assert answer["Content-Type"].startswith("text/calendar") and "no-store" in answer["Cache-Control"]
    events = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    assert [str(one["summary"]) for one in events] == [
        f"{dated.name}：协议周年 经销协议 满 2 周年",
        f"{dated.name}：生日 林海峰",
    ]
    assert events[1]["dtstart"].dt == clock.today() + timedelta(6)
    assert as_viewer(service).get("/customers/dates.ics").status_code == 403
    assert b"VEVENT" not in as_viewer(outsider).get("/customers/dates.ics?view=all").content


def test_the_private_subscription_carries_the_own_customers_dates(dated, owner, teammate, client):
    token, other = contact.make_feed(actor=owner), contact.make_feed(actor=teammate)
    assert "林海峰" in client.get(f"/calendar/feed/{token}.ics").content.decode()
    assert "林海峰" not in client.get(f"/calendar/feed/{other}.ics").content.decode()
    contact.end_feed(actor=owner)
    assert client.get(f"/calendar/feed/{token}.ics").status_code == 404


def test_alerts_read_how_many_days_are_left(dated):
    codes = ("dates.birthday_days", "dates.founding_days", "dates.agreement_days")
    with connection.cursor() as cursor:
        cursor.execute(Measuring(codes, "customer", clock.today(), [dated.pk]).sql())
        assert cursor.fetchone()[1:] == (6, 20, 3)
