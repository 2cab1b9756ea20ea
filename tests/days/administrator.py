"""方正's day: somebody new gets in, who may see what, whether anybody touched the records, the backup."""

import re

from playwright.sync_api import Page, expect
from tests.days.stage import Stage, press, sheet, shoot, work_off

LOGIN = "fangzheng"


def at_the_desk(stage: Stage) -> None:
    page = stage.desk(LOGIN, to="/settings/people/")
    password = _somebody_new(page)
    _first_log_in(stage, password)
    _who_may_what(page)
    _audit(page)
    _back_up(page)
    page.goto("/settings/status/")
    expect(page.locator("main")).to_contain_text("数据库")


def _somebody_new(page: Page) -> str:
    """An account with a password that is shown once."""
    press(page, "n")
    form = sheet(page)
    form.get_by_label("姓名").fill("欧阳清远")
    form.locator("[name=department]").select_option(label="浙南片区（销售部 · 销售）")
    form.locator("[name=role]").select_option(label="业务员")
    form.get_by_label("登录名").fill("ouyang")
    form.get_by_role("button", name="加人").click()
    shown = page.get_by_text(re.compile("一次性密码|只显示"))
    expect(shown.first).to_be_visible()
    return page.locator("[data-copy-text], code, .org-secret").first.inner_text()


def _first_log_in(stage: Stage, password: str) -> None:
    page = stage.phone("ouyang", password)
    expect(page.locator("h1")).to_contain_text("先改密码")


def _who_may_what(page: Page) -> None:
    page.goto("/settings/roles/?role=salesperson")
    expect(page.locator("h2", has_text="业务员")).to_be_visible()
    shoot(page, "roles")
    page.get_by_role("link", name="查权限").click()
    expect(page.locator("h1")).to_have_text("查权限")


def _audit(page: Page) -> None:
    """Who opened what, by name; the chain is checked and holds."""
    page.goto("/customers/?view=all")
    page.locator("#gk-list tr[data-row] .gk-list-name a").first.click()
    expect(page.locator(".gk-title-text")).to_be_visible()
    page.goto("/audit/")
    expect(page.locator("#gk-list tr[data-row]", has_text="方正").first).to_contain_text("打开")
    shoot(page, "audit")
    page.get_by_role("link", name="核对审计记录").click()
    with page.expect_navigation():
        page.get_by_role("button", name="核对全部").click()
    work_off()
    page.goto("/audit/verify/")
    expect(page.locator("main")).to_contain_text("没有改动")


def _back_up(page: Page) -> None:
    """Now, before something large; the page says how it went and what is kept."""
    page.goto("/settings/backups/")
    with page.expect_navigation():
        page.get_by_role("button", name="现在备份").click()
    assert work_off() > 0
    page.goto("/settings/backups/")
    made = page.locator("main tbody tr").first
    expect(made).to_contain_text("手工")
    expect(made).to_contain_text("完成")
    shoot(page, "backups")
