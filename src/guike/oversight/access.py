"""Who reads the audit trail, and who sees who has been at a record (PLT-02)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Grant, Reach, Scope, declare

READS = Grant(view=Reach.ALL, export=Reach.ALL)
READERS = ("administrator", "audit_admin")

declare("access_log", model="platform.AccessLog", label=_("访问记录"), scope=Scope(), grants=dict.fromkeys(READERS, READS))
declare("login_record", model="organisation.LoginRecord", label=_("登录记录"), scope=Scope(), grants=dict.fromkeys(READERS, READS))
declare("change_record", model="pghistory.Context", label=_("修改记录"), scope=Scope(), grants=dict.fromkeys(READERS, READS))
declare("seal", model="oversight.Seal", label=_("审计封签"), scope=Scope(), grants=dict.fromkeys(READERS, Grant(view=Reach.ALL)))
# Who has been at a record: the record itself must be in sight; the log stays with its readers.
declare(
    "look",
    model="platform.AccessLog",
    label=_("谁看过"),
    scope=Scope(),
    grants={
        **dict.fromkeys(("sales_manager", "marketing", "executive"), Grant(view=Reach.ALL)),
        **dict.fromkeys(READERS, Grant(view=Reach.ALL)),
    },
)
declare(
    "personal_field",
    model="oversight.Excision",
    label=_("个人信息清单"),
    scope=Scope(everyone=True),
    grants={**dict.fromkeys(READERS, READS), "security_admin": READS, "executive": Grant(view=Reach.ALL)},
)

#: Whoever meets a customer's people may write down what they ask; answering is the administrator's. Erasing is confirmed by another one.
_RECORDS = Grant(view=Reach.OWN, add=Reach.OWN)
declare(
    "personal_request",
    model="oversight.PersonalRequest",
    label=_("个人信息请求"),
    scope=Scope(owner="received_by_id", department="department_id"),
    actions={"copy": _("做副本"), "erase": _("提出删除"), "confirm": _("复核删除"), "hold": _("设置法定保留")},
    grants={
        **dict.fromkeys(("salesperson", "marketing", "service", "technician", "finance", "clerk"), _RECORDS),
        "sales_manager": Grant(view=Reach.BELOW, add=Reach.OWN),
        "executive": Grant(view=Reach.ALL, add=Reach.OWN, confirm=Reach.ALL),
        "audit_admin": Grant(view=Reach.ALL, confirm=Reach.ALL),
        "administrator": Grant(
            view=Reach.ALL,
            add=Reach.ALL,
            change=Reach.ALL,
            export=Reach.ALL,
            copy=Reach.ALL,
            erase=Reach.ALL,
            confirm=Reach.ALL,
            hold=Reach.ALL,
        ),
    },
)
#: A copy shows everything in clear: it is not for who merely recorded the request.
declare(
    "personal_copy",
    model="oversight.PersonalRequest",
    label=_("个人信息副本"),
    scope=Scope(owner="received_by_id", department="department_id"),
    grants={"administrator": Grant(view=Reach.ALL)},
)
#: Names of people whose time is over: only for who decides, and who watches over it.
declare(
    "personal_due",
    model="oversight.DuePerson",
    label=_("到期的个人信息"),
    scope=Scope(),
    actions={"erase": _("删除"), "keep": _("再保留")},
    grants={
        "administrator": Grant(view=Reach.ALL, export=Reach.ALL, erase=Reach.ALL, keep=Reach.ALL),
        **dict.fromkeys(("executive", "audit_admin"), Grant(view=Reach.ALL)),
    },
)
declare(
    "personal_terms",
    model="oversight.PersonalTerms",
    label=_("个人信息规则"),
    scope=Scope(everyone=True),
    grants={"administrator": Grant(view=Reach.ALL, change=Reach.ALL), **dict.fromkeys(("executive", "audit_admin"), Grant(view=Reach.ALL))},
)
