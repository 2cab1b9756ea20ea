"""Finding customers and their people by what somebody types (PLT-09): any part of a name, number or phone, pinyin, initials."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from guike.customers import rules
from guike.customers.models import Collaborator, Contact, Customer
from guike.platform.access import Reach, Right, Viewer, field_right, reach, rows

MOST_WORDS = 5
#: From so many digits on, a word may be part of a telephone number.
DIGITS = 4
#: So many signs are a whole number, and no part of a name or phone.
WHOLE = 6
POOL = 60
#: What a line of the search box shows: a record has sixty columns more.
CUSTOMER_LINE = ("number", "name", "short_name", "province", "city", "district", "figures__grade", "figures__purchases_12m", "owner__name")
CONTACT_LINE = ("name", "position", "is_primary", "left_on", "customer__name")
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
    return _with(found, words(text), viewer)


def _with(found: QuerySet, typed: Sequence[str], viewer: Viewer, *, of_others: bool = False) -> QuerySet:
    for word in typed:
        found = found.filter(_anywhere(word) | _by_phone(word, found.model, viewer, of_others=of_others))
    return found


def _anywhere(word: str) -> Q:
    if len(word) == 1 and word.isascii() and word.isalpha():
        letter = word.lower()  # half the alphabet begins ten thousand names: the index of sounds is read in order instead
        return Q(pinyin__gte=letter, pinyin__lt=chr(ord(letter) + 1))
    condition = Q()
    for piece in rules.sought(word):
        condition |= Q(search__contains=piece)
    return condition


def _digits(word: str) -> str:
    digits = rules.phone_key(word) if re.fullmatch(r"[\d\-+]+", word) else ""
    return digits if len(digits) >= DIGITS else ""


def _by_phone(word: str, model: Any, viewer: Viewer, *, of_others: bool = False) -> Q:
    """By a number, as far as the viewer may read numbers. `of_others`: the viewer's own rows are looked for apart; twenty thousand parts
    of numbers need not be asked whose they are."""
    digits = _digits(word)
    code, owner = ("contact", "customer__owner") if model is Contact else ("customer", "owner")
    right = field_right(viewer, code, "phone") if digits else Right.HIDDEN
    if right is Right.HIDDEN:
        return Q()
    if right >= Right.READ:
        return Q(dial__contains=digits)
    whole = Q(phone_keys__contains=[digits])
    return whole | Q(**{owner: viewer.person_id}, dial__contains=digits) if viewer.person_id and not of_others else whole


def _begins(word: str) -> Q:
    """A name, sound, number or phone that begins with the word. Digits begin nothing but numbers: a million of these begin alike."""
    if word.isdigit() and (digits := _digits(word)):
        return Q(phone_keys__contains=[digits])
    whole = Q(search__contains=rules.search_text(word)) if len(word) > 1 or not word.isascii() else _anywhere(word)
    return whole | Q(phone_keys__contains=[digits]) if (digits := _digits(word)) else whole


def customers_found(viewer: Viewer, text: str, limit: int) -> list[Customer]:
    """The best hits: the viewer's own first, then those that begin so, then those that contain it; larger customers before smaller.

    Own customers are ranked whole; of the others a pool is read, so that a word in every name costs no more than a rare one.
    """
    seen = rows(viewer, "customer").select_related("figures", "owner").only(*CUSTOMER_LINE)
    if exact := _numbered(seen, text):
        return exact
    asked = _Asked(viewer, "customer", text, Q(owner=viewer.person_id), Q(pk__in=_shared(viewer)), lambda one: -one.figures.purchases_12m)
    return asked.ranked(seen, limit)


def _numbered(seen: QuerySet[Customer], text: str) -> list[Customer]:
    """Who typed a whole number means that customer and no other; a short one may be part of anything else."""
    typed = text.strip()
    if not WHOLE <= len(typed) <= 40 or not any(sign.isdigit() for sign in typed):
        return []
    return list(seen.filter(number__in={typed, typed.upper()}))


def contacts_found(viewer: Viewer, text: str, limit: int, customer_id: int | None = None) -> list[Contact]:
    """The same for contacts; those who left their firm stand last."""
    seen = rows(viewer, "contact").select_related("customer").only(*CONTACT_LINE)
    if customer_id:
        seen = seen.filter(customer_id=customer_id, left_on__isnull=True)
    mine, shared = Q(customer__owner=viewer.person_id), Q(customer__in=_shared(viewer))
    asked = _Asked(viewer, "contact", text, mine, shared, lambda one: (bool(one.left_on), not one.is_primary))
    return asked.ranked(seen, limit)


def _shared(viewer: Viewer) -> QuerySet:
    return Collaborator.objects.filter(person=viewer.person_id).values("customer")  # type: ignore[misc]


@dataclass(frozen=True)
class _Asked:
    """One question to the box: who asks, for what, which rows are theirs, and what makes one row weigh more than another."""

    viewer: Viewer
    code: str
    text: str
    mine: Q
    shared: Q
    weight: Callable[[Any], Any]

    def ranked(self, seen: QuerySet, limit: int) -> list[Any]:
        """Own rows first; then what colleagues shared, or for a wider reach pools of those that begin so and that contain it."""
        first, *rest = words(self.text) or [""]
        begins, found = _begins(first), search(seen, self.text, self.viewer)
        hits = self._tiered(found.filter(self.mine), begins)[:limit] if self.viewer.person_id else []
        if reach(self.viewer, self.code, "view") is Reach.OWN:
            return (hits + self._tiered(found.filter(self.shared).exclude(self.mine), begins))[:limit] if len(hits) < limit else hits
        others = _with(seen, words(self.text), self.viewer, of_others=True)
        return self._best([_with(seen.filter(begins), rest, self.viewer, of_others=True), others], hits, limit)

    def _tiered(self, found: QuerySet, begins: Q) -> list[Any]:
        """All of a few thousand rows looked at: what begins so first, then by weight."""
        tier = Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
        return sorted(found.annotate(tier=tier).order_by("tier")[:POOL], key=lambda one: (one.tier, self.weight(one), one.pk))

    def _best(self, stretches: Sequence[QuerySet], hits: list[Any], limit: int) -> list[Any]:
        """Fill up from each stretch in turn. A pool is read unordered, so that the first matching rows end the search."""
        for stretch in stretches:
            if len(hits) >= limit:
                break
            known = {one.pk for one in hits}
            pool = [one for one in stretch.order_by()[:POOL] if one.pk not in known]
            hits += sorted(pool, key=lambda one: (self.weight(one), one.pk))[: limit - len(hits)]
        return hits
