"""A salesperson's morning without a mouse: find, open, walk, edit in place, tag twenty, keep and share a view (PLT-09, PLT-10)."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from guike.customers import services
from guike.customers.models import Customer
from guike.platform.ui.models import SavedView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SINCE = "window.mice = 0; for (const kind of ['mousedown', 'pointerdown', 'touchstart']) addEventListener(kind, () => { sessionStorage.mice = 1; }, true);"


@pytest.fixture
def twenty(owner):
    """Twenty-four customers of 陈思远, one of them 贵客阀门."""
    made = [services.add_customer({"name": f"永嘉泵业 {n:02d}", "nature": "dealer"}, actor=owner) for n in range(23)]
    return [*made, services.add_customer({"name": "贵客阀门有限公司", "short_name": "贵客"}, actor=owner)]


@pytest.fixture
def desk(live_server, as_viewer, chromium):
    """A signed-in desktop page that notes every press of a mouse."""

    def sit(viewer):
        client = as_viewer(viewer)
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url, locale="zh-CN")
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        context.add_init_script(SINCE)
        page = context.new_page()
        page.set_default_timeout(30_000)
        opened.append(context)
        return page

    opened: list = []
    yield sit
    for context in opened:
        context.close()


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_found_opened_walked_and_edited_by_keys_alone(desk, owner, twenty):
    page = desk(owner)
    page.goto("/customers/?view=all&sort=name&col=name&col=nature&col=tags")
    page.locator("#gk-list tr[data-row]").first.wait_for()
    # search: initials, Enter opens what was typed
    press(page, "Control+k")
    page.locator("#gk-palette input[type=search]").wait_for()
    page.keyboard.type("gk")
    press(page, "Enter")
    page.wait_for_url(re.compile(rf"/customers/{twenty[-1].pk}/"))
    expect(page.locator(".gk-title-text")).to_have_text("贵客阀门有限公司")
    # an action of this page by its initials
    press(page, "Control+k")
    page.locator("#gk-palette input[type=search]").wait_for()
    page.keyboard.type("bjzl")
    page.locator("#gk-palette [data-here]", has_text="编辑资料").wait_for()
    press(page, "Escape")
    # walk the list from the record, and edit in place
    page.goto("/customers/?view=all&sort=name&col=name&col=nature&col=tags")
    press(page, "j", "j", "Enter")
    page.wait_for_url(re.compile(r"/customers/\d+/\?in="))
    expect(page.locator(".ws-place")).to_have_text("第 2 / 24 家")
    press(page, "j")
    expect(page.locator(".ws-place")).to_have_text("第 3 / 24 家")
    third = page.locator(".gk-title-text").inner_text()
    press(page, "Escape")
    page.wait_for_url(re.compile(r"/customers/\?view=all"))
    expect(page.locator("#gk-list tr.gk-at .gk-list-name")).to_have_text(third)
    press(page, "e")
    page.locator("td[data-inplace] select").wait_for()
    press(page, "ArrowDown", "Enter")
    page.locator(".gk-toast", has_text="已改").wait_for()
    assert Customer.objects.get(name=third).nature == "agent"
    page.locator("td[data-inplace] form").wait_for(state="detached")
    press(page, "Control+z")
    page.locator("tr.gk-at td[data-inplace]", has_text="经销商").wait_for()
    assert Customer.objects.get(name=third).nature == "dealer"
    assert page.evaluate("sessionStorage.mice") is None


def test_twenty_are_tagged_and_the_view_is_shared_with_the_team_by_keys_alone(desk, owner, teammate, outsider, twenty):
    page = desk(owner)
    page.goto("/customers/?view=all&sort=name&col=name&col=tags")
    page.locator("#gk-list tr[data-row]").first.wait_for()
    press(page, "j", "x", *["j"] * 19, "Shift+X")
    expect(page.locator(".gk-bulk-count")).to_have_text("已选 20 家")
    press(page, "Control+k")
    page.locator("#gk-palette input[type=search]").wait_for()
    page.keyboard.type("biaoqian")
    page.locator("#gk-palette [data-here]", has_text="标签").wait_for()
    press(page, "Enter")
    sheet = page.locator("#gk-sheet")
    sheet.get_by_text("共 20 家").wait_for()
    sheet.locator("input[name=add]").first.focus()
    press(page, "Space")
    sheet.locator(".gk-submit, .gk-form-footer button").first.focus()
    press(page, "Enter")
    sheet.get_by_text("完成 20 家").wait_for()
    assert Customer.objects.filter(tags=["key_account"]).count() == 20
    # the view, kept for the team; a colleague opens its link
    page.goto("/customers/?view=all&f.tags=key_account&group=nature&where=" + quote('{"all":[{"field":"last_contact","op":"empty"}]}'))
    page.get_by_role("link", name="保存视图").focus()
    press(page, "Enter")
    sheet.get_by_label("新视图名称").wait_for()
    sheet.get_by_label("新视图名称").focus()
    page.keyboard.type("A 级超期未联系")
    sheet.get_by_label("谁能看").focus()
    press(page, "ArrowDown")
    sheet.get_by_role("button", name="保存视图").focus()
    press(page, "Enter")
    page.wait_for_url(re.compile(r"view=s\d+"))
    kept = SavedView.objects.get()
    assert (kept.audience, kept.kept["quick"], kept.kept["group"]) == ("team", {"tags": ["key_account"]}, "nature")
    assert page.evaluate("sessionStorage.mice") is None
    for viewer, words in ((teammate, "A 级超期未联系"), (outsider, "没有共享给你，可让陈思远共享")):
        colleague = desk(viewer)
        colleague.goto(page.url)
        colleague.get_by_text(words).first.wait_for()


def test_a_picker_makes_the_customer_it_does_not_find(desk, owner, twenty):
    page = desk(owner)
    page.goto("/sales/orders/add/")
    box = page.locator(".ts-wrapper", has=page.locator("input")).first
    box.locator("input").focus()
    page.keyboard.type("新客户泵阀")
    page.locator(".ts-dropdown .create.active", has_text="新建「新客户泵阀」").wait_for()
    page.wait_for_load_state("networkidle")
    press(page, "Enter")
    quick = page.locator("#gk-quick")
    expect(quick.locator("input[name=name]")).to_have_value("新客户泵阀")
    quick.locator("input[name=name]").focus()
    press(page, "Enter")
    quick.wait_for(state="hidden")
    made = Customer.objects.get(name="新客户泵阀")
    expect(page.locator("select[name=customer]").first).to_have_value(str(made.pk))
