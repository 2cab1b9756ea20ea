"""Pieces of a customer's page (CUS-10) for `workspace`. Each takes the viewer and a customer that the caller has authorised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guike.customers import rules, selectors, tags
from guike.customers.lists import CustomerList
from guike.customers.models import Contact, Customer
from guike.customers.selectors import Told as Told
from guike.customers.selectors import exception_of as exception_of
from guike.platform import clock, dictionaries
from guike.platform.access import Right, Viewer, allowed, field_right, reads
from guike.platform.ui import formats
from guike.platform.ui.components import Node
from guike.platform.ui.lists import BadState, place

TONES = {"support": "good", "against": "bad", "competitor": "bad"}
_COUNTS = """
SELECT (SELECT count(*) FROM customers_need WHERE customer_id = %(id)s AND state = 'open')
     + (SELECT count(*) FROM customers_competitor WHERE customer_id = %(id)s),
       (SELECT count(*) FROM platform_attachment WHERE subject_kind = 'customer' AND subject_id = %(id)s AND removed_at IS NULL),
       (SELECT count(*) FROM customers_collaborator WHERE customer_id = %(id)s),
       EXISTS (SELECT FROM engine_approval WHERE subject_kind = 'customer' AND subject_id = %(id)s AND kind = 'pool_exception')
"""


@dataclass(frozen=True)
class Counts:
    """How much stands behind the tabs, and whether an exception from the pool was ever asked for."""

    needs: int
    files: int
    collaborators: int
    exception: bool


def counts(customer: Customer) -> Counts:
    """One query, whatever the length of the history."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"id": customer.pk})
        return Counts(*cursor.fetchone())


def relation_count(viewer: Viewer, customer: Customer) -> int:
    """Relations of which the viewer sees the other side too. One query."""
    return selectors.relation_count(viewer, customer)


def parent_name(viewer: Viewer, customer: Customer) -> str:
    """The parent's name; empty without one, and where it is out of sight. One query, none without a parent."""
    return selectors.names(viewer, [customer.parent_id]).get(customer.parent_id, "") if customer.parent_id else ""


def tags_of(customer: Customer) -> SafeString:
    """The customer's tags as coloured labels; no query for one without any."""
    return tags.drawn(customer.tags, tags.words()) if customer.tags else SafeString("")


def people(viewer: Viewer, customer: Customer) -> list[Contact]:
    """The customer's people; nobody where the viewer may not see contacts. One query."""
    if not allowed(viewer, "contact", "view"):
        return []
    found = list(Contact.objects.filter(customer=customer).order_by("left_on", "-is_primary", "id"))
    for contact in found:
        contact.customer = customer
        selectors.without_hidden(viewer, contact)
    return found


def chain(found: Sequence[Contact], *, may_edit: bool) -> list[Node]:
    """The decision chain as the kit draws it."""
    return [_node(one, may_edit) for one in selectors.decision_chart(list(found))]


def _node(person: selectors.ChartPerson, may_edit: bool) -> Node:
    contact = person.contact
    stance = [part for part in (contact.get_role_display(), contact.get_attitude_display()) if part]
    return Node(
        name=contact.name,
        title=contact.position,
        stance=stance,
        tone=TONES.get(contact.attitude, ""),
        key_person=contact.role == Contact.Role.DECIDES,
        href=f"/customers/contacts/{contact.pk}/edit/" if may_edit else "",
        children=[_node(report, may_edit) for report in person.reports],
    )


@dataclass(frozen=True)
class Birthday:
    """「林海峰农历十月廿二生日，还有 6 天」"""

    name: str
    day: str
    ahead: int


def birthdays(found: Sequence[Contact], within: int = 30) -> list[Birthday]:
    """Birthdays of the next days, soonest first (CUS-09)."""
    today = clock.today()
    coming = selectors.next_birthdays(list(found), within=within, today=today)
    return [Birthday(one.name, _birthday_words(one, on, is_lunar), (on - today).days) for one, on, is_lunar in coming]


def _birthday_words(contact: Contact, on: date, is_lunar: bool) -> str:
    return _("农历%(day)s") % {"day": rules.lunar_words(contact.birthday_lunar)} if is_lunar else formats.short_day(on)


@dataclass(frozen=True)
class Founding:
    """A company's founding day as it returns: 「12-01 满 11 周年」"""

    day: str
    years: int


def founding(customer: Customer, within: int = 30) -> Founding | None:
    """The founding day when it returns within so many days, else None (CUS-09)."""
    today = clock.today()
    if not customer.founded_on or customer.founded_on >= today:
        return None
    on = rules.next_solar(customer.founded_on, today)
    return Founding(formats.short_day(on), on.year - customer.founded_on.year) if (on - today).days <= within else None


