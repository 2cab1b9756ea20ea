"""`user` and `check` through the functions that the command line calls, on a database."""

from argparse import Namespace

import pytest

from guike.organisation import selectors, services
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused
from guike.wiring.cli import checking, users

pytestmark = pytest.mark.django_db


def add(login: str, role: str = "业务员", department: str | None = None) -> dict:
    return users.add(Namespace(login=login, role=role, department=department, name=None))


def test_a_new_account_can_sign_in_with_the_printed_password():
    made = add("zhangsan")
    assert made["role"] == "salesperson"
    assert services.sign_in("zhangsan", made["password"]).account is not None
    viewer = selectors.viewer_of_login("zhangsan")
    assert viewer is not None
    assert viewer.roles == {"salesperson"}


def test_in_a_department_the_role_belongs_to_the_post():
    sales = services.department_for_path(["销售部", "华东区"], actor=SYSTEM)
    add("lisi", department="华东区")
    viewer = selectors.viewer_of_login("lisi")
    assert viewer is not None
    assert (viewer.roles, viewer.department_ids) == ({"salesperson"}, {sales.pk})


def test_an_unknown_department_names_those_there_are_and_nobody_is_added():
    services.department_for_path(["财务部"], actor=SYSTEM)
    with pytest.raises(Refused, match="没有部门「仓储」。现有：财务部"):
        add("wangwu", department="仓储")
    assert selectors.viewer_of_login("wangwu") is None


def test_a_name_that_two_departments_have_must_be_written_as_a_path():
    for region in ("华东区", "华南区"):
        services.department_for_path([region, "一组"], actor=SYSTEM)
    with pytest.raises(Refused, match="有 2 个部门叫「一组」"):
        add("zhaoliu", department="一组")
    assert add("zhaoliu", department="华南区/一组")["login"] == "zhaoliu"


def test_a_new_password_replaces_the_old_one():
    old = add("sunqi")["password"]
    new = users.reset(Namespace(login="sunqi", stdin=False))["password"]
    assert services.sign_in("sunqi", old).account is None
    assert services.sign_in("sunqi", new).account is not None


def test_a_password_for_nobody_is_refused():
    with pytest.raises(Refused, match="没有能登录的账号「nobody」"):
        users.reset(Namespace(login="nobody", stdin=False))


def test_a_sound_instance_has_no_errors(settings, tmp_path):
    settings.HOME = tmp_path  # seals of other tests have their copy in the shared one
    reply = checking.check(Namespace())
    assert reply.value["checks"] > 10
    assert [problem for problem in reply.value["problems"] if problem["level"] in ("错误", "严重")] == []
    assert reply.status == 0


def test_an_error_makes_the_check_fail(monkeypatch: pytest.MonkeyPatch):
    from django.core import checks

    monkeypatch.setattr(checks, "run_checks", lambda **options: [checks.Error("工作日历没有 2026 年", hint="导入放假安排", id="guike.E999")])
    reply = checking.check(Namespace())
    assert reply.status == 1
    assert reply.value["problems"][0]["message"] == "工作日历没有 2026 年"
