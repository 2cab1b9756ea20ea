"""Coming days of customers in sight (CUS-09)."""

from datetime import timedelta

from django.db.models import Case, CharField, F, QuerySet, Value, When

from guike.customers.models import KeyDate
from guike.platform import clock, dictionaries
from guike.platform.access import Viewer, reads, rows


def key_dates(viewer: Viewer) -> QuerySet[KeyDate]:
    """All from today on, of customers in use that the viewer may see, with what their lines name; `licence` is the word of a licence's kind."""
    words = (When(certificate__kind=code, then=Value(label)) for code, label in dictionaries.labels("certificate_kind").items())
    found = rows(viewer, "key_date").filter(customer__removed_at=None, next_on__gte=clock.today())
    for code in ("contact", "customer"):
        if not reads(viewer, code, "birthday"):
            found = found.exclude(kind=KeyDate.Kind.BIRTHDAY, contact__isnull=code == "customer")
    found = found.annotate(licence=Case(*words, default=F("certificate__kind"), output_field=CharField()))
    return found.select_related("customer__owner", "customer__figures", "contact", "certificate")


def own_key_dates(viewer: Viewer, ahead: int) -> QuerySet[KeyDate]:
    """Those of the viewer's own customers within so many days."""
    until = clock.today() + timedelta(days=ahead)
    return key_dates(viewer).filter(customer__owner_id=viewer.person_id, next_on__lte=until).order_by("next_on", "pk")
