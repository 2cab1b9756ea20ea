"""Everything that is known of one person, in every table and its history: found through the declarations and the keys, not by a list of tables.

Three sorts of rows. *Own*: the person's row and what hangs on it (addresses, orders of a private customer). *Near*: rows of the customer
the person belongs to; a name in their texts means this person. *Far*: all others; a number, an address or a rare name means this person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, ForeignKey, Func, Model, Q, TextField, Value
from django.db.models.functions import Cast

from guike.oversight import rules
from guike.oversight.selectors.people import customer_of, row_of
from guike.platform import access, history, privacy
from guike.platform.privacy import Erase, Personal, Whose

#: Objects whose rows are a person or hang on one.
CUSTOMER, CONTACT = "customer", "contact"
#: Of whom more than one row tells. A colleague's other rows stay: who did what must be told.
_WHOSE = {CUSTOMER: Whose.CUSTOMER, CONTACT: Whose.CONTACT}


@dataclass(frozen=True)
class Someone:
    """The person: their row, those of their own contacts' rows that are the same person, the customer they belong to, how they are recognised."""

    kind: str
    pk: int
    row: Any
    customer_id: int
    selves: tuple[tuple[str, int], ...]
    identity: rules.Identity


@dataclass
class Found:
    """Rows of one table or of its history: the person's own ones, and those that name the person (with: do they hang on the customer?)."""

    model: type[Model]
    of: type[Model]
    own: list[Any] = field(default_factory=list)
    mentions: list[tuple[Any, bool]] = field(default_factory=list)

    @property
    def is_history(self) -> bool:
        return self.model is not self.of


def someone(kind: str, pk: int) -> Someone | None:
    """The person behind a kind and id, None where there is no such row."""
    row = row_of(kind, pk)
    if row is None:
        return None
    selves = [(kind, pk), *(_same_contacts(row) if kind == CUSTOMER else ())]
    bare = Someone(kind, pk, row, customer_of(row), tuple(selves), rules.Identity())
    return Someone(kind, pk, row, bare.customer_id, bare.selves, _identity(bare))


def _same_contacts(customer: Any) -> Iterator[tuple[str, int]]:
    """Contacts of a private customer that are the customer: the same name or number."""
    contacts: Any = access.declarations()[CONTACT].model_class()
    for one in contacts._base_manager.filter(customer_id=customer.pk):
        if one.name == customer.name or set(one.phone_keys) & set(customer.phone_keys):
            yield CONTACT, one.pk


def _identity(who: Someone) -> rules.Identity:
    """What the person's own rows say and ever said, without the numbers and accounts that others are registered with too."""
    values: dict[str, list[str]] = {"name": [], "phone": [], "code": []}
    for model in privacy.tables():
        named = [one for one in privacy.columns_of(model) if one.identifies]
        own = _own(model, who) if named else None
        if own is None:
            continue
        rows = list(model._base_manager.filter(own))
        if history.is_tracked(model):
            rows += list(history.event_model(model)._default_manager.filter(pgh_obj_id__in=[row.pk for row in rows]))
        for row in rows:
            for one in (one for one in named if one.is_of(row)):
                value = getattr(row, one.column, None) or ()
                values[one.identifies] += [value] if isinstance(value, str) else [str(part) for part in value]
    found = rules.identity(values["name"], values["phone"], values["code"])
    shared = {text for text, _row in shared_with(who, found)}
    phones, codes = (one for one in found.phones if one not in shared), (one for one in found.codes if one not in shared)
    return rules.identity(found.names, phones, codes, rare=not _others_called(found.names, who))


def _subjects() -> list[type[Model]]:
    return [access.declarations()[code].model_class() for code in (CUSTOMER, CONTACT)]


def shared_with(who: Someone, found: rules.Identity) -> list[tuple[str, Any]]:
    """(number or account, row of somebody else who is registered with it): a switchboard, or the same person at another customer."""
    shared: list[tuple[str, Any]] = []
    for model in _subjects():
        own = _own(model, who)
        rows: Any = model._base_manager.exclude(own) if own is not None else model._base_manager
        for row in rows.filter(phone_keys__overlap=list(found.phones)) if found.phones else ():
            shared += [(number, row) for number in found.phones if number in row.phone_keys]
        for column in [one.column for one in privacy.columns_of(model) if one.identifies == "code"]:
            shared += [(getattr(row, column), row) for row in rows.filter(**{f"{column}__in": list(found.codes)})] if found.codes else []
    return shared


def _others_called(names: tuple[str, ...], who: Someone) -> bool:
    """Is anybody else on the books called so: a contact, a private customer, a colleague?"""
    if not names:
        return False
    for model in (access.declarations()[code].model_class() for code in (CUSTOMER, CONTACT, "person", "find")):
        own = _own(model, who)
        rows = model._base_manager.exclude(own) if own is not None else model._base_manager
        column = "contact" if model._meta.label == "marketing.Find" else "name"
        called = Q()
        for name in names:
            called |= Q(**{f"{column}__contains": name})
        if rows.filter(called).exists():
            return True
    return False


def _keys_to(model: type[Model], label: str) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields if isinstance(one, ForeignKey) and one.related_model and one.related_model._meta.label == label]


