"""Who may see and change people, accounts, the company and the calendar (PLT-01)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Grant, Reach, Scope, declare
from guike.platform.roles import ROLES

EVERYBODY_READS = {role: Grant(view=Reach.ALL) for role in ROLES}
KEEPS = Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL, delete=Reach.ALL, **{"import": Reach.ALL, "export": Reach.ALL})

SETS = Grant(view=Reach.ALL, change=Reach.ALL)
RULES = Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL, confirm=Reach.ALL, explain=Reach.ALL)

declare(
    "department",
    model="organisation.Department",
    label="部门",
    scope=Scope(everyone=True),
    grants={**EVERYBODY_READS, "administrator": KEEPS, "security_admin": KEEPS},
)
declare(
    "person",
    model="organisation.Person",
    label="人员",
    scope=Scope(owner="pk"),
    grants={**EVERYBODY_READS, "administrator": KEEPS, "security_admin": KEEPS},
)
declare(
    "deputy",
    model="organisation.Deputy",
    label="代理",
    scope=Scope(owner="person"),
    grants={
        **{role: Grant(view=Reach.ALL, add=Reach.OWN, delete=Reach.OWN) for role in ROLES},
        "administrator": Grant(view=Reach.ALL, add=Reach.ALL, delete=Reach.ALL),
        "security_admin": Grant(view=Reach.ALL, add=Reach.ALL, delete=Reach.ALL),
    },
)
declare(
    "account",
    model="organisation.Account",
    label="账号",
    scope=Scope(owner="person"),
    grants={
        "administrator": Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL),
        "security_admin": Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL),
        "audit_admin": Grant(view=Reach.ALL),
    },
)
declare(
    "role",
    model="organisation.Post",
    label=_("角色与权限"),
    scope=Scope(everyone=True),
    actions={"confirm": _("确认权限变更"), "explain": _("查权限")},
    grants={**EVERYBODY_READS, "administrator": RULES, "security_admin": RULES, "audit_admin": Grant(view=Reach.ALL, explain=Reach.ALL)},
)
declare(
    "company",
    model="organisation.CompanyProfile",
    label="公司信息",
    scope=Scope(everyone=True),
    actions={"set_up": _("走一遍初始设置")},
    grants={**EVERYBODY_READS, "administrator": Grant(view=Reach.ALL, change=Reach.ALL, set_up=Reach.ALL), "system_admin": SETS},
)
declare(
    "calendar",
    model="organisation.CalendarDay",
    label="工作日历",
    scope=Scope(everyone=True),
    grants={**EVERYBODY_READS, "administrator": SETS, "system_admin": SETS},
)
declare(
    "sign_in",
    model="organisation.SignInRules",
    label=_("登录设置"),
    scope=Scope(everyone=True),
    grants={"administrator": SETS, "security_admin": SETS},
)
declare(
    "provider",
    model="organisation.IdentityProvider",
    label=_("公司账号登录"),
    scope=Scope(everyone=True),
    grants={"administrator": SETS, "security_admin": SETS},
)
