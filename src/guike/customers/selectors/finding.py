"""Finding customers and their people by what somebody types (PLT-09): any part of a name, number or phone, pinyin, initials."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from guike.customers import rules
from guike.customers.models import Contact, Customer
from guike.platform.access import Right, Viewer, field_right, rows

MOST_WORDS = 5
#: From so many digits on, a word may be part of a telephone number.
DIGITS = 4
POOL = 60
_NUMBER = re.compile(r"[\d\s\-+()（）]{7,}")


def words(text: str) -> list[str]:
    """What was typed as words; a number written in groups (138 0013 8000) is one."""
    if _NUMBER.fullmatch(text.strip()) and len(key := rules.phone_key(text)) >= 7:
        return [key]
    return text.split()[:MOST_WORDS]


def search(found: QuerySet, text: str, viewer: Viewer) -> QuerySet:
    """Those customers or contacts to whom every word applies.

    Who reads numbers only veiled finds others' customers by the whole number alone: a search by parts would spell it out (CUS-12).
    """
    for word in words(text):
        found = found.filter(_anywhere(word) | _by_phone(word, found.model, viewer))
    return found


def _anywhere(word: str) -> Q:
    condition = Q()
    for piece in rules.sought(word):
        condition |= Q(search__contains=piece)
    return condition


def _by_phone(word: str, model: Any, viewer: Viewer) -> Q:
    digits = rules.phone_key(word) if re.fullmatch(r"[\d\-+]+", word) else ""
    if len(digits) < DIGITS:
        return Q(pk__in=[])
    code, owner = ("contact", "customer__owner") if model is Contact else ("customer", "owner")
    right = field_right(viewer, code, "phone")
    if right >= Right.READ:
        return Q(dial__contains=digits)
    if right is Right.HIDDEN:
        return Q(pk__in=[])
    mine = Q(**{owner: viewer.person_id}, dial__contains=digits) if viewer.person_id else Q(pk__in=[])
    return Q(phone_keys__contains=[digits]) | mine


def _begins(text: str) -> Q:
    """A name, sound, number or phone that begins with the first word."""
    first = words(text)[0]
    plain = rules.search_text(first)
    return Q(search__contains=plain) | Q(phone_keys__contains=[rules.phone_key(first)])


def customers_found(viewer: Viewer, text: str, limit: int) -> list[Customer]:
    """The best hits: the viewer's own first, then those that begin so, then those that contain it; larger customers before smaller.

    Own customers are ranked whole; of the others a pool is read, so that a word in every name costs no more than a rare one.
    """
    reach = rows(viewer, "customer").select_related("figures", "owner")
    return _ranked(search(reach, text, viewer), text, limit, Q(owner=viewer.person_id), viewer, lambda one: -one.figures.purchases_12m)


def contacts_found(viewer: Viewer, text: str, limit: int, customer_id: int | None = None) -> list[Contact]:
    """The same for contacts; those who left their firm stand last."""
    reach = rows(viewer, "contact").select_related("customer")
    if customer_id:
        reach = reach.filter(customer_id=customer_id, left_on__isnull=True)
    mine = Q(customer__owner=viewer.person_id)
    return _ranked(search(reach, text, viewer), text, limit, mine, viewer, lambda one: (bool(one.left_on), not one.is_primary))


def _ranked(found: QuerySet, text: str, limit: int, mine: Q, viewer: Viewer, size: Any) -> list[Any]:
    begins = _begins(text)
    tier = Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
    hits: list[Any] = []
    if viewer.person_id:
        hits = sorted(found.filter(mine).annotate(tier=tier)[: 10 * POOL], key=lambda one: (one.tier, size(one), one.pk))[:limit]
    for condition in (begins, ~begins):
        if len(hits) < limit:
            others = _pool(found.filter(condition).exclude(mine) if viewer.person_id else found.filter(condition), hits)
            hits += sorted(others, key=lambda one: (size(one), one.pk))[: limit - len(hits)]
    return hits


def _pool(found: QuerySet, without: Sequence[Any]) -> list[Any]:
    known = {one.pk for one in without}
    return [one for one in found.order_by()[:POOL] if one.pk not in known]
