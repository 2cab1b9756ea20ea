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
