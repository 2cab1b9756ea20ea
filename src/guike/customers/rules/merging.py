"""Which value wins when customers become one (CUS-07)."""

from collections.abc import Iterable, Sequence
from typing import Any

from guike.customers.rules.names import name_key
from guike.customers.rules.phones import phone_key

#: Days within which a merge can be taken back.
UNDO_DAYS = 30


def is_blank(value: Any) -> bool:
    """Nothing on file; 0 and 否 are something."""
    return value is None or value == "" or value == [] or value == {}


def winner(field: str, values: Sequence[Any]) -> int:
    """Place of the value that wins by default; the survivor's stands first. Filled beats blank; the earliest day on the books counts."""
    if field == "registered_on":
        known = [value for value in values if value is not None]
        return values.index(min(known)) if known else 0
    return next((place for place, value in enumerate(values) if not is_blank(value)), 0)


def joined_phones(main: str, numbers: Iterable[str]) -> list[str]:
    """All further numbers, each once, without the main one."""
    keys, found = {phone_key(main)} if main else set(), []
    for number in numbers:
        key = phone_key(number) or number
        if number and key not in keys:
            keys.add(key)
            found.append(number)
    return found


def former_names(name: str, names: Iterable[str]) -> list[str]:
    """Names under which the survivor was known, without those that are spelled differently only."""
    keys, found = {name_key(name)}, []
    for one in names:
        if one and name_key(one) not in keys:
            keys.add(name_key(one))
            found.append(one)
    return found


def same_person(one: tuple[str, Sequence[str]], other: tuple[str, Sequence[str]]) -> bool:
    """Are two contacts, as (name, phone keys), one person? The same name, and no numbers that speak against it."""
    return name_key(one[0]) == name_key(other[0]) and (not one[1] or not other[1] or bool(set(one[1]) & set(other[1])))
