"""陈思远's day: on the road with the phone, then at the desk, mostly by keys."""

import re

from playwright.sync_api import Page, expect
from tests.days.stage import Stage, fits, gone, press, sheet, shoot

LOGIN = "chensiyuan"
SAID = "泵房改造下月动工，要 12 台闸阀，先报价"


def on_the_road(stage: Stage) -> None:
    """Today, why the first is first, a follow-up at the gate, a customer from the pool, a lead: all with a thumb."""
    page = stage.phone(LOGIN)
    expect(page.locator("h1")).to_contain_text("思远，")
    assert _owed(page) > 0
    shoot(page, "today-phone")
    _why_first(page)
    _at_the_gate(page)
    _from_the_pool(page)
    _a_lead(page)


def _owed(page: Page) -> int:
    """今天要办 41 件 → 41"""
    found = re.search(r"今天要办 (\d+) 件", page.locator("#td-summary").inner_text())
    return int(found[1]) if found else 0


def _more(page: Page, name: str) -> None:
    page.locator(".gk-bottom").get_by_role("link", name="更多").tap()
    sheet(page).get_by_role("link", name=name, exact=True).tap()
    expect(page.locator("h1")).to_have_text(name)


def _why_first(page: Page) -> None:
    page.locator(".gk-row-first .td-why").tap()
    told = sheet(page)
    expect(told).to_contain_text("依据")
    expect(told).to_contain_text(re.compile("《.+》第.+条.*第 1 版"))
    expect(told).to_contain_text("陈思远")
    told.get_by_role("button", name="关闭").tap()
    gone(page)


def _at_the_gate(page: Page) -> None:
    """A routine contact that is late: its customer, one sentence, the next date; then it is off the list."""
    row = page.locator(".gk-row", has_text="未联系").first
    name = row.locator(".gk-row-name").inner_text()
    row.locator(".gk-row-name").tap()
    expect(page.locator(".gk-title-text")).to_have_text(name)
    expect(page.locator(".gk-need")).to_contain_text("需要你处理")
    shoot(page, "customer-phone")
    page.locator(".gk-bottom").get_by_role("link", name="记跟进").tap()
    form = sheet(page)
    expect(form.get_by_role("link", name=name)).to_be_visible()
    form.get_by_role("radio", name="登门").tap()
    form.get_by_label("沟通内容").fill(SAID)
    later = form.get_by_role("button", name="3 天后")  # on a Friday that is Monday, like 「明天」, and offered once
    (later if later.count() else form.get_by_role("button", name="明天").first).tap()
    form.get_by_label("下一步做什么").fill("报价")
    shoot(page, "follow-up-phone")
    form.get_by_role("button", name="完成并安排下一步").tap()
    gone(page)
    first = page.locator(".gk-entry").first
    expect(first).to_contain_text(SAID)
    expect(first).to_contain_text("登门")
    expect(page.locator(".gk-figures")).to_contain_text("今天")
    page.goto("/today/")
    expect(page.locator(".gk-row", has_text="未联系").locator(".gk-row-name", has_text=name)).to_have_count(0)


def _from_the_pool(page: Page) -> None:
    """First come, first served; the customer is then among one's own."""
    _more(page, "公海")
    row = page.locator("#gk-list tr[data-row]", has_not_text=re.compile("照顾不到|做不进去|电商|没有项目")).first
    name = row.locator(".gk-phone-text b").inner_text()
    shoot(page, "pool-phone")
    row.get_by_role("button", name=re.compile("^领取")).tap()
    expect(row).to_contain_text("已归你")
    page.locator(".gk-bottom").get_by_role("link", name="客户").tap()
    page.get_by_label("在本视图中查找").fill(name)
    page.keyboard.press("Enter")
    mine = page.locator("#gk-list tr[data-row]")
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text("陈思远")


def _a_lead(page: Page) -> None:
    """What marketing sent becomes a customer of one's own, with the person who was met."""
    _more(page, "市场线索")
    row = page.locator("#gk-list tr[data-row]").first
    name = row.locator(".gk-phone-text b").inner_text()
    row.locator(".gk-phone a").tap()
    expect(page.locator(".gk-title-text")).to_have_text(name)
    fits(page)
    page.locator(".gk-bottom").get_by_role("link", name="接收").tap()
    form = sheet(page)
    expect(form).to_contain_text("天内要有第一次联系")
    form.get_by_role("radio", name="新客户").tap()
    form.get_by_role("button", name="接收").tap()
    page.wait_for_url(re.compile(r"/customers/\d+/"))
    expect(page.locator(".gk-title-text")).to_have_text(name)
    expect(page.locator(".gk-facts").first).to_contain_text("陈思远")


