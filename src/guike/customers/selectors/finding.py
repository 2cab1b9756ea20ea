"""Finding customers and their people by what somebody types (PLT-09): any part of a name, number or phone, pinyin, initials."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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
#: A number of a firm and of a colleague somewhere else is no likely thing; more customers than this behind one number are not told apart.
BEHIND_A_NUMBER = 50
#: What a line of the search box shows: a record has sixty columns more.
CUSTOMER_LINE = ("number", "name", "short_name", "province", "city", "district", "figures__grade", "figures__purchases_12m", "owner__name")
CONTACT_LINE = ("name", "position", "is_primary", "left_on", "customer__name", "customer__owner")
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
    people = _of_people(digits, viewer) if model is Customer and len(digits) >= WHOLE else Q()
    if right >= Right.READ:
        return Q(dial__contains=digits) | people
    whole = Q(phone_keys__contains=[digits]) | people
    return whole | Q(**{owner: viewer.person_id}, dial__contains=digits) if viewer.person_id and not of_others else whole


def _own_alone(word: str, model: Any, viewer: Viewer) -> bool:
    """Does a part of a number find the viewer's own rows and nobody else's?"""
    right = field_right(viewer, "contact" if model is Contact else "customer", "phone") if _digits(word) else Right.HIDDEN
    return bool(viewer.person_id) and Right.HIDDEN < right < Right.READ


def part_of_a_veiled_number(text: str, viewer: Viewer) -> bool:
    """Was part of a number typed by somebody who reads others' numbers veiled? Then finding nothing says nothing."""
    return any(_digits(word) for word in words(text)) and field_right(viewer, "customer", "phone") is Right.MASKED


def _of_people(digits: str, viewer: Viewer) -> Q:
    """The customers one of whose people has this number: who calls is a person. Their ids are read first, so that every part of the
    question keeps its index; whether the viewer sees the customer is asked of the customers."""
    if field_right(viewer, "contact", "phone") is Right.HIDDEN:
        return Q()
    found = Contact.objects.filter(phone_keys__contains=[digits]).values_list("customer_id", flat=True)[:BEHIND_A_NUMBER]
    return Q(pk__in=ids) if (ids := list(found)) else Q()


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
    asked = _Asked(viewer, "customer", text, "owner", Q(pk__in=_shared(viewer)), ("figures__purchases_12m",), lambda bought: -bought)
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
    shared, weighed = Q(customer__in=_shared(viewer)), ("left_on", "is_primary")
    asked = _Asked(viewer, "contact", text, "customer__owner", shared, weighed, lambda left, primary: (bool(left), not primary))
    return asked.ranked(seen, limit)


def _shared(viewer: Viewer) -> QuerySet:
    return Collaborator.objects.filter(person=viewer.person_id).values("customer")  # type: ignore[misc]


class _Hit(NamedTuple):
    """A row found, as far as its place among the others asks: hundreds are weighed, a handful are read."""

    pk: int
    tier: int
    owner: int | None
    weight: Any


@dataclass(frozen=True)
class _Asked:
    """One question to the box: who asks, for what, whose rows they are, and what makes one row weigh more than another."""

    viewer: Viewer
    code: str
    text: str
    owner: str
    shared: Q
    weighed: tuple[str, ...]
    weight: Callable[..., Any]

    def ranked(self, seen: QuerySet, limit: int) -> list[Any]:
        """The rows of the best places, in their order."""
        best = [hit.pk for hit in self._best(seen, limit)]
        read = seen.in_bulk(best) if best else {}
        return [read[pk] for pk in best if pk in read]

    def _best(self, seen: QuerySet, limit: int) -> list[_Hit]:
        """Own rows first, then those that begin so, then those that contain it. Few rows are read once and put in order here; of many,
        own ones are ranked whole (or what colleagues shared, where nothing else is in reach) and pools are read of the others."""
        typed = words(self.text)
        begins = _begins(typed[0] if typed else "")
        if reach(self.viewer, self.code, "view") is Reach.OWN:
            found = _with(seen, typed, self.viewer)
            hits = self._own(found, begins)[:limit]
            return (hits + self._tiered(found.filter(self.shared).exclude(self._mine), begins))[:limit] if len(hits) < limit else hits
        others = _with(seen, typed, self.viewer, of_others=True)
        alone = any(_own_alone(word, seen.model, self.viewer) for word in typed)
        found = _with(seen, typed, self.viewer) if alone else others
        pool = self._pool(others, begins)
        if len(pool) < POOL:
            apart = self._own(found, begins) if alone else []
            return sorted({one.pk: one for one in (*apart, *pool)}.values(), key=self._place)[:limit]
        hits = self._own(found, begins)[:limit]
        if len(hits) < limit:
            hits = self._more(hits, self._pool(_with(seen.filter(begins), typed[1:], self.viewer, of_others=True), begins), limit)
        return self._more(hits, pool, limit)

    @property
    def _mine(self) -> Q:
        return Q((self.owner, self.viewer.person_id))

    def _own(self, found: QuerySet, begins: Q) -> list[_Hit]:
        return self._tiered(found.filter(self._mine), begins) if self.viewer.person_id else []

    def _pool(self, found: QuerySet, begins: Q) -> list[_Hit]:
        """Read unordered, so that the first matching rows end the search."""
        return self._hits(_with_tier(found, begins).order_by())

    def _tiered(self, found: QuerySet, begins: Q) -> list[_Hit]:
        """All of a few thousand rows looked at: what begins so first, then by weight."""
        return sorted(self._hits(_with_tier(found, begins).order_by("tier")), key=self._place)

    def _hits(self, found: QuerySet) -> list[_Hit]:
        read = found.values_list("pk", "tier", self.owner, *self.weighed)[:POOL]
        return [_Hit(pk, tier, owner, self.weight(*weighed)) for pk, tier, owner, *weighed in read]

    def _place(self, one: _Hit) -> tuple:
        return (self.viewer.person_id is None or one.owner != self.viewer.person_id, one.tier, one.weight, one.pk)

    def _more(self, hits: list[_Hit], pool: list[_Hit], limit: int) -> list[_Hit]:
        known = {one.pk for one in hits}
        rest = sorted((one for one in pool if one.pk not in known), key=lambda one: (one.weight, one.pk))
        return hits + rest[: limit - len(hits)]


def _with_tier(found: QuerySet, begins: Q) -> QuerySet:
    return found.annotate(tier=Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField()))
