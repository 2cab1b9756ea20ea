"""林晓燕 leads an area, 王立群 the sales department: what went up to them, whom it concerns, what waits for their signature."""

import re

from playwright.sync_api import expect
from tests.days.stage import Stage, fits, pick, sheet, shoot


def of_an_area(stage: Stage) -> None:
    """The team's arrears by person, a customer given to somebody else, a pool customer assigned."""
    page = stage.desk("linxiaoyan")
    page.get_by_role("link", name="团队", exact=True).click()
    expect(page.locator("h1")).to_have_text("团队今日")
    expect(page.locator(".td-loads")).to_be_visible()
    people = page.locator(".td-loads tbody tr")
    expect(people.filter(has_text="黄可")).to_be_visible()
    shoot(page, "team")
    people.filter(has_text="黄可").get_by_role("link", name="黄可").click()
    expect(page.locator("h1")).to_contain_text("黄可的今日")
    _give_away(page)
    _assign(page)


def _give_away(page) -> None:
    page.goto("/customers/?view=all&q=" + "温州")
    page.locator("#gk-list tr[data-row]", has_text="黄可").locator(".gk-list-name a").first.click()
    name = page.locator(".gk-title-text").inner_text()
    page.locator(".gk-actions summary").click()
    page.get_by_role("link", name="转负责人").click()
    form = sheet(page)
    pick(form, "陈思远")
    form.get_by_label("原因").fill("离陈思远的片区近")
    form.get_by_role("button", name="转负责人").click()
    expect(page.locator(".gk-facts").first).to_contain_text("负责人 陈思远")
    expect(page.locator(".gk-title-text")).to_have_text(name)
    expect(page.locator(".gk-entry", has_text="离陈思远的片区近").first).to_contain_text("陈思远")


def _assign(page) -> None:
    page.goto("/customers/pool/")
    row = page.locator("#gk-list tr[data-row]").last
    name = row.locator(".gk-list-name").inner_text()
    row.locator("input[name=pk]").check()
    page.get_by_role("button", name="分派").click()
    form = sheet(page)
    expect(form).to_contain_text("共 1 家")
    pick(form, "潘志强")
    form.get_by_role("button", name=re.compile("^分派")).click()
    expect(form).to_contain_text("完成 1 家")
    form.get_by_role("button", name="关闭").first.click()
    page.goto(f"/customers/pool/?view=log&q={name}")
    expect(page.locator("#gk-list tr[data-row]", has_text=name).first).to_contain_text("潘志强")


def of_the_department(stage: Stage) -> None:
    """On the phone between two meetings: two requests, one agreed to, one sent back with a reason."""
    page = stage.phone("wangliqun")
    expect(page.locator(".gk-need")).to_contain_text("等你批")
    page.locator(".gk-bottom").get_by_role("link", name="审批").tap()
    rows = page.locator("#gk-list tr[data-row]")
    expect(rows).to_have_count(2)
    rows.first.locator(".gk-phone a").tap()
    expect(page.locator("h1")).to_contain_text("人工调为")
    expect(page.locator(".ap-ground")).to_contain_text("新产线投产")
    shoot(page, "approval-phone")
    page.get_by_role("button", name="同意", exact=True).tap()
    expect(page.locator("h1")).to_contain_text("人工调为 B 级")
    fits(page)
    page.get_by_label("意见").fill("停产证明补上再报")
    page.get_by_role("button", name="退回").tap()
    expect(page.locator(".gk-callout")).to_contain_text("停产证明补上再报")
    page.goto("/approvals/")
    expect(page.get_by_text("没有要你批的")).to_be_visible()
    desk = stage.desk("wangliqun", to="/today/?who=team")
    expect(desk.get_by_role("heading", name="升级给我")).to_be_visible()
    desk.goto("/approvals/?view=signed")
    desk.locator("#gk-list tr[data-row] .gk-list-name a").first.click()
    desk.get_by_text("为什么这样走").click()
    shoot(desk, "approval")
    desk.goto("/dashboard/")
    expect(desk.locator("[data-chart] canvas")).to_be_visible()
    shoot(desk, "dashboard")
