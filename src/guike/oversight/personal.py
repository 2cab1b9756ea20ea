"""What the audit trail itself holds (08-quality privacy)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.privacy import LOGS, Erase, Ground, Whose, personal, plain

personal(
    "oversight.Excision",
    {"who": Erase.KEPT},
    whose=Whose.COLLEAGUE,
    purpose=_("证明删改是依法做的"),
    ground=Ground.LAW,
    term=LOGS,
    why=_("签名包含经手人"),
)

plain("oversight.Seal", "previous hash signature")
plain("oversight.Shape", "columns")
plain("oversight.SealedRange", "table digest")
plain("oversight.Leaves", "content")
plain("oversight.Horizon", "limits writers sealed")
plain("oversight.Excision", "why table before after signature")
