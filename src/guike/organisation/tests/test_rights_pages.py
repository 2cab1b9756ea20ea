"""The pages of rights: look at the effect, then save; explain access in words (PLT-01)."""

from __future__ import annotations

import html
import json
import re
from datetime import date

import pytest

from guike.organisation import services
from guike.organisation.models import RightsChange, RoleRight
from guike.organisation.selectors.explaining import explain
from guike.platform.access import SYSTEM
from guike.platform.rights import ACTION, FIELD, Cell, Reach, Right

from .test_pages import browser, text

pytestmark = pytest.mark.django_db
SHEET = "/settings/roles/finance/objects/person/"


@pytest.fixture
def admin_page(admin):
    return browser("admin")


def opened(client, address: str) -> dict[str, str]:
    """What a browser would send back: the form as opened."""
    page = client.get(address).content.decode()
    values = {"opened": html.unescape(re.search(r'name="opened" value="([^"]+)"', page)[1])}
    return {**{name: str(value) for name, value in json.loads(values["opened"]).items()}, **values}


def test_the_effect_is_shown_before_anything_is_saved(admin_page, company):
    company.account(company.accountant, "heli")
    values = {**opened(admin_page, SHEET), "action-view": str(int(Reach.OWN)), "reason": "财务只看自己"}
    looked = admin_page.post(SHEET, values)
    assert looked.status_code == 200
    told = text(looked)
    assert "1 人受影响" in told
    assert "查看：全部 → 本人的" in told
    assert "何丽看得到的人员 6 → 1" in told
    assert not RoleRight.objects.exists()
    mark = re.search(r'name="looked" value="(\w+)"', looked.content.decode())[1]
    other = admin_page.post(SHEET, {**values, "action-view": "0", "looked": mark})
    assert "全部 → 不能" in text(other), "another value than the one looked at is shown first"
    assert not RoleRight.objects.exists()
    saved = admin_page.post(SHEET, {**values, "looked": mark})
    assert saved.status_code == 302
    page = text(admin_page.get("/settings/roles/?role=finance&changed=1"))
    assert "本人的 出厂：全部" in page.replace("出厂 ：", "出厂：")
    assert RightsChange.objects.get().reason == "财务只看自己"


def test_too_far_is_said_at_the_field(admin_page):
    address = "/settings/roles/salesperson/objects/customer/"
    answer = admin_page.post(address, {**opened(admin_page, address), "action-export": str(int(Reach.ALL)), "reason": "试"})
    assert answer.status_code == 422
    assert "「导出」不能比「查看」更远" in text(answer)


def test_a_form_opened_before_somebody_else_saved_is_refused(admin_page, admin):
    values = {**opened(admin_page, SHEET), "action-view": str(int(Reach.NONE)), "reason": "x"}
    services.change_rights("finance", {Cell("finance", "person", ACTION, "view"): Reach.OWN}, actor=admin, reason="先改了")
    mark = re.search(r'name="looked" value="(\w+)"', admin_page.post(SHEET, values).content.decode())[1]
    answer = admin_page.post(SHEET, {**values, "looked": mark})
    assert (answer.status_code, "刚被别人改过" in text(answer)) == (422, True)


@pytest.mark.parametrize(
    "address", ["/settings/roles/king/objects/person/", "/settings/roles/finance/objects/nothing/", "/settings/roles/king/copy/"]
)
def test_what_does_not_exist_is_404(admin_page, address):
    assert admin_page.get(address).status_code == 404


def test_a_role_is_copied_renamed_closed_and_reopened_on_the_page(admin_page):
    answer = admin_page.post("/settings/roles/finance/copy/", {"name": "出纳岗", "reason": "会计和出纳分开"})
    code = re.search(r"role=([\w-]+)", answer.headers["Location"])[1]
    assert "公司自己的角色，从「财务」来" in text(admin_page.get(f"/settings/roles/?role={code}"))
    assert "出纳岗" in text(admin_page.get("/settings/people/add/"))
    admin_page.post(f"/settings/roles/{code}/rename/", {"name": "出纳员", "reason": "改叫法"})
    admin_page.post(f"/settings/roles/{code}/close/", {"reason": "不要了"})
    assert "出纳员" not in text(admin_page.get("/settings/people/add/"))
    assert "出纳员 停用" in text(admin_page.get("/settings/roles/"))
    admin_page.post(f"/settings/roles/{code}/close/", {"reason": "又要"})
    assert "出纳员" in text(admin_page.get("/settings/people/add/"))


