"""Logging a follow-up on a phone, as a person does it: from Today, a few taps, and the next one stands first."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from guike.contact import services
from guike.contact.models import FollowUp
from guike.contact.tests.conftest import TODAY, draft
from guike.organisation.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(live_server, company, client, chromium):
    """A signed-in page at phone width."""
    client.force_login(Account.objects.create(login="chen", person=company.chen, must_change_password=False))
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, base_url=live_server.url)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def test_a_follow_up_in_three_taps_and_the_next_one_stands_first(phone, company, customer, chen):
    other = company.customer("C")
    for one, days in ((customer, 11), (other, 34)):
        services.log_follow_up(one.pk, draft(happened_on=TODAY - timedelta(days=days)), actor=chen)
    phone.goto("/today/")
    first = phone.locator(".gk-row-first")
    assert customer.name in first.inner_text()
    first.get_by_role("link", name="记跟进").tap()
    phone.get_by_label("沟通内容").fill("账期 75 天已报王总")
    phone.get_by_role("button", name="明天").tap()
    phone.get_by_role("button", name="完成并安排下一步").tap()
    phone.locator("#gk-sheet[open]").wait_for(state="detached")
    phone.locator(".gk-row-first", has_text=other.name).wait_for()
    written = FollowUp.objects.latest("pk")
    assert (written.customer, written.method, written.next_on) == (customer, "phone", TODAY + timedelta(days=1))


def test_typed_words_survive_a_closed_sheet(phone, customer, chen):
    services.log_follow_up(customer.pk, draft(happened_on=TODAY - timedelta(days=11)), actor=chen)
    phone.goto("/today/")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.locator(".gk-row-first").get_by_role("link", name="记跟进").tap()
    phone.get_by_label("沟通内容").fill("打了一半")
    phone.get_by_role("button", name="关闭").tap()
    phone.locator("#gk-sheet[open]").wait_for(state="detached")
    phone.locator(".gk-row-first").get_by_role("link", name="记跟进").tap()
    expect(phone.get_by_label("沟通内容")).to_have_value("打了一半")
    assert FollowUp.objects.count() == 1
