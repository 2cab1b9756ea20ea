"""Rights given by the company: set, copied, confirmed, guarded, and counted at the next request (PLT-01)."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction

import guike
from guike.organisation import services
from guike.organisation.models import Account, OwnRole, RightsChange, RightsState, RoleRight
from guike.organisation.selectors import rights as kept_rights
from guike.organisation.selectors import roles as words
from guike.organisation.selectors import separation, viewer_for, viewer_of_login
from guike.platform import access
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused, Stale
from guike.platform.rights import ACTION, FIELD, Cell, Reach, Right, present
from guike.platform.roles import ROLES

from .test_pages import browser, text

pytestmark = pytest.mark.django_db


def view(role: str, code: str = "customer") -> Cell:
    return Cell(role, code, ACTION, "view")


def phone(role: str) -> Cell:
    return Cell(role, "customer", FIELD, "phone")


def narrow(admin, role: str = "sales_manager", reach: Reach = Reach.OWN, reason: str = "片区合并"):
    return services.change_rights(role, {view(role): reach}, actor=admin, reason=reason)


@pytest.fixture
def manager(company):
    company.account(company.manager, "linhai")
    return lambda: viewer_of_login("linhai")


@pytest.fixture
def second(company):
    """Another administrator."""
    return viewer_for(company.account(company.boss, "zhou", ("security_admin",)))


# --- setting -----------------------------------------------------------------------------------------------------------


def test_a_change_counts_for_the_next_viewer_and_takes_the_other_actions_along(admin, manager):
    before = manager()
    assert access.reach(before, "customer", "export") is Reach.BELOW
    narrow(admin)
    assert access.reach(manager(), "customer", "view") is Reach.OWN
    assert access.reach(manager(), "customer", "export") is Reach.OWN
    assert access.reach(manager(), "contact", "view") is Reach.BELOW  # its own line; the customer's reach bounds it row by row
    assert access.reach(before, "customer", "view") is Reach.BELOW, "a request that runs keeps the rights it began with"


def test_only_differences_are_kept_and_going_back_leaves_nothing(admin, manager):
    narrow(admin)
    assert set(RoleRight.objects.values_list("name", flat=True)) >= {"view", "export"}
    services.reset_rights("sales_manager", actor=admin, reason="改错了")
    assert not RoleRight.objects.exists()
    assert access.reach(manager(), "customer", "view") is Reach.BELOW
    with pytest.raises(Refused, match="和出厂权限一样"):
        services.reset_rights("sales_manager", actor=admin, reason="再来")


def test_setting_the_shipped_value_by_hand_leaves_no_difference(admin):
    services.change_rights("clerk", {phone("clerk"): Right.HIDDEN}, actor=admin, reason="x")
    services.change_rights("clerk", {phone("clerk"): Right.WRITE}, actor=admin, reason="y")
    assert not RoleRight.objects.exists()


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        (Cell("clerk", "product", ACTION, "view"), Reach.OWN, "不能设成这个范围"),  # belongs to nobody
        (Cell("clerk", "product", ACTION, "reveal"), Reach.ALL, "没有这项权限可设"),  # means nothing there
        (Cell("clerk", "nothing", ACTION, "view"), Reach.ALL, "没有这项权限可设"),
        (Cell("clerk", "customer", FIELD, "name"), Right.HIDDEN, "没有这项权限可设"),  # has no rule
        (Cell("clerk", "customer", ACTION, "view"), 9, "不能设成这个范围"),
        (Cell("salesperson", "customer", ACTION, "export"), Reach.ALL, "不能比「查看」更远"),
        (Cell("king", "customer", ACTION, "view"), Reach.ALL, "没有角色"),
        (Cell("clerk", "customer", ACTION, "view"), Reach.ALL, "没有要保存的"),  # as it is
    ],
)
def test_what_makes_no_sense_is_refused(admin, cell, value, said):
    with pytest.raises(Refused, match=said):
        services.change_rights(cell.role, {cell: value}, actor=admin, reason="试试")
    assert not RoleRight.objects.exists()


def test_a_reason_is_asked(admin):
    with pytest.raises(Refused, match="为什么"):
        narrow(admin, reason="  ")


def test_others_may_not_change_rights(company, admin, manager):
    for viewer in (manager(), viewer_for(company.account(company.accountant, "heli", ("audit_admin", "system_admin")))):
        with pytest.raises(Forbidden):
            narrow(viewer)


def test_a_stale_form_changes_nothing(admin):
    narrow(admin)
    with pytest.raises(Stale, match="查看"):
        services.change_rights(
            "sales_manager", {phone("sales_manager"): Right.READ}, actor=admin, reason="x", seen={view("sales_manager"): Reach.BELOW}
        )
    assert not RoleRight.objects.filter(part=FIELD).exists()


# --- versions --------------------------------------------------------------------------------------------------------


def test_whatever_writes_the_tables_gives_a_new_version(admin):
    narrow(admin)
    versions = {RightsState.objects.get().version}
    RoleRight.objects.filter(name="view").update(value=Reach.DEPARTMENT)
    versions.add(RightsState.objects.get().version)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM organisation_roleright")
    versions.add(RightsState.objects.get().version)
    assert len(versions) == 3


def test_the_viewer_costs_one_query_and_known_rights_none(admin, manager, django_assert_num_queries):
    narrow(admin)
    manager()
    account = Account.objects.select_related("person").get(login="linhai")
    with django_assert_num_queries(1):
        viewer = viewer_for(account)
        access.reach(viewer, "customer", "view")
        access.hidden_fields(viewer, "customer")
    kept_rights._kept.clear()
    with django_assert_num_queries(2):
        viewer_for(account)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_another_process_sees_the_change_at_its_next_request(company, admin):
    """A process that has compiled the rights before is told by the version alone."""
    company.account(company.manager, "linhai")
    program = (
        "import django, sys; django.setup()\n"
        "from guike.organisation.selectors import viewer_of_login\n"
        "from guike.platform import access\n"
        "for line in sys.stdin:\n"
        "    print(int(access.reach(viewer_of_login('linhai'), 'customer', 'view')), flush=True)\n"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": _address(),
        "DJANGO_SETTINGS_MODULE": "guike.wiring.settings",
        "PYTHONPATH": str(Path(guike.__file__).parent.parent),
    }
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None

        def asked() -> int:
            other.stdin.write("?\n")
            other.stdin.flush()
            return int(other.stdout.readline())

        assert asked() == Reach.BELOW
        narrow(admin)
        assert asked() == Reach.OWN
        services.reset_rights("sales_manager", actor=admin, reason="改回")
        assert asked() == Reach.BELOW
        other.stdin.close()


def _address() -> str:
    """The test's own database as an address."""
    made = connection.settings_dict
    return f"postgres://{made['USER'] or ''}@/{made['NAME']}?host={quote(str(made['HOST']), safe='')}" + (
        f"&port={made['PORT']}" if made["PORT"] else ""
    )


