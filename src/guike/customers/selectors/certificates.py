"""Licences as a viewer may see them: with the customers they hang on (CUS-13)."""

from django.db.models import QuerySet
from django.http import Http404

from guike.customers.models import Certificate
from guike.platform import dictionaries
from guike.platform.access import Viewer, row, rows


def certificates(viewer: Viewer, customer_id: int) -> list[Certificate]:
    """Those that count with the word of their kind (`kind_text`), the first to run out first; without end last. 404 out of sight."""
    row(viewer, "customer", customer_id)
    found = list(Certificate.objects.filter(customer_id=customer_id, ended_on=None).select_related("scan", "noted_by"))
    words = dictionaries.labels("certificate_kind") if found else {}
    for one in found:
        one.kind_text = words.get(one.kind, one.kind)  # type: ignore[attr-defined]
    return sorted(found, key=lambda one: (one.expires_on is None, one.expires_on, one.pk))


def certificate(viewer: Viewer, customer_id: int, pk: int) -> Certificate:
    """One that counts, of a customer in sight; else 404."""
    row(viewer, "customer", customer_id)
    found = Certificate.objects.filter(customer_id=customer_id, pk=pk, ended_on=None).first()
    if found is None:
        raise Http404
    return found


def certificates_for(viewer: Viewer) -> QuerySet[Certificate]:
    """All that count, of customers in use that the viewer may see."""
    return rows(viewer, "certificate").filter(ended_on=None, customer__removed_at=None).select_related("customer", "customer__owner")
