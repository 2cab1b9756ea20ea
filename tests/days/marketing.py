"""孙敏's day: leads from a fair on the phone, the rule for grades changed with its effect in view, a request signed."""

import re

from playwright.sync_api import Page, expect
from tests.days.stage import Stage, fits, gone, press, sheet, shoot

LOGIN = "sunmin"
LONG = "浙江瓯江口产业集聚区滨海循环经济与高端装备制造产业园公用工程运营管理有限责任公司"


def at_the_fair(stage: Stage) -> None:
    """A card typed in on the phone, under a very long name, and sent on by the rules."""
    page = stage.phone(LOGIN, to="/marketing/finds/")
    page.locator(".gk-actions").get_by_role("link", name="登记线索").tap()
    form = sheet(page)
    form.get_by_label("名称").fill(LONG)
    form.get_by_label("电话").fill("13906668812")
    form.get_by_label("联系人").fill("欧阳若曦")
    form.get_by_label("来源").select_option(label="展会活动")
    form.get_by_label("省").fill("浙江省")
    form.get_by_label("市", exact=True).fill("温州市")
    form.get_by_role("button", name="登记", exact=True).tap()
    expect(page.locator(".gk-title-text")).to_have_text(LONG)
    fits(page)
    page.goto("/marketing/finds/")
    fits(page)
    expect(page.locator("#gk-list tr[data-row]", has_text=LONG)).to_be_visible()


def at_the_desk(stage: Stage) -> None:
    page = stage.desk(LOGIN, to="/marketing/finds/")
    shoot(page, "finds")
    _send_on(page)
    page.goto("/policies/")
    page.locator("main a[href='/policies/customer-grade/']").first.click()
    expect(page.locator("h1")).to_contain_text("客户分级")
    shoot(page, "policy")
    page.goto("/policies/grade-entitlement/")
    shoot(page, "entitlement")
    _draft(page)
    _publish(page)
    _sign(page)


def _send_on(page: Page) -> None:
    """By the company's rules: the lead of the fair goes to the area it lies in."""
    row = page.locator("#gk-list tr[data-row]", has_text=LONG)
    row.locator("input[name=pk]").check()
    page.get_by_role("button", name="分派").click()
    form = sheet(page)
    expect(form).to_contain_text("共 1 条")
    form.get_by_role("button", name=re.compile("^分派")).click()
    expect(form).to_contain_text("完成 1 条")
    page.goto("/marketing/finds/?view=sent")
    expect(page.locator("#gk-list tr[data-row]", has_text=LONG)).to_contain_text("浙南片区")


def _draft(page: Page) -> None:
    """The draft with its trial: two points less lift whom? One more point changes the answer."""
    page.goto("/policies/customer-grade/")
    page.get_by_role("link", name="看草案").click()
    expect(page.locator(".gk-clause ins").first).to_contain_text("78")
    trial = page.locator(".gk-drafting-right")
    expect(trial).to_contain_text("等级去向")
    expect(trial).to_contain_text("联系工作量")
    shoot(page, "draft")
    page.get_by_role("link", name="比较版本").click()
    expect(page.get_by_label("从")).to_have_value("v1")
    page.get_by_label("从").select_option(label="草案（第 2 版）")
    page.get_by_role("button", name="比较并试算").click()
    expect(page.get_by_text("两边选的是同一版，换一版再比较")).to_be_visible()
    page.get_by_label("从").select_option(label="第 1 版")
    page.get_by_role("button", name="比较并试算").click()
    expect(page.locator("tr", has_text="等级「A」 起点")).to_contain_text("80")
    expect(page.locator(".gk-drafting-right")).to_contain_text("等级去向")
    shoot(page, "compare")


def _publish(page: Page) -> None:
    """With the number of those it concerns in the question, from the first of next month."""
    page.goto("/policies/customer-grade/draft/")
    page.get_by_role("link", name="发布", exact=True).click()
    form = sheet(page)
    expect(form).to_contain_text("家")
    form.get_by_role("button", name="下月 1 日").click()
    form.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url(re.compile("/policies/customer-grade/$"))
    expect(page.locator("tr", has_text="第 2 版")).to_contain_text(re.compile("撤回"))


def _sign(page: Page) -> None:
    page.goto("/approvals/")
    waiting = page.locator("#gk-list tr[data-row]").count()
    page.locator("#gk-list tr[data-row] .gk-list-name a").first.click()
    expect(page.get_by_text("谁来批")).to_be_visible()
    page.wait_for_load_state()  # keys are heard from then on
    with page.expect_navigation():
        press(page, "y")
    page.goto("/approvals/")
    expect(page.locator("#gk-list tr[data-row]")).to_have_count(waiting - 1)
    gone(page)
