"""A relation noted in the sheet: the page below shows it without being left (CUS-15)."""

import pytest
from playwright.sync_api import expect

from guike.customers import services
from guike.customers.models import Relation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_subsidiary_is_chosen_in_the_picker_and_stands_in_the_tree(live_server, chromium, as_viewer, customer, owner, width, height):
    below = services.add_customer({"name": "瑞安恒通机电有限公司", "city": "瑞安市"}, actor=owner)
    context = chromium.new_context(viewport={"width": width, "height": height}, base_url=live_server.url)
    cookie = as_viewer(owner).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"/customers/{customer.pk}/?tab=relations")
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="建关系").click()
    page.get_by_label("对方是").select_option("parent:lower")
    box = page.locator("#gk-sheet .ts-control input")  # the picker as the script makes it, not the select before it
    box.click()
    box.press_sequentially("恒通")
    page.locator(".ts-dropdown .option", has_text="瑞安恒通").first.click()
    page.locator("#gk-sheet").get_by_role("button", name="保存").click()
    page.locator("#gk-sheet[open]").wait_for(state="detached")
    expect(page.locator(".cus-tree")).to_contain_text("瑞安恒通机电有限公司")
    expect(page.locator(".gk-tabs [aria-current]")).to_contain_text("1")
    assert page.evaluate("window.stayed") is True
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    made = Relation.objects.get()
    assert (made.kind, made.upper_id, made.lower_id) == ("parent", customer.pk, below.pk)
    context.close()
