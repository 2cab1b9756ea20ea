"""The first day of a new company: the wizard by the administrator, and every list while nothing is in it yet (PLT-12)."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.days.stage import Stage, fits, turn

from guike.organisation import services

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CHOSEN = "Wenzhou-Famen-2026"
#: Lists and boards with nothing in them, and the words that say what to do or what will be here.
EMPTY = {
    "/today/": "今明两天没有到期的事",
    "/customers/": "新建客户",
    "/customers/pool/": "公海里没有客户",
    "/marketing/finds/": "登记线索",
    "/contact/": "记跟进",
    "/sales/orders/": "订单",
    "/approvals/": "没有要你批的",
    "/dashboard/": "还没有订单",
    "/customers/funnel/": "客户漏斗",
    "/customers/dates/": "重要日期",
    "/policies/": "客户分级",
    "/imports/": "上传并对应各列",
    "/settings/people/": "林国梁",
    "/settings/backups/": "还没有备份",
    "/audit/verify/": "还没有核对过",
}


@pytest.fixture
def stage(live_server, chromium):
    made = Stage(live_server.url, chromium)
    yield made
    made.close()
    assert made.complaints == []


def test_from_the_first_password_to_empty_lists(stage):
    login, password = services.create_first_admin()
    page = stage.desk(login, password)
    for name, text in (("old_password", password), ("new_password", CHOSEN), ("again", CHOSEN)):
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="改好并进入").click()
    _through_the_wizard(page)
    for path, words in EMPTY.items():
        page.goto(path)
        expect(page.locator("main")).to_contain_text(words)
        for device in ("desk", "phone"):
            turn(page, device)
            fits(page)


def _through_the_wizard(page: Page) -> None:
    """Company, nobody else yet, the packs that are ticked, no customers; in at the end."""
    page.get_by_label("公司全称").fill("浙江恒岳阀门有限公司")
    page.get_by_label("管理员姓名").fill("林国梁")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("link", name="跳过这一步").or_(page.get_by_role("button", name="跳过这一步")).click()
    expect(page.locator("h1")).to_contain_text("制度")
    page.get_by_role("button", name="装上，下一步").click()
    expect(page.locator("main")).to_contain_text("把客户搬进来")
    page.get_by_role("link", name="跳过这一步").or_(page.get_by_role("button", name="跳过这一步")).click()
    expect(page.locator("main")).to_contain_text("可以用了")
    page.get_by_role("link", name="进入今日").or_(page.get_by_role("button", name="进入今日")).click()
    page.wait_for_url(re.compile("/today/"))
