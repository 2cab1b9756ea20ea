"""`guike user add|password`: accounts where nobody can get in yet, or any more."""

import argparse
import sys
from typing import Any

from guike.platform.roles import ROLES

USAGE = [
    ("user add LOGIN --role ROLE [--department D]", "建一个账号，给出一次性密码"),
    ("user password LOGIN", "给账号一个新的一次性密码，同时解除锁定"),
]


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("user", help="账号").add_subparsers(metavar="add|password")
    adding = verbs.add_parser("add", help=USAGE[0][1])
    adding.add_argument("login", metavar="LOGIN", help="登录名")
    adding.add_argument("--role", required=True, choices=[*ROLES, *ROLES.values()], metavar="ROLE", help="、".join(f"{k} {v}" for k, v in ROLES.items()))
    adding.add_argument("--department", metavar="D", help="部门名称或路径（销售部/华东区）；有部门时角色随岗位，否则随账号")
    adding.add_argument("--name", help="姓名，默认同登录名")
    adding.set_defaults(run=add, show=show)
    resetting = verbs.add_parser("password", help=USAGE[1][1])
    resetting.add_argument("login", metavar="LOGIN", help="登录名")
    resetting.add_argument("--stdin", action="store_true", help="从标准输入读新密码，不生成一次性密码")
    resetting.set_defaults(run=reset, show=show)


def add(arguments: argparse.Namespace) -> dict[str, Any]:
    """A person with an account and, in a department, a post. Raises Refused when login, department or role cannot be used."""
    from django.db import transaction

    from guike.organisation import services
    from guike.platform.access import SYSTEM

    role = {name: code for code, name in ROLES.items()}.get(arguments.role, arguments.role)
    with transaction.atomic():
        person = services.add_person(arguments.name or arguments.login, actor=SYSTEM)
        if arguments.department:
            services.give_post(person.pk, _department(arguments.department), role, actor=SYSTEM)
        roles = [] if arguments.department else [role]
        account, password = services.add_account(person.pk, arguments.login, actor=SYSTEM, roles=roles)
    return {"login": account.login, "role": role, "department": arguments.department, "password": password}


def _department(wanted: str) -> int:
    """The department of a path, or of a name that only one has."""
    from guike.organisation import selectors
    from guike.platform.errors import Refused

    paths = selectors.department_paths()
    found = [paths[wanted]] if wanted in paths else [pk for path, pk in paths.items() if path.rpartition("/")[2] == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        same = "、".join(path for path in paths if path.rpartition("/")[2] == wanted)
        raise Refused(f"有 {len(found)} 个部门叫「{wanted}」，写出路径：{same}")
    raise Refused(f"没有部门「{wanted}」。现有：{'、'.join(paths) or '（还没有部门）'}")


def reset(arguments: argparse.Namespace) -> dict[str, Any]:
    """A new password; the account is opened where failed attempts had shut it."""
    from guike.organisation import selectors, services
    from guike.platform.access import SYSTEM
    from guike.platform.errors import Refused

    viewer = selectors.viewer_of_login(arguments.login)
    if viewer is None or viewer.account_id is None:
        raise Refused(f"没有能登录的账号「{arguments.login}」")
    if not arguments.stdin:
        return {"login": viewer.login, "password": services.reset_password(viewer.account_id, actor=SYSTEM)}
    services.set_password(viewer.account_id, sys.stdin.readline().rstrip("\r\n"), actor=SYSTEM)
    return {"login": viewer.login, "password": None}


def show(value: dict[str, Any]) -> None:
    print(f"{value['login']}：密码 {value['password']}（只显示这一次，登录后要改）" if value["password"] else f"{value['login']}：密码已改")
