"""徐静's day (客服): who is calling, what was said and promised, goods that come back, an order's state, and what is not hers to do."""

import re
from datetime import timedelta

from django.apps import apps
from playwright.sync_api import Page, expect
from tests.days.stage import Stage, fits, gone, pick, press, sheet, shoot

from guike.platform import clock

LOGIN = "xujing"
#: A customer with a very long name; somebody there calls.
LONG = "中海石化工程装备成套（集团）股份有限公司乌鲁木齐经济技术开发区分公司"
#: What a file like this one may lack, and what the caller says.
LEARNT = {
    "invoice_title": LONG,
    "legal_representative": "欧阳建华",
    "tax_number": "91331061FF49DP420Q",
    "registered_address": "滨海六路 88 号",
    "phone": "0571-87722724",
}
PROMISED = "答复错发的 6 台闸阀怎么换"


def _caller() -> tuple[str, str]:
    """Name and number of who calls, as the telephone shows it."""
    found = apps.get_model("customers.Contact").objects.filter(customer__name=LONG).exclude(phone="").order_by("pk").first()
    return found.name, found.phone


def at_the_desk(stage: Stage) -> None:
    page = stage.desk(LOGIN)
    expect(page.locator("h1")).to_contain_text("徐静，")
    name, phone = _caller()
    _who_calls(page, name, phone)
    number = _an_order(page)
    _goods_come_back(stage, page, number)
    _call(page, name)
    _not_hers(stage, page)
    _on_leave(page)


def _who_calls(page: Page, name: str, phone: str) -> None:
    """Four digits find nobody else's customer and say why; the whole number finds the person, the customer, and both while typing."""
    page.goto(f"/customers/?q={phone[-4:]}")
    expect(page.locator("#gk-list")).to_contain_text("电话要输完整的号码才找得到")
    page.get_by_label("在本视图中查找").or_(page.get_by_placeholder("名称、拼音、编号、电话")).first.fill(phone)
    page.keyboard.press("Enter")
    expect(page.locator("#gk-list tr[data-row]")).to_have_count(1)
    press(page, "Control+k")
    page.locator("#gk-palette-q").fill(phone)
    hits = page.locator("#gk-palette-results a")
    expect(hits.filter(has_text=name)).to_have_count(1)
    expect(hits.filter(has_text="中海石化").first).to_be_visible()
    shoot(page, "service-caller")
    page.keyboard.press("Escape")
    page.locator("#gk-list tr[data-row] .gk-list-name a").click()
    expect(page.locator(".gk-title-text")).to_have_text(LONG)
    fits(page)


def _an_order(page: Page) -> str:
    """Where the caller's last delivered order is: its number, state and day of delivery."""
    page.locator(".gk-tabs").get_by_role("link", name=re.compile("^订单")).click()
    row = page.locator("main tbody tr", has_text=re.compile("已完结|已发货")).first
    number = row.locator("a").first.inner_text()
    row.locator("a").first.click()
    expect(page.locator(".gk-title-text")).to_have_text(number)
    expect(page.locator(".gk-badges")).to_contain_text(re.compile("已完结|已发货"))
    expect(page.locator(".gk-figures")).to_contain_text("发货")
    return number


def _goods_come_back(stage: Stage, page: Page, number: str) -> None:
    """From the order's page; whoever confirms is named, and by either number it is found again."""
    page.get_by_role("link", name="登记退货").click()
    form = sheet(page)
    expect(form).to_contain_text(LONG)
    form.get_by_role("radio", name="发错货").click()
    form.get_by_label("备注").fill("DN100 发成 DN80，6 台未拆箱")
    form.get_by_role("button", name="保存").click()
    gone(page)
    page.get_by_role("link", name=re.compile("^TH-")).first.click()
    expect(page.locator(".gk-callout")).to_contain_text(re.compile("由.*财务.*核对货物后确认"))
    expect(page.get_by_role("link", name="确认退货")).to_have_count(0)
    made = page.locator(".gk-title-text").inner_text()
    shoot(page, "service-return")
    page.goto(f"/sales/returns/?q={number}")
    expect(page.locator("#gk-list tr[data-row]", has_text=made)).to_contain_text("已登记，待确认")
    page.goto("/sales/orders/?view=all&where=" + '{"field":"status","op":"in","value":["cancelled"]}')
    cancelled = page.locator("#gk-list tr[data-row]").first.get_by_text(re.compile("^DD-")).first.inner_text()
    page.goto("/sales/returns/")
    page.get_by_role("link", name="登记退货").click()
    form = sheet(page)
    form.get_by_label("原订单号").fill(cancelled)
    with stage.refusal(422):
        form.get_by_role("button", name="保存").click()
        expect(form).to_contain_text(f"订单 {cancelled} 是「已取消」，没有可退的货")
    form.get_by_role("button", name="关闭").click()


