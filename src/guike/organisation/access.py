"""Who may see and change people, accounts, the company and the calendar (PLT-01)."""

from guike.platform.access import Grant, Reach, Scope, declare
from guike.platform.roles import ROLES

EVERYBODY_READS = {role: Grant(view=Reach.ALL) for role in ROLES}
KEEPS = Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL, delete=Reach.ALL, **{"import": Reach.ALL, "export": Reach.ALL})

declare(
    "department",
    model="organisation.Department",
    label="部门",
    scope=Scope(everyone=True),
    grants={**EVERYBODY_READS, "administrator": KEEPS},
)
declare(
    "person",
    model="organisation.Person",
    label="人员",
    scope=Scope(owner="pk"),
    grants={**EVERYBODY_READS, "administrator": KEEPS},
)
declare(
    "deputy",
    model="organisation.Deputy",
    label="代理",
    scope=Scope(owner="person"),
    grants={
        **{role: Grant(view=Reach.ALL, add=Reach.OWN, delete=Reach.OWN) for role in ROLES},
        "administrator": Grant(view=Reach.ALL, add=Reach.ALL, delete=Reach.ALL),
    },
)
declare(
    "account",
    model="organisation.Account",
    label="账号",
    scope=Scope(owner="person"),
    grants={"administrator": Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL)},
)
declare(
    "role",
    model="organisation.Post",
    label="角色说明",
    scope=Scope(everyone=True),
    grants=EVERYBODY_READS,
)
declare(
    "company",
    model="organisation.CompanyProfile",
    label="公司信息",
    scope=Scope(everyone=True),
    grants={**EVERYBODY_READS, "administrator": Grant(view=Reach.ALL, change=Reach.ALL)},
)
declare(
    "calendar",
    model="organisation.CalendarDay",
    label="工作日历",
    scope=Scope(everyone=True),
    grants={**EVERYBODY_READS, "administrator": Grant(view=Reach.ALL, change=Reach.ALL)},
)
declare(
    "sign_in",
    model="organisation.SignInRules",
    label="登录设置",
    scope=Scope(everyone=True),
    grants={"administrator": Grant(view=Reach.ALL, change=Reach.ALL)},
)
declare(
    "provider",
    model="organisation.IdentityProvider",
    label="公司账号登录",
    scope=Scope(everyone=True),
    grants={"administrator": Grant(view=Reach.ALL, change=Reach.ALL)},
)