# --- roles of the company's own ------------------------------------------------------------------------------------------


def test_a_copy_may_what_its_source_may_now_and_goes_its_own_way(company, admin):
    narrow(admin, "clerk", Reach.BELOW)
    made = services.copy_role("clerk", "片区内勤", actor=admin, reason="片区各有内勤")
    services.change_rights("clerk", {view("clerk"): Reach.ALL}, actor=admin, reason="内勤看全部")
    code = made.role
    assert (ROLES[code], OwnRole.objects.get().base) == ("片区内勤", "clerk")
    services.give_post(company.colleague.pk, company.south.pk, code, actor=admin)
    viewer = viewer_for(company.account(company.colleague, "huangke"))
    assert code in viewer.roles
    assert access.reach(viewer, "customer", "view") is Reach.BELOW
    assert access.reach(viewer, "product", "change") is Reach.ALL
    assert str(company.colleague.posts.get(role=code)) == "片区内勤"


def test_names_are_taken_once(admin):
    services.copy_role("clerk", "片区内勤", actor=admin, reason="x")
    for name in ("片区内勤", "业务员", " "):
        with pytest.raises(Refused):
            services.copy_role("clerk", name, actor=admin, reason="x")
    code = OwnRole.objects.get().code
    services.rename_role(code, "大区内勤", actor=admin, reason="改叫法")
    assert present().own[code].name == "大区内勤"
    with pytest.raises(Refused, match="出厂角色"):
        services.rename_role("clerk", "文员", actor=admin, reason="x")


