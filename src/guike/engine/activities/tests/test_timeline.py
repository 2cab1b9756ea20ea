"""The timeline of one subject: newest first, by keyset, filtered, within the viewer's rights."""

from datetime import date, time, timedelta

import pytest
from django.http import Http404

from guike.engine.activities import registry, selectors, services
from guike.engine.models import Activity
from guike.engine.obligations.tests.conftest import company, present  # noqa: F401

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(registry, "_kinds", {})
    registry.register(
        registry.Kind(
            "call", "电话", "phone", "contact", "customer", url=lambda pk: f"/x/{pk}/", own=True, channel_labels={"visit": "登门"}
        )
    )
    registry.register(registry.Kind("receipt", "回款", "cash", "money", "account"))


@pytest.fixture
def customer(company):  # noqa: F811
    return company.customer()


def tell(customer, number, day=TODAY, kind="call", **more):
    return services.record(services.Happening(kind, "customer", customer.pk, day, kind, number, **more))


def test_newest_first_in_pages_without_gap_or_repeat(company, customer):  # noqa: F811
    made = [tell(customer, n, TODAY - timedelta(days=n // 3), channel="phone") for n in range(25)]
    viewer, cursor, seen = company.viewer("chen"), "", []
    for _page in range(4):
        found = selectors.page(viewer, "customer", customer.pk, cursor=cursor, size=10)
        seen += [line.activity for line in found.lines]
        cursor = found.next_cursor
        if not cursor:
            break
    assert [a.pk for a in seen] == [a.pk for a in sorted(made, key=lambda a: (a.happened_at, a.pk), reverse=True)]


def test_words_and_groups_filter(company, customer):  # noqa: F811
    tell(customer, 1, text="希望账期放宽到 75 天")
    tell(customer, 2, text="催交期")
    found = selectors.page(company.viewer("chen"), "customer", customer.pk, words="账期", group="contact")
    assert [line.activity.source_id for line in found.lines] == [1]
    assert selectors.page(company.viewer("chen"), "customer", customer.pk, group="money").lines == []


def test_a_kind_whose_object_one_may_not_view_is_left_out_of_lines_and_counts(company, customer):  # noqa: F811
    tell(customer, 1)
    tell(customer, 2, kind="receipt")
    me = company.viewer("chen")
    assert [line.activity.kind for line in selectors.page(me, "customer", customer.pk).lines] == ["call"]
    assert selectors.counts(me, "customer", customer.pk) == {"all": 1, "contact": 1}


def test_out_of_sight_is_404(company, customer):  # noqa: F811
    with pytest.raises(Http404):
        selectors.page(company.viewer("huang"), "customer", customer.pk)


def test_a_broken_cursor_gives_the_first_page(company, customer):  # noqa: F811
    tell(customer, 1)
    for cursor in ("x", "bnVsbA==", "WzEsMl0=", "é"):
        assert len(selectors.page(company.viewer("chen"), "customer", customer.pk, cursor=cursor).lines) == 1


def test_a_line_is_shown_as_its_domain_says(company, customer):  # noqa: F811
    tell(customer, 7, channel="visit", at=time(14, 30))
    (line,) = selectors.page(company.viewer("chen"), "customer", customer.pk).lines
    assert (line.label, line.icon, line.url, line.kind.own) == ("登门", "phone", "/x/7/", True)


def test_a_retracted_record_leaves_the_timeline_not_the_table(company, customer):  # noqa: F811
    line = tell(customer, 1)
    assert services.retract("call", [1]) == [line.pk]
    assert selectors.page(company.viewer("chen"), "customer", customer.pk).lines == []
    assert Activity.objects.count() == 1


def test_many_at_once_and_the_same_record_only_once(customer):
    lines = [services.Happening("call", "customer", customer.pk, TODAY, "call", n, channel="phone") for n in range(5)]
    services.record_many(lines)
    services.record_many(lines)
    assert Activity.objects.count() == 5


def test_last_contacts_take_the_newest_contact_of_each(company, customer):  # noqa: F811
    other = company.customer()
    tell(customer, 1, TODAY - timedelta(days=3), channel="phone", text="旧")
    newest = tell(customer, 2, TODAY - timedelta(days=1), channel="phone")
    tell(customer, 3, TODAY, text="不是联系")
    assert selectors.last_contacts(company.viewer("chen"), "customer", [customer.pk, other.pk]) == {customer.pk: newest}


def test_an_unknown_group_stops_the_start():
    with pytest.raises(ValueError, match="unknown group"):
        registry.register(registry.Kind("x", "x", "x", "elsewhere", "customer"))
