"""沈国衡's day: the board on the phone, from a number down to the orders; a clause and how well it is kept."""

import re

from playwright.sync_api import expect
from tests.days.stage import Stage, fits, sheet, shoot

LOGIN = "shenguoheng"


def on_the_phone(stage: Stage) -> None:
    page = stage.phone(LOGIN, to="/dashboard/")
    expect(page.locator(".gk-figures")).to_contain_text("12 个月采购额")
    expect(page.locator("[data-chart] canvas")).to_be_visible()
    shoot(page, "dashboard-phone")
    page.locator(".gk-bars a, .db-grades a").filter(has_text="A 级").first.tap()
    expect(page.locator("#gk-list tr[data-row]").first).to_contain_text("A")
    fits(page)
    page.locator("#gk-list tr[data-row] .gk-phone a").first.tap()
    page.get_by_role("link", name=re.compile("^综合分")).tap()
    expect(sheet(page).locator(".gk-sheet-title")).to_contain_text("为什么是 A 级")
    shoot(page, "why-phone")
    sheet(page).get_by_role("link", name=re.compile(r"^\d+ 笔$")).first.tap()
    expect(sheet(page).locator("tbody")).to_contain_text("DD-")
    fits(page)
    sheet(page).get_by_role("button", name="上一步").tap()
    expect(sheet(page).locator(".gk-sheet-title")).to_contain_text("为什么是 A 级")


def at_the_desk(stage: Stage) -> None:
    page = stage.desk(LOGIN, to="/policies/documents/")
    page.get_by_role("link", name=re.compile("客户管理制度")).first.click()
    expect(page.locator("h1")).to_contain_text("客户管理制度")
    shoot(page, "document")
    kept = page.get_by_role("link", name=re.compile("按期"))
    expect(kept.first).to_be_visible()
    kept.first.click()
    expect(page.locator("h1, .gk-sheet-title").last).to_be_visible()