def test_a_role_is_switched_off_only_when_nobody_holds_it(company, admin):
    code = services.copy_role("clerk", "片区内勤", actor=admin, reason="x").role
    services.give_post(company.colleague.pk, company.south.pk, code, actor=admin)
    with pytest.raises(Refused, match="还有 1 人"):
        services.close_role(code, actor=admin, reason="不要了")
    services.end_post(company.colleague.posts.get(role=code).pk, actor=admin, on=date(2020, 1, 1))
    services.close_role(code, actor=admin, reason="不要了")
    assert code not in ROLES.offered()
    with pytest.raises(Refused, match="没有角色"):
        services.give_post(company.colleague.pk, company.south.pk, code, actor=admin)
    services.reopen_role(code, actor=admin, reason="又要")
    services.give_post(company.colleague.pk, company.north.pk, code, actor=admin)


# --- guards ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", [Cell("administrator", "role", ACTION, "change"), Cell("administrator", "account", ACTION, "change")])
def test_the_last_way_to_administer_stays(admin, cell):
    with pytest.raises(Refused, match="至少要留一位"):
        services.change_rights("administrator", {cell: Reach.NONE}, actor=admin, reason="试试")
    assert access.reach(viewer_of_login("admin"), cell.object, cell.name) is Reach.ALL


def test_it_may_go_when_a_security_administrator_is_there(admin, second):
    services.change_rights("administrator", {Cell("administrator", "role", ACTION, "change"): Reach.NONE}, actor=admin, reason="三员分设")
    with pytest.raises(Refused, match="至少要留一位"):
        services.change_account(second.account_id, "zhou", [], actor=SYSTEM)


def test_nobody_widens_his_own_role_alone(admin, second):
    cell = Cell("administrator", "pool_stay", ACTION, "claim")
    entry = services.change_rights("administrator", {cell: Reach.ALL}, actor=admin, reason="要能领取")
    assert (entry.state, RoleRight.objects.count()) == ("waiting", 0)
    with pytest.raises(Forbidden, match="另一位"):
        services.confirm_change(entry.pk, actor=admin)
    services.confirm_change(entry.pk, actor=second)
    assert access.reach(viewer_of_login("admin"), "pool_stay", "claim") is Reach.ALL
    with pytest.raises(Refused, match="处理过"):
        services.confirm_change(entry.pk, actor=second)


def test_alone_he_may_and_it_is_written_down(admin):
    cell = Cell("administrator", "pool_stay", ACTION, "claim")
    entry = services.change_rights("administrator", {cell: Reach.ALL}, actor=admin, reason="只有我一个")
    assert entry.state == "done"


def test_nobody_gives_himself_a_role(company, admin, second):
    with pytest.raises(Refused, match="不能给自己加角色"):
        services.change_account(second.account_id, "zhou", ["security_admin", "administrator"], actor=second)
    with pytest.raises(Refused, match="不能给自己加角色"):
        services.give_post(company.boss.pk, company.sales.pk, "marketing", actor=second)
    with pytest.raises(Refused, match="不能给自己加角色"):
        services.change_post(company.boss.posts.get().pk, actor=second, role="clerk")
    services.change_account(second.account_id, "zhou", ["security_admin", "clerk"], actor=admin)


# --- two people --------------------------------------------------------------------------------------------------------


