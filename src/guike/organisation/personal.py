"""Colleagues' data: needed to employ them and to know who did what (08-quality privacy)."""

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guike.organisation.models import Person
from guike.platform.privacy import EMPLOYMENT, LOGS, Erase, Ground, Whose, people, personal, plain

WORK = _("分工、审批、通知，认定谁做了什么")
ENTRY = _("登录和账号安全")
STAFF = _("谁办的业务要能查到；离职满期限后手机和邮箱清空")

personal(
    "organisation.Person",
    {**dict.fromkeys(("number", "name", "pinyin"), Erase.KEPT), **dict.fromkeys(("phone", "email"), Erase.BLANK)},
    whose=Whose.COLLEAGUE,
    purpose=WORK,
    ground=Ground.STAFF,
    term=EMPLOYMENT,
    why=STAFF,
)
personal("organisation.Post", {"title": Erase.KEPT}, whose=Whose.COLLEAGUE, purpose=WORK, ground=Ground.STAFF, term=EMPLOYMENT, why=STAFF)
personal("organisation.Deputy", {"reason": Erase.KEPT}, whose=Whose.COLLEAGUE, purpose=WORK, ground=Ground.STAFF, term=EMPLOYMENT, why=STAFF)
for model, columns in {
    "organisation.Account": ("login",),
    "organisation.Identity": ("subject", "issuer"),
    "organisation.Factor": ("name", "credential", "credential_id", "secret"),
    "organisation.Session": ("address", "device", "session_data"),
    "organisation.LoginGuard": ("key",),
    "organisation.RightsChange": ("asked_name", "decided_name"),
}.items():
    personal(model, dict.fromkeys(columns, Erase.KEPT), whose=Whose.COLLEAGUE, purpose=ENTRY, ground=Ground.STAFF, term=EMPLOYMENT, why=STAFF)
personal(
    "organisation.LoginRecord",
    dict.fromkeys(("login", "address", "device"), Erase.KEPT),
    whose=Whose.COLLEAGUE,
    purpose=ENTRY,
    ground=Ground.LAW,
    term=LOGS,
    why=_("法定日志"),
)

plain("organisation.CalendarYear", "source")
plain("organisation.StatutoryDay", "name")
plain("organisation.CalendarException", "reason")
plain("organisation.CalendarDay", "note")
plain("organisation.SignInRules", "required_roles")
plain("organisation.Factor", "host")
plain("organisation.RecoveryCode", "digest")
plain("organisation.ResetLink", "digest")
plain("organisation.Session", "session_key")
plain("organisation.IdentityProvider", "label issuer client_id client_secret")
plain("organisation.Account", "password roles")
plain("organisation.PasswordRecord", "password")
plain("organisation.CompanyProfile", "name short_name uscc city industry phone address wizard_step wizard_skipped")
plain("organisation.Department", "name code path")
plain("organisation.OwnRole", "code name base")
plain("organisation.RoleRight", "role object name")
plain("organisation.RightsChange", "kind role content reason note")


@people("person", EMPLOYMENT)
def leavers() -> QuerySet:
    """Who left and can still be reached through us. Names stay: who did what must be told."""
    return Person.objects.filter(left_on__isnull=False).exclude(Q(phone="") & Q(email="")).annotate(since=F("left_on"))
