"""What the audit trail itself holds (08-quality privacy)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.privacy import CONTRACTS, LOGS, REQUESTS, Erase, Ground, Whose, personal, plain, texts

personal(
    "oversight.Excision",
    {"who": Erase.KEPT},
    whose=Whose.COLLEAGUE,
    purpose=_("证明删改是依法做的"),
    ground=Ground.LAW,
    term=LOGS,
    why=_("签名包含经手人"),
)
ANSWERED = _("答复个人信息请求，证明办过")
texts("oversight.PersonalRequest", "asker detail outcome", purpose=ANSWERED, ground=Ground.LAW, term=REQUESTS)
texts("oversight.Hold", "reason released_why", purpose=ANSWERED, ground=Ground.LAW, term=REQUESTS)
personal(
    "oversight.Keeping",
    {"content": Erase.KEPT},
    whose=Whose.ANYBODY,
    purpose=_("法定保存期没满的资料"),
    ground=Ground.LAW,
    term=CONTRACTS,
    why=_("加密锁着，到期自动清除"),
)
plain("oversight.PersonalRequest", "number plan")
plain("oversight.Keeping", "table columns why")

plain("oversight.Seal", "previous hash signature")
plain("oversight.Shape", "columns")
plain("oversight.SealedRange", "table digest")
plain("oversight.Leaves", "content")
plain("oversight.Horizon", "limits writers sealed")
plain("oversight.Excision", "why table before after signature")
