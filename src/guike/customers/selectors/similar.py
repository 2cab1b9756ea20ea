"""Who in the books may be the one that is being typed (CUS-07): candidates by index, likeness and its reasons by the rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import connection
from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.models import Contact, Customer
from guike.platform.access import Viewer, rows

#: Candidates read per way of finding them; the rules then sort.
EACH = 30
_SALT = "customers.similar"
#: Every branch stops at its limit and reads one index: the price does not grow with the books.
_BY = {
    "code": "uscc = %(code)s",
    "old": "name_key = %(key)s AND registration_number = %(old)s",
    "name": "name_key = %(key)s",
    "sound": "pinyin = %(sound)s",
    "phone": "phone_keys && %(phones)s::varchar[]",
    "holds": "search LIKE %(holds)s",
    "brand": "brand_sound = %(brand)s AND brand_sound <> '' AND brand_place = %(place)s",
    "brand_nowhere": "brand_sound = %(brand)s AND brand_sound <> '' AND brand_place = ''",
    "brand_anywhere": "brand_sound = %(brand)s AND brand_sound <> ''",
    "alike": "search LIKE ANY(%(alike)s)",
}
_BRANCH = "(SELECT id FROM customers_customer WHERE removed_at IS NULL AND {} LIMIT {})"
_PEOPLE = "(SELECT customer_id FROM customers_contact k WHERE k.removed_at IS NULL AND k.phone_keys && %(phones)s::varchar[] LIMIT {})"


@dataclass(frozen=True)
class Similar:
    """A customer that may be the one being typed, most likely first.

    `customer_id` is None and `name` empty where the viewer may not open it: then only whose it is is told, and `ticket` lets the viewer
    ask the owner to share it.
    """

    customer_id: int | None
    name: str
    owner: str
    why: str
    score: int = 0
    department: str = ""
    ticket: str = ""


@dataclass(frozen=True)
class Match:
    """A customer with how much it resembles what was asked."""

    customer: Customer
    likeness: rules.Likeness


def identity_of(customer: Customer, phones: Iterable[str] = ()) -> rules.Identity:
    """A record, comparable; `phones` are further numbers, its people's."""
    return rules.identity(
        name=customer.name,
        kind=customer.kind,
        short_name=customer.short_name,
        former_names=customer.former_names,
        uscc=customer.uscc,
        registration_number=customer.registration_number,
        phones=[*filter(None, (customer.phone, *customer.phones)), *phones],
        address=customer.registered_address,
    )


def _alike(asked: rules.Identity) -> list[str]:
    """Patterns for the same place and trade with one sign of the brand another: 苏州恒_达泵业."""
    brand, place = asked.brand, asked.parts.place.rstrip("市")
    if not 3 <= len(brand) <= 5 or not place:
        return []
    tail = asked.parts.trade[:2]
    patterns = []
    for at in range(len(brand)):
        first, last = (rules.search_text(part).strip() for part in (place + brand[:at], brand[at + 1 :] + tail))
        patterns.append(f"%{first}__{last}%")
    return patterns


def _branches(asked: rules.Identity, values: Mapping[str, Any]) -> list[str]:
    used = ["code"] if asked.code else []
    if len(asked.key) >= 2:
        used += ["name", *(["old"] if asked.old_number else [])]
    if len(asked.key) >= 4:
        used += ["sound", "holds"]
    if len(asked.brand) >= 2:
        used += ["brand", "brand_nowhere"] if asked.parts.province else ["brand_anywhere"]
    if values["alike"]:
        used.append("alike")
    if asked.phones:
        used.append("phone")
    found = [_BRANCH.format(_BY[code], EACH) for code in used]
    return [*found, _PEOPLE.format(EACH)] if asked.phones else found


def candidates(asked: rules.Identity, but: Sequence[int] = ()) -> list[int]:
    """Ids of live customers worth comparing, by the indexes on code, name, sound, brand and phone. One query."""
    body = asked.key.removesuffix(asked.parts.form) if asked.parts.form else asked.key
    values: dict[str, Any] = {
        "code": asked.code,
        "key": asked.key,
        "old": asked.old_number,
        "sound": asked.sound,
        "phones": list(asked.phones),
        "holds": f"%{rules.search_text(body if len(body) >= 4 else asked.key).strip()}%",
        "brand": asked.brand_sound,
        "place": asked.parts.province,
        "alike": _alike(asked),
    }
    branches = _branches(asked, values)
    if not branches:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(branches), values)
        return [pk for (pk,) in cursor.fetchall() if pk not in but]


