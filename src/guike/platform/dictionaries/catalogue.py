"""What other domains use of dictionaries: declare one, list its words, find the word for a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max
from pypinyin import Style, lazy_pinyin

from guike.platform.kept import kept
from guike.platform.telling import chosen


@dataclass(frozen=True)
class Word:
    """One entry as others see it."""

    id: int
    code: str
    label: str
    colour: str
    active: bool


@dataclass(frozen=True)
class Declared:
    code: str
    label: str
    description: str
    words: tuple[tuple[str, str], ...]


_declared: dict[str, Declared] = {}


def declare(code: str, *, label: str, description: str = "", entries: Sequence[tuple[str, str]] = ()) -> None:
    """State once, at import time, that a dictionary exists: `declare("customer_source", label="客户来源", entries=[("web", "网络")])`.

    A domain puts this in its `dictionaries.py`. `migrate` then adds the dictionary and those words that it never had;
    what the company renamed or retired stays as it is. Labels are data: they go to the database in Simplified Chinese.
    """
    _declared[code] = Declared(code, label, description, tuple(entries))


def declared() -> dict[str, Declared]:
    """Every dictionary that some domain declared."""
    return dict(_declared)


def match_key(text: str) -> str:
    """What two spellings of a word share: half-width, no spaces, lower case. 「Ｔ Ｔ」 and 「tt」 are one word."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()[:60]


def entries(code: str, *, active_only: bool = True) -> list[Word]:
    """The words of a dictionary in the company's order; unknown dictionaries have none. At most one query."""
    return [word for word in _words(code) if word.active or not active_only]


@kept("dictionaries")
def _words(code: str) -> tuple[Word, ...]:
    found = _entry().objects.filter(dictionary__code=code).order_by("position", "id")
    return tuple(Word(*row) for row in found.values_list("pk", "code", "label", "colour", "active"))


def choices(code: str, *, current: str = "") -> list[tuple[str, str]]:
    """(code, label) pairs for a form; a retired word stays offered where the record already has it."""
    return [(w.code, w.label) for w in entries(code, active_only=False) if w.active or w.code == current]


def labels(code: str) -> dict[str, str]:
    """code → label, retired words included: old records keep their words."""
    return {w.code: w.label for w in entries(code, active_only=False)}


def label_of(code: str, entry_code: str) -> str:
    """The label of one word; the code itself when the dictionary does not have it."""
    found = _entry().objects.filter(dictionary__code=code, code=entry_code).values_list("label", flat=True).first()
    return found or entry_code


def teller(code: str) -> Callable[[Any], str]:
    """How a kept code, or a list of them, reads in this dictionary; for `telling.tell`."""
    return chosen(lambda: labels(code))


def resolve(code: str, text: str, *, create: bool = False) -> str | None:
    """The entry code for what somebody typed: a label, a code or a synonym, whatever its width or case.

    None when there is no such word; with `create=True` it is added (an import brings new words with it).
    """
    return resolve_many(code, [text], create=create).get(text)


def resolve_many(code: str, texts: Iterable[str], *, create: bool = False) -> dict[str, str]:
    """As `resolve` for many texts at once: text → entry code, unknown texts left out. Two queries, however many texts."""
    known = _known(code)
    wanted = {text: match_key(text) for text in texts if text and text.strip()}
    missing: dict[str, str] = {}
    for text, key in wanted.items():
        if key not in known:
            missing.setdefault(key, text.strip())
    if missing and create:
        _add_words(code, missing)
        known = _known(code)
    return {text: known[key] for text, key in wanted.items() if key in known}


def _known(code: str) -> dict[str, str]:
    """match key → entry code; a label wins over a code, a code over a synonym, an active word over a retired one."""
    found: dict[str, str] = {}
    rows = list(_entry().objects.filter(dictionary__code=code).order_by("-active", "position", "id"))
    for keys in (lambda e: [e.match_key], lambda e: [match_key(e.code)], lambda e: map(match_key, e.synonyms)):
        for entry in rows:
            for key in keys(entry):
                found.setdefault(key, entry.code)
    return found


def _add_words(code: str, missing: dict[str, str]) -> None:
    """Add words in one go; two imports adding the same one at once both end with one."""
    with transaction.atomic():
        dictionary, _made = _dictionary().objects.get_or_create(code=code, defaults={"label": _label(code)})
        dictionary = _dictionary().objects.select_for_update().get(pk=dictionary.pk)
        last = dictionary.entries.aggregate(last=Max("position"))["last"] or 0
        taken = set(dictionary.entries.values_list("code", flat=True))
        rows = []
        for step, (key, label) in enumerate(missing.items(), start=1):
            word_code = free_code(label, taken)
            taken.add(word_code)
            rows.append(_entry()(dictionary=dictionary, code=word_code, label=label[:60], match_key=key, position=last + step))
        _entry().objects.bulk_create(rows, ignore_conflicts=True)


def free_code(label: str, taken: set[str]) -> str:
    """A readable code for a new word: 「华南」 → `hua_nan`, the next one `hua_nan_2`."""
    syllables = lazy_pinyin(unicodedata.normalize("NFKC", label), style=Style.NORMAL)
    base = "_".join("".join(c if c.isalnum() else " " for c in "_".join(syllables)).split()).lower()[:50] or "word"
    code, step = base, 2
    while code in taken:
        code, step = f"{base}_{step}", step + 1
    return code


def seed_after_migrate(**_signal: Any) -> None:
    """Add declared dictionaries and words the instance has never had."""
    for declaration in _declared.values():
        dictionary, _made = _dictionary().objects.get_or_create(
            code=declaration.code, defaults={"label": declaration.label, "description": declaration.description}
        )
        had = set(dictionary.entries.values_list("code", flat=True))
        _entry().objects.bulk_create(
            [
                _entry()(dictionary=dictionary, code=word, label=label, match_key=match_key(label), built_in=True, position=place)
                for place, (word, label) in enumerate(declaration.words, start=1)
                if word not in had
            ],
            ignore_conflicts=True,
        )


def _label(code: str) -> str:
    return _declared[code].label if code in _declared else code


def _dictionary() -> Any:
    return apps.get_model("dictionaries", "Dictionary")


def _entry() -> Any:
    return apps.get_model("dictionaries", "DictionaryEntry")
