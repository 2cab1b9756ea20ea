"""The kit in a real browser: what is pressed and read, at a desk and on a phone, light and dark; axe finds nothing serious."""

import re
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import expect

from guike.organisation.models import Account, Person
from guike.organisation.sessions import SessionStore
from guike.platform.ui.tests.firms import Firm, Owner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("guike.platform.ui.tests.urls")]


@pytest.fixture
def site(live_server, firms, settings):
    """The address of the running product, with an administrator's session and twelve firms; afterwards the firms are gone."""
    person = Person.objects.create(name="王管", number="P900")
    account = Account(login="axe", person=person, roles=["administrator"], must_change_password=False, theme="light")
    account.set_unusable_password()
    account.save()
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    yield live_server.url, session.session_key
    Firm.objects.all().delete()
    Owner.objects.all().delete()


def visit(page, site, path: str) -> list[str]:
    """Open a page signed in; gives back the list that collects the console's complaints."""
    url, key = site
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": url}])
    page.emulate_media(reduced_motion="reduce")  # a colour on its way from one theme to the other has any contrast
    page.goto(url + path)
    page.wait_for_load_state("networkidle")
    return complaints


def serious(page) -> list[str]:
    """What axe finds of weight, by rule and first place."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(
    "path", ["/ui/guide/", "/firms/?f.grade=A", "/firms/?q=无", "/ui/menu/", "/ui/preferences/", "/search/", "/firms/?panel=builder"]
)
def test_nothing_serious_for_axe_at_a_desk_light_and_dark(page, site, path):
    complaints = visit(page, site, path)
    assert serious(page) == []
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    assert serious(page) == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", ["/ui/guide/", "/firms/"])
def test_nothing_serious_for_axe_on_a_phone_and_nothing_wider_than_it(phone, site, path):
    visit(phone, site, path)
    assert serious(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_badge_opens_the_sheet_escape_closes_it_and_focus_returns(page, site):
    visit(page, site, "/ui/guide/")
    page.get_by_role("link", name="综合分 86.5").click()
    sheet = page.locator("#gk-sheet")
    sheet.get_by_role("heading", name="快捷键").wait_for()
    assert serious(page) == []
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.textContent.trim()") == "综合分 86.5"


def test_a_form_in_the_sheet_answers_in_the_sheet_and_then_moves_the_page(page, site):
    visit(page, site, "/firms/?f.grade=A")
    page.get_by_role("link", name="保存视图").click()
    page.get_by_label("新视图名称").fill("A 级客户")
    page.locator("#gk-sheet").get_by_role("button", name="保存视图").click()
    page.wait_for_url(re.compile(r"view=s\d+"))
    assert page.get_by_text("已保存视图「A 级客户」").is_visible()
    assert page.locator("tr[data-row]").count() == 4


def test_keys_lead_around(page, site):
    visit(page, site, "/firms/")
    page.keyboard.press("?")
    page.locator("#gk-sheet").get_by_role("heading", name="快捷键").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "gk-list-q"
    page.keyboard.press("Tab")
    page.keyboard.press("Control+k")
    page.locator("#gk-palette").get_by_role("searchbox").fill("陈")
    page.locator("#gk-palette").get_by_role("link", name="陈思远").wait_for()
    page.keyboard.press("ArrowDown")
    assert "陈思远" in page.evaluate("document.activeElement.textContent")


def test_rows_are_reached_and_ticked_by_keys_and_done_in_bulk(page, site):
    visit(page, site, "/firms/")
    page.locator("#gk-list").wait_for()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.get_by_text("已选 2 家").is_visible()
    assert "1,400.0 万元" in page.locator(".gk-bulk-count").inner_text()
    page.get_by_role("button", name="改名").click()
    page.locator("#gk-sheet").get_by_role("button", name="改名 2 家").click()
    page.get_by_text("完成 2 家").wait_for()
    assert sorted(Firm.objects.filter(name__contains="改").values_list("pk", flat=True)) == [1, 4]


def test_filter_sort_and_page_change_the_list_without_leaving_the_page(page, site):
    visit(page, site, "/firms/")
    page.evaluate("window.stayed = true")
    page.get_by_text("等级", exact=True).first.click()
    page.get_by_label("A 级", exact=True).check()
    page.get_by_role("button", name="应用").click()
    page.get_by_text("等级：A 级").wait_for()
    for key in ("j", "x"):
        page.keyboard.press(key)
    expect(page.locator(".gk-bulk-count")).to_contain_text("已选 1 家，采购额")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="采购额").click()
    page.wait_for_url(re.compile("sort=bought"))
    assert page.evaluate("window.stayed")
    assert page.locator(".gk-list-name").first.inner_text() == "公司10"
    page.go_back()
    page.wait_for_url(re.compile("f.grade=A"))


def test_typed_text_survives_a_closed_tab(page, site):
    visit(page, site, "/ui/guide/")
    page.locator("#id_text").fill("账期 75 天已报王总")
    page.reload()
    assert page.locator("#id_text").input_value() == "账期 75 天已报王总"
    page.get_by_role("button", name="催交期").first.click()
    assert page.locator("#id_text").input_value() == "账期 75 天已报王总，催交期"


def test_a_picker_searches_as_one_types(page, site):
    visit(page, site, "/firms/")
    page.locator("#gk-chip-owner").click()
    page.locator(".gk-chip-form .ts-control").click()
    page.keyboard.type("林")
    page.get_by_role("option", name="林雨桐").click()
    page.get_by_role("button", name="应用").last.click()
    page.get_by_text("负责人：林雨桐").wait_for()
    assert page.locator("tr[data-row]").count() == 7


def test_a_late_answer_of_a_picker_never_replaces_the_newer_one(page, site):
    visit(page, site, "/firms/")
    held = []
    late = re.compile(f"/pick/.*q={quote('林')}$")

    def hold(route):
        held.append(route)

    page.route(late, hold)
    page.locator("#gk-chip-owner").click()
    page.locator(".gk-chip-form .ts-control").click()
    with page.expect_request(late):
        page.keyboard.type("林")
    page.keyboard.press("Backspace")
    page.keyboard.type("陈")
    page.get_by_role("option", name="陈思远").wait_for()
    with page.expect_response(late) as answered:
        held[0].continue_()
    answered.value.finished()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.get_by_role("option", name="陈思远").is_visible()
    assert not page.get_by_role("option", name="林雨桐").count()


def test_a_chart_in_the_sheet_is_drawn_too(page, site):
    visit(page, site, "/firms/")
    page.evaluate("guike.openSheet('/ui/guide/')")
    page.locator("#gk-sheet [data-chart=guide-week] canvas").wait_for()
    assert not page.locator("#gk-sheet [data-chart=guide-week] table").is_visible()


@pytest.mark.parametrize("key", ["n", "N"])
def test_n_makes_a_new_one_small_or_capital(page, site, key):
    visit(page, site, "/firms/")
    page.keyboard.press(key)
    page.wait_for_url("**/ui/guide/")


def test_n_logs_a_follow_up_where_nothing_else_is_new(page, site):
    visit(page, site, "/ui/preferences/")
    page.keyboard.press("n")
    page.locator("#gk-sheet").get_by_role("heading", name="记跟进").wait_for()


def test_a_chart_turns_into_its_table(page, site):
    visit(page, site, "/ui/guide/")
    chart = page.locator("[data-chart=guide-week]")
    chart.locator("canvas").wait_for()
    assert not chart.locator("table").is_visible()
    chart.get_by_role("button", name="表格").click()
    assert chart.get_by_role("link", name="今天").is_visible()


def test_without_script_lists_forms_and_charts_still_work(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    visit(page, site, "/firms/?f.grade=A")
    assert page.locator("tr[data-row]").count() == 4
    page.get_by_role("link", name="保存视图").click()
    page.get_by_label("新视图名称").fill("无脚本")
    page.get_by_role("button", name="保存视图").click()
    assert page.get_by_text("已保存视图「无脚本」").is_visible()
    page.goto(site[0] + "/ui/guide/")
    assert page.get_by_role("cell", name="9", exact=True).first.is_visible()
    context.close()