@dataclass(frozen=True)
class Fact:
    """A line of the file. `veiled`: may be looked at in clear at `reveal`; empty lines are left out of the page."""

    label: str
    value: Any
    reveal: str = ""
    is_phone: bool = False
    edit: str = ""


def _reveal_url(viewer: Viewer, record: Customer | Contact, name: str) -> str:
    code = "contact" if isinstance(record, Contact) else "customer"
    customer = record.customer if isinstance(record, Contact) else record
    veiled = field_right(viewer, code, name) is Right.MASKED and not selectors.in_clear(viewer, customer)
    if not veiled or not getattr(record, name) or not allowed(viewer, code, "reveal"):
        return ""
    prefix = "/customers/contacts" if code == "contact" else "/customers"
    return f"{prefix}/{record.pk}/reveal/{name}/"


#: Fields that need no more than a glance: no veil, no twin to look for, nothing that follows from them but completeness.
EDITED_IN_PLACE = frozenset(
    (
        "short_name",
        "legal_representative",
        "registered_capital",
        "founded_on",
        "industry",
        "employees",
        "production_lines",
        "channel",
        "outlet_type",
        "source",
        "region",
        "province",
        "city",
        "district",
        "registered_address",
        "website",
        "nature",
        "need_state",
        "rapport",
        "expected_deal_on",
        "own_use",
        "title",
        "organisation",
        "note",
    )
)
DICTIONARIES = {"industry": "industry", "source": "customer_source", "channel": "channel", "outlet_type": "outlet_type"}


