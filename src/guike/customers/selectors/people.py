"""The customer's people as a list and as a decision chain; ours who share the work."""

from dataclasses import dataclass, field
from datetime import date

from guike.customers import rules
from guike.customers.models import Collaborator, Consent, Contact
from guike.customers.selectors.visibility import without_hidden
from guike.platform import clock
from guike.platform.access import Viewer, row, rows


def contacts(viewer: Viewer, customer_id: int, *, with_left: bool = True) -> list[Contact]:
    """Contacts of a customer within reach: the primary first, those who left last. Two queries."""
    customer = row(viewer, "customer", customer_id)
    found = list(rows(viewer, "contact").filter(customer=customer).order_by("id"))
    for contact in found:
        contact.customer = customer
        without_hidden(viewer, contact)
    present = sorted((c for c in found if not c.left_on), key=lambda c: (not c.is_primary, c.role != Contact.Role.DECIDES, c.pk))
    return present + [c for c in found if c.left_on] if with_left else present


def consents_of(viewer: Viewer, contact_id: int) -> list[Consent]:
    """What a contact within reach agreed to and took back, the newest first."""
    found: Contact = row(viewer, "contact", contact_id)
    return list(found.consents.select_related("noted_by"))


@dataclass(frozen=True)
class ChartPerson:
    """One box of the decision chain with those who report to it."""

    contact: Contact
    reports: list["ChartPerson"] = field(default_factory=list)


def decision_chart(found: list[Contact]) -> list[ChartPerson]:
    """The chain as trees: those without a boss on file stand on top. A circle in old data is cut, nobody is lost."""
    present = {contact.pk: ChartPerson(contact) for contact in found if not contact.left_on}
    roots = []
    for node in present.values():
        boss = present.get(node.contact.reports_to_id or 0)
        if boss is None or _circular(node.contact, present):
            roots.append(node)
        else:
            boss.reports.append(node)
    return sorted(roots, key=lambda node: (not node.reports, node.contact.role != Contact.Role.DECIDES, node.contact.pk))


def _circular(contact: Contact, present: dict[int, ChartPerson]) -> bool:
    seen: set[int] = set()
    boss_id = contact.reports_to_id
    while boss_id in present and boss_id not in seen:
        seen.add(boss_id)
        boss_id = present[boss_id].contact.reports_to_id
    return contact.pk in seen


def next_birthdays(found: list[Contact], *, within: int = 30, today: date | None = None) -> list[tuple[Contact, date, bool]]:
    """(contact, next birthday, is lunar) for birthdays within so many days, soonest first (CUS-09)."""
    day = today or clock.today()
    coming = []
    for contact in found:
        if contact.left_on:
            continue
        if contact.birthday_lunar:
            coming.append((contact, rules.next_lunar(contact.birthday_lunar, day), True))
        elif contact.birthday:
            coming.append((contact, rules.next_solar(contact.birthday, day), False))
    return sorted((one for one in coming if (one[1] - day).days <= within), key=lambda one: one[1])


def collaborators(viewer: Viewer, customer_id: int) -> list[Collaborator]:
    """Colleagues who share the work on a customer."""
    row(viewer, "customer", customer_id)
    return list(Collaborator.objects.filter(customer_id=customer_id).select_related("person"))
