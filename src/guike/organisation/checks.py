"""What `guike check` says about the administrators (PLT-01, 08-quality Safety)."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection
from django.utils.translation import gettext as _


@register(Tags.database)
def administrators_are_apart(databases: Any = None, **options: Any) -> list[CheckMessage]:
    """Warns when one person holds rights that the company keeps apart. Says nothing before the tables are made."""
    from guike.organisation.selectors import roles, separation

    if not databases or "organisation_rightsstate" not in connection.introspection.table_names():
        return []
    found: list[CheckMessage] = [
        Warning(
            _("%(name)s同时是%(roles)s") % {"name": one.name, "roles": "、".join(roles.role_name(role) for role in one.roles)},
            hint=_("系统、安全、审计管理员由三个人担任，在「账号」里给其中一个角色换人"),
            id="guike.W011",
        )
        for one in separation.conflicts()
    ]
    if names := separation.all_in_one():
        text = _("已分设三种管理员，%(names)s仍是什么都能做的管理员") % {"names": "、".join(names)}
        found.append(Warning(text, hint=_("在「账号」里去掉「管理员」角色"), id="guike.W012"))
    return found