def field_text(customer: Customer, name: str) -> str:
    """A field as it is read: labels, days, yes and no."""
    value = getattr(customer, name)
    field: Any = customer._meta.get_field(name)
    if name in DICTIONARIES:
        return dictionaries.label_of(DICTIONARIES[name], value) if value else ""
    if field.choices:
        return str(getattr(customer, f"get_{name}_display")())
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "、".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _plain(viewer: Viewer, customer: Customer, *names: str) -> list[Fact]:
    return [
        Fact(
            str(customer._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            field_text(customer, name),
            edit=f"/customers/{customer.pk}/field/{name}/"
            if name in EDITED_IN_PLACE and field_right(viewer, "customer", name) is Right.WRITE
            else "",
        )
        for name in names
        if reads(viewer, "customer", name)
    ]


def _guarded(viewer: Viewer, customer: Customer, *names: str) -> list[Fact]:
    facts = []
    for name in names:
        value = selectors.shown(viewer, customer, name)
        shown = "、".join(value) if isinstance(value, list) else value
        label = str(customer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        facts.append(Fact(label, shown, _reveal_url(viewer, customer, name), is_phone=name == "phone"))
    return facts


def _words(viewer: Viewer, customer: Customer) -> list[Fact]:
    return _plain(viewer, customer, *(name for name in DICTIONARIES if getattr(customer, name)))


def _own_fields(customer: Customer) -> list[Fact]:
    if not customer.custom:
        return []
    from guike.customers.models import CustomField

    shown = {True: _("是"), False: _("否")}
    return [
        Fact(field.label, shown.get(value, value) if isinstance(value, bool) else value)
        for field in CustomField.objects.filter(code__in=customer.custom)
        if (value := customer.custom[field.code]) is not None
    ]


def file_groups(viewer: Viewer, customer: Customer) -> list[tuple[str, list[Fact]]]:
    """The whole file in groups; lines and groups without content are left out."""
    company = ("uscc", "registration_number", "legal_representative", "registered_capital", "founded_on", "employees",
               "production_lines", "former_names", "business_scope")  # fmt: skip
    person = ("gender", "birthday", "birthday_lunar", "title", "organisation")
    groups = [
        (_("登记"), [*_plain(viewer, customer, "number", "short_name", "nature", *(company if customer.is_company else person)), *_words(viewer, customer)]),
        (_("联系"), [*_guarded(viewer, customer, "phone", "phones", "email"),
                    *_plain(viewer, customer, "website", "region", "province", "city", "district", "registered_address")]),
        (_("合作"), _plain(viewer, customer, "stage", "need_state", "rapport", "expected_deal_on", "dealer_agreement_on", "commission_agreement_on",
                          "supply_contract_on", "strategic_agreement_on", "own_use", "registered_on")),
        (_("开票与银行"), [*_plain(viewer, customer, "invoice_title", "tax_number", "invoice_address"),
                         *_guarded(viewer, customer, "bank_name", "bank_account")]),
        (_("自定义字段"), _own_fields(customer)),
        (_("备注"), _plain(viewer, customer, "note")),
    ]  # fmt: skip
    filled = [(label, [fact for fact in facts if fact.value not in (None, "", [])]) for label, facts in groups]
    return [(label, facts) for label, facts in filled if facts]


@dataclass(frozen=True)
class PersonLine:
    """A contact with what this viewer may read of it."""

    contact: Contact
    phone: str
    phone_reveal: str
    wechat: str
    wechat_reveal: str
    email: str
    birthday: str


def _person_line(viewer: Viewer, contact: Contact) -> PersonLine:
    birthday = _("农历%(day)s") % {"day": rules.lunar_words(contact.birthday_lunar)} if contact.birthday_lunar else ""
    return PersonLine(
        contact,
        str(selectors.shown(viewer, contact, "phone") or ""),
        _reveal_url(viewer, contact, "phone"),
        str(selectors.shown(viewer, contact, "wechat") or ""),
        _reveal_url(viewer, contact, "wechat"),
        str(selectors.shown(viewer, contact, "email") or ""),
        birthday or (formats.day(contact.birthday) if contact.birthday else ""),
    )


def callable_person(viewer: Viewer, customer: Customer, found: Sequence[Contact]) -> tuple[str, str, str]:
    """(name, number to dial, address that shows the number) of who is to be called: the primary contact, else the customer.

    The number is empty where the viewer reads it veiled; then the address reveals it.
    """
    for contact in found:
        if contact.phone and not contact.left_on:
            reveal = _reveal_url(viewer, contact, "phone")
            return contact.name, "" if reveal else _dial(viewer, contact), reveal
    reveal = _reveal_url(viewer, customer, "phone")
    return str(customer), "" if reveal else _dial(viewer, customer), reveal


def _dial(viewer: Viewer, record: Customer | Contact) -> str:
    shown = str(selectors.shown(viewer, record, "phone") or "")
    return "" if "*" in shown else rules.phone_key(shown)


# --- the tabs, drawn ------------------------------------------------------------------------------------------------------


def _drawn(name: str, request: HttpRequest, customer: Customer, **context: Any) -> SafeString:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    may_edit = allowed(viewer, "customer", "change")
    return render_to_string(f"customers/panels/{name}.html", {"customer": customer, "may_edit": may_edit, **context}, request)


def contacts_tab(request: HttpRequest, customer: Customer, found: Sequence[Contact]) -> SafeString:
    """People as chart and as list."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    may_edit = allowed(viewer, "contact", "change")
    lines = [_person_line(viewer, contact) for contact in found]
    return _drawn("contacts", request, customer, lines=lines, chain=chain(found, may_edit=may_edit), may_edit=may_edit)


def file_tab(request: HttpRequest, customer: Customer) -> SafeString:
    """The file: completeness with what is missing, groups of facts, addresses, the way through life."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return _drawn(
        "file",
        request,
        customer,
        profile=selectors.profile(customer),
        waiting=selectors.waiting_count(customer),
        groups=file_groups(viewer, customer),
        addresses=list(customer.addresses.all()) if reads(viewer, "customer", "registered_address") else [],
        certificates=selectors.certificates(viewer, customer.pk),
        steps=selectors.stage_steps(customer),
        may_move=allowed(viewer, "customer", "move"),
    )


def needs_tab(request: HttpRequest, customer: Customer) -> SafeString:
    """Needs and rivals."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = {"needs": selectors.needs(viewer, customer.pk), "competitors": selectors.competitors(viewer, customer.pk)}
    return _drawn("needs", request, customer, **found)


def files_tab(request: HttpRequest, customer: Customer) -> SafeString:
    """Attachments."""
    return _drawn("files", request, customer, files=selectors.attachments(request.viewer, customer.pk))  # type: ignore[attr-defined]


def changes_tab(request: HttpRequest, customer: Customer) -> SafeString:
    """Who changed what, when and why."""
    return _drawn("changes", request, customer, lines=selectors.changes(request.viewer, customer))  # type: ignore[attr-defined]


def relations_tab(request: HttpRequest, customer: Customer) -> SafeString:
    """The group as a tree with its sums, then every relation in sight."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    lines = selectors.relations(viewer, customer)
    found = {"group": selectors.company_group(viewer, customer), "lines": [one for one in lines if not one.relation.until]}
    return _drawn("relations", request, customer, **found, ended=[one for one in lines if one.relation.until])


# --- neighbours -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbours:
    """Addresses of the customers before and after in the list this one was opened from, and its place: 第 3 / 94 家."""

    before: str = ""
    after: str = ""
    place: str = ""


def neighbours(viewer: Viewer, address: str, customer: Customer) -> Neighbours:
    """Nothing at the ends, for a broken address, and for a page opened from nowhere."""
    if not address:
        return Neighbours()
    try:
        found = place(CustomerList(), viewer, address, customer)
    except (BadState, ValueError):
        return Neighbours()
    kept = f"?in={quote(address)}"
    before, after = ((f"{one.get_absolute_url()}{kept}" if one else "") for one in (found.before, found.after))
    words = _("第 %(n)s / %(total)s 家") % {"n": f"{found.position:,}", "total": found.total_text} if found.position else ""
    return Neighbours(before, after, words)
