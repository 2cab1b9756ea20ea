"""Licences: noted, corrected, renewed, ended (CUS-13)."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.events import CustomerChanged
from guike.customers.models import Certificate, Customer
from guike.customers.services import cleaning
from guike.customers.services.doors import changeable
from guike.platform import clock, dictionaries, events, files
from guike.platform.access import Viewer
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

FIELDS = frozenset({"kind", "number", "scope", "issued_by", "issued_on", "expires_on", "note"})


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaning.require_known(values, FIELDS)
    cleaned = cleaning.texts(Certificate, values)
    if not cleaned.get("kind"):
        raise Refused(_("选一种证照"), field="kind")
    issued, until = cleaned.get("issued_on"), cleaned.get("expires_on")
    fault = rules.certificate_fault(issued, until, clock.today())
    if fault == "issued_later":
        raise Refused(_("发证日期 %(day)s 在今天之后，改为今天或更早") % {"day": issued}, field="issued_on")
    if fault == "ends_before_issue":
        raise Refused(_("有效期至 %(until)s 早于发证日期 %(day)s") % {"until": until, "day": issued}, field="expires_on")
    return cleaned


def _once(customer: Customer, cleaned: Mapping[str, Any], but: int | None = None) -> None:
    """A sentence instead of the database's constraint."""
    if not cleaned.get("number"):
        return
    same = Certificate.objects.filter(customer=customer, kind=cleaned["kind"], number=cleaned["number"], ended_on=None)
    if but is not None:
        same = same.exclude(pk=but)
    if same.exists():
        kind = dictionaries.label_of("certificate_kind", cleaned["kind"])
        raise Refused(
            _("这家客户已登记过 %(kind)s %(number)s，换证用「换证」") % {"kind": kind, "number": cleaned["number"]}, field="number"
        )


def _scanned(certificate: Certificate, scan: UploadedFile | None, actor: Viewer) -> None:
    if scan is not None:
        certificate.scan = files.attach(
            scan, "customer", certificate.customer_id, actor=actor, note=_("证照：%(name)s") % {"name": certificate}
        )


def _current(customer: Customer, pk: int) -> Certificate:
    found = Certificate.objects.select_for_update(of=("self",)).filter(customer=customer, pk=pk, ended_on=None).first()
    if found is None:
        raise Http404
    return found


def _tell(customer: Customer) -> None:
    events.emit(CustomerChanged(customer.pk, frozenset({"certificates"})))


@verb("customers.add_certificate")
def add_certificate(
    customer_id: int, values: Mapping[str, Any], *, actor: Viewer, scan: UploadedFile | None = None, reason: str = ""
) -> Certificate:
    """Note a licence. Refuses one that is on file already, an end before its beginning, an issue in the future."""
    customer = changeable(actor, customer_id)
    cleaned = _checked(values)
    _once(customer, cleaned)
    made = Certificate(customer=customer, noted_by_id=actor.person_id, **cleaned)
    _scanned(made, scan, actor)
    made.save()
    _tell(customer)
    return made


@verb("customers.change_certificate")
def change_certificate(
    customer_id: int,
    certificate_id: int,
    values: Mapping[str, Any],
    *,
    version: int,
    actor: Viewer,
    scan: UploadedFile | None = None,
    reason: str = "",
) -> Certificate:
    """Correct what was written down wrongly; a new licence in place of the old one is `renew_certificate`."""
    customer = changeable(actor, customer_id)
    found = _current(customer, certificate_id)
    if found.version != version:
        raise Stale(_("这张证照刚被别人改过，看一眼再改"))
    cleaned = _checked(values)
    _once(customer, cleaned, but=found.pk)
    for name, value in cleaned.items():
        setattr(found, name, value)
    _scanned(found, scan, actor)
    found.version += 1
    found.save()
    _tell(customer)
    return found


@verb("customers.renew_certificate")
def renew_certificate(
    customer_id: int, certificate_id: int, values: Mapping[str, Any], *, actor: Viewer, scan: UploadedFile | None = None, reason: str = ""
) -> Certificate:
    """The new licence takes the place of the old one from today; what was due for the old one clears by itself."""
    customer = changeable(actor, customer_id)
    old = _current(customer, certificate_id)
    cleaned = _checked(values)
    if old.expires_on and cleaned.get("expires_on") and cleaned["expires_on"] <= old.expires_on:
        raise Refused(_("新证有效期要晚于旧证的 %(day)s") % {"day": old.expires_on}, field="expires_on")
    Certificate.objects.filter(pk=old.pk).update(ended_on=clock.today(), version=F("version") + 1)
    _once(customer, cleaned)
    made = Certificate(customer=customer, noted_by_id=actor.person_id, renews=old, **cleaned)
    _scanned(made, scan, actor)
    made.save()
    _tell(customer)
    return made


@verb("customers.end_certificate")
def end_certificate(customer_id: int, certificate_id: int, *, actor: Viewer, reason: str = "") -> None:
    """It no longer counts: noted by mistake, or given up. The row and its history stay."""
    customer = changeable(actor, customer_id)
    found = _current(customer, certificate_id)
    Certificate.objects.filter(pk=found.pk).update(ended_on=clock.today(), version=F("version") + 1)
    _tell(customer)
