"""Words added, changed, retired and put in order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import gettext as _

from guike.platform.access import Viewer, require, row
from guike.platform.dictionaries.catalogue import free_code, match_key
from guike.platform.dictionaries.models import Dictionary, DictionaryEntry
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb


@verb("dictionaries.add_entry")
def add_entry(dictionary_code: str, label: str, *, actor: Viewer, synonyms: Sequence[str] = (), colour: str = "") -> DictionaryEntry:
    """A new word at the end of its dictionary; its code is made from how the label sounds."""
    require(actor, "dictionary", "add")
    dictionary = Dictionary.objects.select_for_update().get(code=dictionary_code)
    label = label.strip()
    _refuse_label(dictionary, label)
    last = dictionary.entries.aggregate(last=Max("position"))["last"] or 0
    return DictionaryEntry.objects.create(
        dictionary=dictionary,
        code=free_code(label, set(dictionary.entries.values_list("code", flat=True))),
        label=label,
        match_key=match_key(label),
        synonyms=clean_synonyms(synonyms),
        colour=colour,
        position=last + 1,
    )


@verb("dictionaries.change_entry")
def change_entry(
    pk: int,
    *,
    actor: Viewer,
    label: str,
    synonyms: Sequence[str] = (),
    colour: str = "",
    active: bool = True,
    version: int | None = None,
    reason: str = "",
) -> DictionaryEntry:
    """Rename a word, change what else it is called, retire it or take it up again. Records keep the code, so nothing else changes."""
    entry = row(actor, "dictionary", pk, "change", lock=True)
    if version is not None and version != entry.version:
        raise Stale(_("「%(label)s」刚被别人改过，刷新后再改") % {"label": entry.label})
    label = label.strip()
    if match_key(label) != entry.match_key:
        _refuse_label(entry.dictionary, label)
    entry.label, entry.match_key = label, match_key(label)
    entry.synonyms, entry.colour, entry.active = clean_synonyms(synonyms), colour, active
    entry.version += 1
    entry.save()
    return entry


@verb("dictionaries.move_entry")
def move_entry(pk: int, steps: int, *, actor: Viewer) -> None:
    """Move a word up (negative) or down among its neighbours."""
    entry = row(actor, "dictionary", pk, "change")
    Dictionary.objects.select_for_update().get(pk=entry.dictionary_id)
    words = list(DictionaryEntry.objects.filter(dictionary=entry.dictionary_id).order_by("position", "pk"))
    place = next(n for n, word in enumerate(words) if word.pk == entry.pk)
    words.insert(max(0, min(len(words) - 1, place + steps)), words.pop(place))
    for position, word in enumerate(words, start=1):
        word.position = position
    DictionaryEntry.objects.bulk_update(words, ["position"])


def clean_synonyms(synonyms: Sequence[str]) -> list[str]:
    """Without blanks and repetitions, in the order given."""
    return list(dict.fromkeys(word.strip()[:60] for word in synonyms if word.strip()))


def split_synonyms(text: str) -> list[str]:
    """What somebody typed in one field: 「网站、线上；web」 → three words."""
    return clean_synonyms(re.split(r"[、，,；;\n]", text))


def _refuse_label(dictionary: Dictionary, label: str) -> None:
    if not label:
        raise Refused(_("写上名称"), field="label")
    twin = dictionary.entries.filter(match_key=match_key(label)).first()
    if twin:
        state = "" if twin.active else _("（已停用，可重新启用）")
        raise Refused(_("「%(name)s」里已有「%(label)s」%(state)s") % {"name": dictionary.label, "label": twin.label, "state": state}, field="label")
