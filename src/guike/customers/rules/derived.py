"""Fields of a record that follow from others: how it is found and compared."""

from collections.abc import Sequence

from guike.customers.rules.names import doubled_initials, name_key, pinyin, search_text, sounds
from guike.customers.rules.parts import split_name
from guike.customers.rules.phones import phone_key


def _phone_keys(phone: str, phones: Sequence[str]) -> list[str]:
    keys = (phone_key(number) for number in (phone, *phones) if number)
    return list(dict.fromkeys(key for key in keys if len(key) >= 5))


def _search(letters: str, *parts: str) -> str:
    return f"{search_text(*parts)} {doubled_initials(letters)}".rstrip()


def of_customer(
    *,
    number: str,
    name: str,
    short_name: str = "",
    former_names: Sequence[str] = (),
    phone: str = "",
    phones: Sequence[str] = (),
    kind: str,
    former_numbers: Sequence[str] = (),
) -> dict[str, object]:
    """`name_key`, `pinyin`, `initials`, `phone_keys`, `dial`, `search` and the brand's three keys of a customer. Numbers stand apart: not everybody may search in them."""
    person = True if kind == "person" else None
    (spoken, letters), keys = sounds(name, person=person), _phone_keys(phone, phones)
    return {
        "name_key": name_key(name),
        "pinyin": spoken,
        "initials": letters,
        "phone_keys": keys,
        "dial": " ".join(keys),
        "search": _search(letters, name, short_name, *former_names, number, *former_numbers, letters, spoken),
        **_brand(name, kind),
    }


def _brand(name: str, kind: str) -> dict[str, object]:
    """What two spellings of one company share when place, trade and form are set aside (CUS-07); a person has none."""
    parts = split_name(name) if kind != "person" else None
    if parts is None or not parts.brand:
        return {"brand_key": "", "brand_sound": "", "brand_place": ""}
    return {
        "brand_key": name_key(parts.brand)[:60],
        "brand_sound": pinyin(parts.brand, person=False)[:120],
        "brand_place": parts.province,
    }


def of_contact(*, name: str, phone: str = "", phones: Sequence[str] = ()) -> dict[str, object]:
    """`pinyin`, `phone_keys`, `dial` and `search` of a contact."""
    (spoken, letters), keys = sounds(name, person=True), _phone_keys(phone, phones)
    return {
        "pinyin": spoken,
        "phone_keys": keys,
        "dial": " ".join(keys),
        "search": _search(letters, name, letters, spoken),
    }
