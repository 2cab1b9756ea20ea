"""A contact's consent, noted as it was given or taken back (08-quality privacy)."""

from datetime import date

from django.utils.translation import gettext as _

from guike.customers.models import Consent, Contact
from guike.customers.services.doors import changeable_contact
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb


@verb("customers.note_consent")
def note_consent(
    contact_id: int, purpose: str, *, given: bool, on: date, source: str, actor: Viewer, note: str = "", reason: str = ""
) -> Consent:
    """Note that a contact agreed to a purpose or took it back. What was noted stays; the newest day counts.

    Who took back marketing leaves exports of contacts without a number from the moment it is noted.
    """
    contact = changeable_contact(actor, contact_id)
    if on > clock.today():
        raise Refused(_("日期 %(day)s 在今天之后，改为今天或更早") % {"day": on}, field="on")
    made = Consent.objects.create(
        contact=contact, purpose=purpose, given=given, on=on, source=source, note=note.strip()[:200], noted_by_id=actor.person_id
    )
    if purpose == Consent.Purpose.MARKETING:
        _mark(contact)
    return made


def _mark(contact: Contact) -> None:
    """Keep the present word about marketing beside the contact, where lists and exports read it."""
    newest = Consent.objects.filter(contact=contact, purpose=Consent.Purpose.MARKETING).order_by("-on", "-id").first()
    present = "" if newest is None else Contact.Marketing.GIVEN if newest.given else Contact.Marketing.WITHDRAWN
    if contact.marketing != present:
        contact.marketing = present
        contact.version += 1
        contact.save(update_fields=["marketing", "version"])