def at_the_desk(stage: Stage) -> None:
    """The list of today, a call logged, one put off, a customer found by initials, why it is graded so, a new one entered by keys."""
    page = stage.desk(LOGIN)
    expect(page.locator("h1")).to_contain_text("思远，")
    shoot(page, "today")
    _call(page)
    _put_off(page)
    _list_and_record(page)
    _why(page)
    _a_new_one(page)
    for path, name in (("/customers/pool/", "pool"), ("/customers/dates/", "dates"), ("/calendar/", "calendar")):
        page.goto(path)
        shoot(page, name)
    _cooling_off(page)


def _call(page: Page) -> None:
    before = _owed(page)
    row = page.locator(".gk-row", has=page.get_by_role("link", name="记跟进", exact=True)).first
    row.get_by_role("link", name="记跟进", exact=True).click()
    form = sheet(page)
    form.get_by_label("沟通内容").fill("交期 25 天可以接受，等总部批")
    shoot(page, "follow-up")
    form.get_by_role("button", name="完成并安排下一步").click()
    gone(page)
    expect(page.locator("#td-summary")).not_to_contain_text(f"今天要办 {before} 件")
    assert _owed(page) < before


def _put_off(page: Page) -> None:
    """稍后: with a reason, still late, in its own drawer."""
    row = page.locator(".gk-row").nth(1)
    name = row.locator(".gk-row-name").inner_text()
    duty = row.get_attribute("id")
    row.get_by_role("link", name=f"{name}：稍后").click()
    form = sheet(page)
    form.get_by_role("button", name="明天").click()
    form.get_by_label("原因").fill("对方出差，周五回来")
    form.get_by_role("button", name="推迟", exact=True).click()
    gone(page)
    expect(page.locator(f"#{duty}")).to_have_count(0)
    expect(page.locator(".td-snoozed")).to_have_text("已推迟 1 件")


def _list_and_record(page: Page) -> None:
    page.goto("/customers/")
    shoot(page, "customers")
    page.locator("#gk-list tr[data-row] .gk-list-name a").first.click()
    expect(page.locator(".ws-place")).to_contain_text("第 1 /")
    expect(page.locator(".gk-figures")).to_contain_text("12 个月采购额")
    shoot(page, "customer")
    page.locator(".gk-tabs").get_by_role("link", name=re.compile("^订单")).click()
    expect(page.locator("[data-chart] canvas")).to_be_visible()


def _why(page: Page) -> None:
    """From the grade to the orders behind a number and to the clause, each in the sheet, and back to where one was (POL-05)."""
    page.get_by_role("link", name=re.compile("^综合分")).click()
    told = sheet(page)
    expect(told.locator(".gk-sheet-title")).to_contain_text(re.compile("为什么是 [ABC] 级"))
    expect(told).to_contain_text("《客户管理制度》第十条")
    shoot(page, "why")
    back = told.get_by_role("button", name="上一步")
    expect(back).to_be_hidden()
    behind = told.get_by_role("link", name=re.compile(r"^\d+ 笔$")).first
    behind.click()
    expect(told.locator(".gk-sheet-title")).to_contain_text("12 个月采购额")
    expect(told.locator("tbody tr").first).to_contain_text("DD-")
    back.click()
    expect(told.locator(".gk-sheet-title")).to_contain_text("为什么是")
    expect(behind).to_be_focused()
    told.get_by_role("link", name="《客户管理制度》第十条").click()
    expect(told.locator(".gk-sheet-title")).to_contain_text("第十条")
    back.click()
    expect(back).to_be_hidden()
    expect(told.locator(".gk-sheet-title")).to_contain_text("为什么是")


def _a_new_one(page: Page) -> None:
    """n, what is known already is said while typing, and a customer is there with its first grade."""
    page.goto("/customers/")
    known = page.locator("#gk-list tr[data-row] .gk-list-name").first.inner_text()
    press(page, "n")
    form = sheet(page)
    form.get_by_label("客户名称").fill(known)
    form.get_by_label("客户名称").press("Tab")
    expect(form).to_contain_text("可能已有这家客户")
    shoot(page, "double")
    form.get_by_label("客户名称").fill("温州云帆给排水工程有限公司")
    form.get_by_role("textbox", name="电话", exact=True).fill("13806664411")
    form.get_by_role("button", name="建档").click()
    page.wait_for_url(re.compile(r"/customers/\d+/"))
    expect(page.locator(".gk-title-text")).to_have_text("温州云帆给排水工程有限公司")
    expect(page.locator(".gk-facts").first).to_contain_text("负责人 陈思远")


def _cooling_off(page: Page) -> None:
    """What he let go himself he cannot take back at once: the refusal names the rule and who may release it."""
    page.goto("/customers/pool/?view=mine")
    name = page.locator("#gk-list tr[data-row]", has_text="照顾不到").locator(".gk-list-name").inner_text()
    page.goto(f"/customers/pool/?q={name}")
    row = page.locator("#gk-list tr[data-row]")
    row.get_by_role("button", name=re.compile("^领取")).first.click()
    expect(row).to_contain_text("天内不能领回")
    expect(row).to_contain_text("销售经理、总经理写明理由可放行")
