"""A find may be a person, and names whom to call (08-quality privacy)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from guike.marketing import services
from guike.marketing.models import Find
from guike.platform.privacy import GONE, LEADS, Erase, Ground, Whose, dealing, going_on, people, personal, plain, rebuild, texts

FOUND = _("判断是否值得联系，分派给业务员")

texts("marketing.Find", "said place_found", purpose=FOUND, ground=Ground.CONSENT, term=LEADS)
personal(
    "marketing.Find",
    {"name": Erase.REPLACED, **dict.fromkeys(("contact", "position", "phone", "address", "note"), Erase.BLANK)},
    whose=Whose.FIND,
    purpose=FOUND,
    ground=Ground.CONSENT,
    term=LEADS,
    identifies={"name": "name", "contact": "name", "phone": "phone"},
    of_persons=("name",),
)
personal("marketing.Find", dict.fromkeys(("search", "name_key", "phone_keys"), Erase.DERIVED), whose=Whose.FIND, purpose=FOUND, ground=Ground.CONSENT, term=LEADS)


def _derived(found: Any) -> dict[str, Any]:
    """A find looks itself up by what it still says."""
    return {name: getattr(found, name) for name in services.derive(found)}


rebuild("marketing.Find", _derived)

plain("marketing.Find", "number uscc source industry product_line province city route")
plain("marketing.Route", "name regions product_lines sources")


@people("find", LEADS)
def finds() -> QuerySet:
    """What was found and did not become a customer, while it still names somebody. An accepted one is kept as long as the customer."""
    somebody = ~Q(contact="") | ~Q(phone="") | (Q(kind=Find.Kind.PERSON) & ~Q(name=GONE))
    handled = Greatest("found_on", "sent_on", "accepted_on", "returned_on")
    return Find.objects.filter(somebody).exclude(state=Find.State.ACCEPTED).annotate(since=handled)


@going_on("find")
def still_asked(of: Any) -> QuerySet:
    """Sent to somebody who has not answered yet."""
    return Find.objects.filter(pk=of, state=Find.State.SENT).order_by()


@dealing("customer", "find", _("市场线索"))
def became_customer(of: Any) -> QuerySet:
    return Find.objects.filter(customer_id=of, accepted_on__isnull=False).order_by("-accepted_on").values("accepted_on")[:1]