def matches(asked: rules.Identity, *, but: Sequence[int] = (), least: int = rules.WORTH_A_LOOK) -> list[Match]:
    """Live customers that resemble, the most alike first, whoever they belong to. Three queries."""
    ids = candidates(asked, but)
    if not ids:
        return []
    phones: dict[int, list[str]] = {}
    for customer_id, keys in Contact.objects.filter(customer__in=ids).exclude(phone_keys=[]).values_list("customer_id", "phone_keys"):
        phones.setdefault(customer_id, []).extend(keys)
    found = Customer.objects.filter(pk__in=ids).select_related("owner", "department")
    compared = (Match(one, rules.likeness(asked, identity_of(one, phones.get(one.pk, ())))) for one in found)
    return sorted((one for one in compared if one.likeness.score >= least), key=lambda one: (-one.likeness.score, one.customer.pk))


def similar(
    viewer: Viewer, *, name: str = "", phone: str = "", uscc: str = "", kind: str = "company", but: int | None = None, limit: int = 6
) -> list[Similar]:
    """Customers that may be the one being typed, in all the books, with the reason for each (CUS-07). Four queries.

    Out of the viewer's reach only "there is one, and whose" is told: no name, no number, no id.
    """
    code = rules.read_code(uscc) if uscc.strip() else None
    asked = rules.identity(
        name=name.strip(),
        kind=kind,
        uscc=code.value if code and code.kind == "uscc" else "",
        registration_number=code.value if code and code.kind == "old" else "",
        phones=rules.split_phones(phone),
    )
    found = matches(asked, but=(but,) if but else ())[:limit]
    seen = set(rows(viewer, "customer").filter(pk__in=[one.customer.pk for one in found]).values_list("pk", flat=True)) if found else set()
    return [_told(one, one.customer.pk in seen) for one in found]


def similar_to(viewer: Viewer, customer: Customer, limit: int = 10) -> list[Similar]:
    """Customers that resemble one on the books, with reasons; told as `similar` tells them."""
    numbers = Contact.objects.filter(customer=customer).values_list("phone_keys", flat=True)
    found = matches(identity_of(customer, [key for keys in numbers for key in keys]), but=(customer.pk,))[:limit]
    seen = set(rows(viewer, "customer").filter(pk__in=[one.customer.pk for one in found]).values_list("pk", flat=True)) if found else set()
    return [_told(one, one.customer.pk in seen) for one in found]


def _told(match: Match, is_seen: bool) -> Similar:
    one = match.customer
    why = "，".join(_(words) for words in match.likeness.words)
    owner = str(one.owner) if one.owner else _("公海")
    department = str(one.department) if one.department else ""
    if is_seen:
        return Similar(one.pk, one.name, owner, why, match.likeness.score, department)
    ticket = signing.dumps(one.pk, salt=_SALT) if one.owner_id else ""
    return Similar(None, "", owner, why, match.likeness.score, department, ticket)


def exactly_there(keys: Iterable[str], codes: Iterable[str], phones: Iterable[str]) -> tuple[set[str], set[str], set[str]]:
    """Of name keys, unified codes and phone keys: those that a customer in the books has, whoever owns it. Three queries, however many."""
    live = Customer.objects.filter(removed_at__isnull=True)
    asked = list(phones)
    names = set(live.filter(name_key__in=list(keys)).values_list("name_key", flat=True))
    known = set(live.filter(uscc__in=[code for code in codes if code]).values_list("uscc", flat=True))
    held = live.filter(phone_keys__overlap=asked).values_list("phone_keys", flat=True) if asked else ()
    return names, known, {key for listed in held for key in listed} & set(asked)


def of_ticket(ticket: str) -> int | None:
    """The customer behind a ticket that `similar` gave within the last hour; None for anything else."""
    try:
        return signing.loads(ticket, salt=_SALT, max_age=3600)
    except signing.BadSignature:
        return None