def _call(page: Page, name: str) -> None:
    """What was said, what was promised until when; what was learnt for the file goes on to the customer's owner."""
    page.goto(f"/customers/?view=all&q={LONG}")
    page.locator("#gk-list tr[data-row] .gk-list-name a").click()
    expect(page.locator(".gk-title-text")).to_have_text(LONG)
    press(page, "n")
    form = sheet(page)
    expect(form.get_by_text(re.compile(f"^{name}"))).to_be_visible()
    form.get_by_label("沟通内容").fill("收到的闸阀口径不对，DN100 发成 DN80，要换货，停机等料")
    form.get_by_text("日期、主题、反馈、答应的事、照片").click()
    form.get_by_label("答应了什么").first.fill(PROMISED)
    form.get_by_label("到哪天为止").first.fill((clock.today() + timedelta(days=1)).isoformat())
    form.get_by_text(re.compile("^补充资料")).click()
    lacking = next(name for name in LEARNT if form.locator(f"[name=file_{name}]").count())
    form.locator(f"[name=file_{lacking}]").fill(LEARNT[lacking])
    shoot(page, "service-call")
    form.get_by_role("button", name="只保存").click()
    gone(page)
    expect(page.locator(".gk-toast")).to_contain_text("待负责人采纳")
    expect(page.locator(".gk-entry").first).to_contain_text("DN100 发成 DN80")
    page.goto("/today/")
    mine = page.locator(".gk-row", has_text=PROMISED)
    expect(mine.locator(".gk-row-name")).to_have_text(LONG)
    fits(page)
    shoot(page, "service-today")


def _not_hers(stage: Stage, page: Page) -> None:
    """Somebody else's file is not hers to change: which roles may, and who can give her the right."""
    page.goto(f"/customers/?view=all&q={LONG}")
    page.locator("#gk-list tr[data-row] .gk-list-name a").click()
    expect(page.locator(".gk-title-text")).to_have_text(LONG)
    expect(page.get_by_role("link", name="编辑资料")).to_have_count(0)
    with stage.refusal(403):
        page.goto(f"{page.url.partition('?')[0]}edit/")
        expect(page.locator("main")).to_contain_text("没有修改客户的权限")
    page.get_by_role("link", name="为什么").click()
    told = sheet(page)
    expect(told).to_contain_text("徐静不能修改客户")
    expect(told).to_contain_text(re.compile("有这项权限的角色：.*业务员"))
    expect(told).to_contain_text("能改权限的人：方正")
    shoot(page, "service-refused")


def _on_leave(page: Page) -> None:
    """Next week she is away: a colleague stands in for her, from a day to a day."""
    page.goto("/me/")
    page.get_by_role("link", name="安排代理").click()
    form = sheet(page)
    pick(form, "邵慧敏")
    form.locator("[name=starts_on]").fill((clock.today() + timedelta(days=4)).isoformat())
    form.locator("[name=ends_on]").fill((clock.today() + timedelta(days=8)).isoformat())
    form.get_by_label("原因").fill("休假")
    form.get_by_role("button", name="保存").click()
    gone(page)
    expect(page.locator("main")).to_contain_text(re.compile("邵慧敏\\s*代理\\s*徐静"))


def on_the_phone(stage: Stage) -> None:
    """Away from the desk somebody calls: the number alone leads to the customer, its record and the follow-up."""
    name, phone = _caller()
    page = stage.phone(LOGIN)
    page.locator(".gk-bottom").get_by_role("link", name="记跟进").tap()
    pick(sheet(page), phone, LONG)
    form = sheet(page)
    expect(form.get_by_role("link", name=LONG)).to_be_visible()
    form.get_by_label("沟通内容").fill(f"{name}问换货的车什么时候到")
    fits(page)
    shoot(page, "service-call-phone")
    form.get_by_role("button", name="只保存").tap()
    gone(page)
    page.goto(f"/customers/?view=all&q={phone}")
    page.locator("#gk-list tr[data-row] .gk-phone a").tap()
    expect(page.locator(".gk-entry").first).to_contain_text("问换货的车什么时候到")
    page.locator(".gk-bottom").get_by_role("link", name="电话").tap()
    veiled = page.locator("tr", has_text=name).locator(".cus-veiled").first
    veiled.scroll_into_view_if_needed()
    expect(veiled).to_contain_text("****")
    veiled.get_by_role("button", name="查看明文").tap()
    expect(page.locator("tr", has_text=name)).to_contain_text(phone[-4:])
    fits(page)
    page.goto("/sales/returns/?view=all")
    page.locator("#gk-list tr[data-row] .gk-phone a").first.tap()
    expect(page.locator(".gk-title-text")).to_contain_text("TH-")
    fits(page)
