"""高慧's day: goods that came back are confirmed and count at once; how punctually somebody pays goes into the grade."""

import re

from playwright.sync_api import Page, expect
from tests.days.stage import Stage, gone, sheet

LOGIN = "gaohui"


def at_the_desk(stage: Stage) -> None:
    page = stage.desk(LOGIN)
    expect(page.locator("h1")).to_contain_text("慧，")
    number = _confirm_return(page)
    page.goto("/sales/returns/?view=all")
    expect(page.locator("#gk-list tr[data-row]", has_text=number)).to_contain_text("¥125.00")
    _punctuality(page)


def _confirm_return(page: Page) -> str:
    page.goto("/sales/returns/")
    row = page.locator("#gk-list tr[data-row]").first
    number = row.locator(".gk-list-name").inner_text()
    row.locator(".gk-list-name a").click()
    expect(page.get_by_text("还没有确认，不减采购额")).to_be_visible()
    page.get_by_role("link", name="确认退货").click()
    form = sheet(page)
    form.get_by_label("退货金额").fill("125")
    form.get_by_role("button", name="确认退货").click()
    gone(page)
    expect(page.get_by_text("¥125.00").first).to_be_visible()
    return number


def _punctuality(page: Page) -> None:
    """A value entered with its source; the grade's 为什么 names it."""
    page.goto("/customers/?view=a")
    page.locator("#gk-list tr[data-row] .gk-list-name a").first.click()
    page.get_by_role("link", name=re.compile("^综合分")).click()
    sheet(page).get_by_role("link", name="评价", exact=True).click()
    form = sheet(page)
    expect(form.locator(".gk-sheet-title")).to_have_text("评价")
    form.locator("tr", has_text="回款准时率").get_by_text("记", exact=True).click()
    form.locator("input[name=value]").fill("98.5")
    form.get_by_label("来源").fill("三季度对账")
    form.get_by_role("button", name="记下").click()
    gone(page)
    page.get_by_role("link", name=re.compile("^综合分")).click()
    expect(sheet(page)).to_contain_text("98.5%")
