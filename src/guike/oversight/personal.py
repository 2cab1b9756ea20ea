"""What the audit trail itself holds (08-quality privacy)."""

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from guike.oversight.models import PersonalRequest
from guike.platform.privacy import CONTRACTS, GONE, LOGS, REQUESTS, Erase, Ground, Whose, going_on, people, personal, plain, texts

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
personal(
    "oversight.PersonalRequest",
    {"asker": Erase.REPLACED, "detail": Erase.BLANK, "outcome": Erase.BLANK},
    whose=Whose.ANYBODY,
    purpose=ANSWERED,
    ground=Ground.LAW,
    term=REQUESTS,
)
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
texts("oversight.DuePerson", "kept_why", purpose=_("到期的资料删了没有、为什么再留"), ground=Ground.LAW, term=REQUESTS)
plain("oversight.DuePerson", "subject_kind term last_what")
plain("oversight.PersonalTerms", "months")

plain("oversight.Seal", "previous hash signature")
plain("oversight.Shape", "columns")
plain("oversight.SealedRange", "table digest")
plain("oversight.Leaves", "content")
plain("oversight.Horizon", "limits writers sealed")
plain("oversight.Excision", "why table before after signature")


@people("personal_request", REQUESTS)
def answered() -> QuerySet:
    """Requests that were answered, while they name who asked. What the company began by itself names nobody."""
    closed = PersonalRequest.objects.filter(state__in=("done", "refused")).exclude(way=PersonalRequest.Way.TERM)
    return closed.exclude(asker=GONE).annotate(since=F("closed_on"))


def _asked(kind: str) -> Any:
    """A request of the person that is not answered yet."""

    def find(of: Any) -> QuerySet:
        still_open = PersonalRequest.objects.filter(subject_kind=kind, subject_id=of).exclude(state__in=("done", "refused"))
        return still_open.exclude(way=PersonalRequest.Way.TERM).order_by()

    return find


for kind in ("contact", "customer"):
    going_on(kind)(_asked(kind))