def _own(model: type[Model], who: Someone) -> Q | None:
    """Which rows of a model are the person's own; None where it has none."""
    found: Q | None = None
    for code, pk in who.selves:
        subject = access.declarations()[code].model
        if model._meta.label == subject:
            here: Q | None = Q(pk=pk)
        elif any(one.whose == _WHOSE.get(code) and one.erase is not Erase.TEXT for one in privacy.columns_of(model)):
            keys = _keys_to(model, subject)
            here = Q(**{keys[0]: pk}) if keys else None
        else:
            here = None
        if here is not None:
            found = here if found is None else found | here
    return found


def _near(model: type[Model], who: Someone, prefix: str = "", deeper: bool = True) -> Q:
    """Rows that hang on the customer or on the person: by a key, by kind and id, or one key further."""
    names = {one.name for one in model._meta.concrete_fields}
    found = Q(pk__in=[]) if not prefix else Q()
    if model._meta.label == access.declarations()[CUSTOMER].model and not prefix:
        found |= Q(pk=who.customer_id)
    pairs = [(CUSTOMER, who.customer_id), *who.selves]
    for label, ids in _by_model(pairs).items():
        for key in _keys_to(model, label):
            found |= Q(**{f"{prefix}{key}__in": ids})
    for kind_column in ("subject_kind", "object"):
        if {kind_column, "subject_id"} <= names:
            for code, pk in pairs:
                found |= Q(**{f"{prefix}{kind_column}": code, f"{prefix}subject_id": pk})
    if deeper:
        for one in model._meta.concrete_fields:
            related: Any = one.related_model if isinstance(one, ForeignKey) else None
            if related is not None and related.__module__.startswith("guike.") and (beyond := _near(related, who, f"{prefix}{one.name}__", deeper=False)):
                found |= beyond
    return found


def _by_model(pairs: list[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for code, pk in pairs:
        found.setdefault(access.declarations()[code].model, []).append(pk)
    return found


def _mentioning(identity: rules.Identity, *, near: bool) -> Q:
    """What the text of a row must hold: found quickly here, decided by the pattern afterwards."""
    condition = Q(pk__in=[])
    for word in identity.sought(near=near):
        condition |= Q(text_of_row__contains=word)
    for number in identity.phones:
        condition |= Q(digits_of_row__contains=number)
    return condition


def mentions(model: type[Model], columns: list[str], who: Someone) -> list[tuple[Any, bool]]:
    """(row, is it near) of the rows whose texts name the person. All texts of a row are read at once, once."""
    text = Func(Value(" "), *(Cast(F(name), TextField()) for name in columns), function="concat_ws", output_field=TextField())
    rows: Any = model._base_manager
    found = [(row, True) for row in naming(rows.filter(_near(model, who)), text, who.identity, near=True)]
    known = [row.pk for row, _near_one in found]
    return found + [(row, False) for row in naming(rows.exclude(pk__in=known), text, who.identity, near=False)]


def naming(rows: Any, text: Any, identity: rules.Identity, *, near: bool) -> Any:
    """Rows in whose text (an expression) the person may be named."""
    digits = Func(text, Value(" -"), Value(""), function="translate", output_field=TextField())
    return rows.annotate(text_of_row=text, digits_of_row=digits).filter(_mentioning(identity, near=near))


def gathered(who: Someone) -> Iterator[Found]:
    """Every table, and history of one, that holds something of the person."""
    for model in privacy.tables():
        if not privacy.columns_of(model):
            continue
        condition = _own(model, who)
        own = list(model._base_manager.filter(condition)) if condition is not None else []
        yield from _nonempty(Found(model, model, own, _mentions_in(model, model, who, {row.pk for row in own})))
        if history.is_tracked(model):
            events: Any = history.event_model(model)
            past = list(events._default_manager.filter(pgh_obj_id__in=[row.pk for row in own])) if own else []
            yield from _nonempty(Found(events, model, past, _mentions_in(events, model, who, {row.pk for row in past})))


def _nonempty(found: Found) -> Iterator[Found]:
    if found.own or found.mentions:
        yield found


def _mentions_in(model: type[Model], of: type[Model], who: Someone, own: set[Any]) -> list[tuple[Any, bool]]:
    there = {one.name for one in model._meta.concrete_fields}
    columns = [name for name in text_columns(of) if name in there]
    return [(row, near) for row, near in mentions(model, columns, who) if row.pk not in own] if columns else []


def text_columns(model: type[Model]) -> list[str]:
    """The columns of others' rows in which a person may be named. Others' own names and numbers are theirs."""
    theirs = model in _subjects()
    return [
        one.column
        for one in privacy.columns_of(model)
        if one.erase in (Erase.TEXT, Erase.BLANK, Erase.REPLACED)
        and not (theirs and one.identifies)
        and privacy.is_telling(model._meta.get_field(one.column))
    ]


def own_columns(model: type[Model]) -> list[Personal]:
    """The columns of own rows that are emptied or replaced."""
    return [one for one in privacy.columns_of(model) if one.erase in (Erase.BLANK, Erase.REPLACED)]


def follow_ups_of(who: Someone) -> Iterator[int]:
    """Follow-ups with a private customer."""
    model = access.declarations()["follow_up"].model_class()
    yield from model._base_manager.filter(customer_id=who.customer_id).values_list("pk", flat=True)