def test_a_second_administrator_finds_what_waits_and_agrees(admin_page, admin, company):
    company.account(company.boss, "zhou", ("administrator",))
    services.set_two_person(True, actor=admin, reason="内控")
    services.change_rights("finance", {Cell("finance", "person", ACTION, "view"): Reach.OWN}, actor=admin, reason="少看")
    entry = RightsChange.objects.first()
    assert "撤回" in text(admin_page.get("/settings/roles/"))
    assert admin_page.post(f"/settings/roles/changes/{entry.pk}/confirm/").status_code == 403
    other = browser("zhou")
    assert "人员 · 查看：全部 → 本人的" in text(other.get("/settings/roles/"))
    other.post(f"/settings/roles/changes/{entry.pk}/confirm/")
    assert RoleRight.objects.count() == 1


# --- explaining --------------------------------------------------------------------------------------------------------


def test_why_she_can_names_post_reach_and_department(company, admin):
    company.account(company.manager, "linhai")
    answer = explain(company.manager, "department", "view")
    assert answer.allowed
    assert ("销售经理", "总公司/销售部的岗位「大区经理」", "可以") in answer.roles


def test_why_he_cannot_names_who_has_the_right_and_who_can_give_it(company, admin):
    company.account(company.seller, "chen")
    answer = explain(company.seller, "account", "view")
    assert not answer.allowed
    assert "没有一个角色给了这项权限" in answer.verdict
    assert any("管理员" in line for line in answer.remedies)
    assert any("赵管理" in line for line in answer.remedies)


def test_a_row_within_and_out_of_reach(company, admin):
    company.account(company.seller, "chen")
    services.change_rights("salesperson", {Cell("salesperson", "person", ACTION, "view"): Reach.OWN}, actor=admin, reason="x")
    mine, other = (explain(company.seller, "person", "view", one.pk) for one in (company.seller, company.colleague))
    assert (mine.allowed, "本人负责" in mine.reasons) == (True, True)
    assert not other.allowed
    assert "权限只到「本人的」" in other.verdict
    assert any("本人的（出厂是全部）" in reach for _role, _source, reach in other.roles)
    assert any("放宽到「全部」" in line for line in other.remedies)


def test_deputies_and_shut_accounts_are_told(company, admin):
    company.account(company.colleague, "huangke")
    services.name_deputy(company.accountant.pk, company.colleague.pk, date(2020, 1, 1), date(2090, 1, 1), actor=SYSTEM)
    answer = explain(company.colleague, "person", "view")
    assert any("代理何丽（到 2090-01-01）" in source for _role, source, _reach in answer.roles)
    services.deactivate_account(company.colleague.account.pk, actor=admin)
    assert "已停用" in explain(company.colleague, "person", "view").verdict
    assert "没有账号" in explain(company.boss, "person", "view").verdict


def test_fields_are_told_with_the_roles_that_give_them(company, admin):
    company.account(company.seller, "chen")
    services.change_rights("salesperson", {Cell("salesperson", "customer", FIELD, "phone"): Right.HIDDEN}, actor=admin, reason="x")
    fields = {label: (right, by) for label, right, by in explain(company.seller, "customer", "view").fields}
    assert fields["电话"] == ("看不到", "业务员")


def test_the_page_answers_by_choice_and_by_address(admin_page, company):
    company.account(company.seller, "chen")
    page = text(admin_page.get(f"/settings/roles/explain/?person={company.seller.pk}&object=account&action=view"))
    assert "陈思远不能查看账号" in page
    by_address = admin_page.get(
        f"/settings/roles/explain/?person={company.seller.pk}&address=https://crm.example.cn/settings/accounts/%3Fq=x"
    )
    assert "陈思远不能查看账号" in text(by_address)
    for address, said in (("/me/", "登录就能打开"), ("/nowhere/", "不是系统里的页面"), ("/login/", "不登录也能打开")):
        assert said in text(admin_page.get("/settings/roles/explain/", {"person": company.seller.pk, "address": address}))
    assert "没有编号 X-1 的人员" in text(admin_page.get(f"/settings/roles/explain/?person={company.seller.pk}&object=person&record=X-1"))


def test_who_was_refused_asks_why_and_learns_nothing_of_hidden_rows(company, admin):
    company.account(company.seller, "chen")
    client = browser("chen")
    refused = client.get("/settings/accounts/")
    assert refused.status_code == 403
    assert "/me/why/?address=/settings/accounts/" in refused.content.decode()
    assert "陈思远不能查看账号" in text(client.get("/me/why/?address=/settings/accounts/"))
    services.change_rights("salesperson", {Cell("salesperson", "person", ACTION, "view"): Reach.OWN}, actor=admin, reason="x")
    there, nowhere = (text(client.get(f"/me/why/?address=/settings/people/{pk}/")) for pk in (company.boss.pk, 987654321))
    assert there == nowhere
    assert "或不在可见范围内" in there