def test_with_two_people_a_change_waits_and_is_confirmed_declined_or_withdrawn(admin, second, manager):
    assert services.set_two_person(True, actor=admin, reason="内控要求").state == "done"
    first, other, third = (narrow(admin, role) for role in ("sales_manager", "marketing", "finance"))
    assert {one.state for one in (first, other, third)} == {"waiting"}
    assert access.reach(manager(), "customer", "view") is Reach.BELOW
    services.confirm_change(first.pk, actor=second)
    assert access.reach(manager(), "customer", "view") is Reach.OWN
    services.decline_change(other.pk, actor=second, note="市场部要看全部")
    with pytest.raises(Forbidden, match="提出的人"):
        services.withdraw_change(third.pk, actor=second)
    services.withdraw_change(third.pk, actor=admin)
    assert set(RoleRight.objects.values_list("role", flat=True)) == {"sales_manager"}
    off = services.set_two_person(False, actor=admin, reason="不用了")
    assert off.state == "waiting", "switching it off takes two as well"
    services.confirm_change(off.pk, actor=second)
    assert not present().two_person


def test_two_people_need_two(admin):
    with pytest.raises(Refused, match="只有一人"):
        services.set_two_person(True, actor=admin, reason="内控要求")


def test_a_waiting_change_that_was_overtaken_is_not_carried_out(admin, second):
    services.set_two_person(True, actor=admin, reason="内控要求")
    first, same = narrow(admin), narrow(admin, reach=Reach.DEPARTMENT)
    services.confirm_change(first.pk, actor=second)
    with pytest.raises(Stale, match="又改过"):
        services.confirm_change(same.pk, actor=second)
    assert RightsChange.objects.get(pk=same.pk).state == "waiting"


# --- history -----------------------------------------------------------------------------------------------------------


def test_the_history_reads_as_sentences_and_cannot_be_altered(admin):
    narrow(admin)
    services.change_rights("sales_manager", {phone("sales_manager"): Right.HIDDEN}, actor=admin, reason="离职率高")
    page = text(browser("admin").get("/settings/roles/history/?role=sales_manager"))
    assert "客户 · 查看：本部门及下级 → 本人的" in page
    assert "客户 · 电话：打码 → 看不到" in page
    assert "原因 ：离职率高" in page or "原因：离职率高" in page
    assert "赵管理" in page
    entry = RightsChange.objects.first()
    for write in (lambda: RightsChange.objects.filter(pk=entry.pk).update(reason="别的"), entry.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


# --- three administrators ------------------------------------------------------------------------------------------------


def test_conflicting_administrators_are_told_by_the_check(company, admin):
    assert not [one for one in run_checks(databases=["default"]) if one.id in ("guike.W011", "guike.W012")]
    company.account(company.boss, "zhou", ("security_admin", "audit_admin"))
    company.account(company.accountant, "heli", ("system_admin",))
    found = {one.id: str(one.msg) for one in run_checks(databases=["default"])}
    assert found["guike.W011"] == "周建国同时是审计管理员、安全管理员"
    assert "赵管理" in found["guike.W012"]
    assert [one.name for one in separation.conflicts()] == ["周建国"]


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (
            "system_admin",
            [("calendar", "change"), ("job", "view"), ("dictionary", "change")],
            [("account", "view"), ("role", "change"), ("customer", "view")],
        ),
        (
            "security_admin",
            [("account", "change"), ("role", "change"), ("person", "change")],
            [("calendar", "change"), ("customer", "view")],
        ),
        (
            "audit_admin",
            [("job", "view"), ("account", "view"), ("role", "explain")],
            [("account", "change"), ("role", "change"), ("customer", "view")],
        ),
    ],
)
def test_the_three_administrators_are_apart(role, may, may_not):
    declared = access.declarations()
    for code, action in may:
        assert words.shipped_value(present(), Cell(role, code, ACTION, action)) is Reach.ALL, (code, action)
    for code, action in may_not:
        assert words.shipped_value(present(), Cell(role, code, ACTION, action)) is Reach.NONE, (declared[code].label, action)
