"""Which column of the kind each header of a file means: as settled once for such files, else by labels and synonyms."""

import hashlib
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.imports.kinds import Column, ImportKind
from guike.platform.imports.models import ImportMapping
from guike.platform.sheets.headers import Header, match
from guike.platform.sheets.labels import normalise

#: Headers of our own file of rejected rows; they carry no values.
OWN_HEADERS = ("退回原因", "原行号")
#: In a mapping: this header becomes a new custom field.
NEW_FIELD = "+"


def names_of(column: Column) -> list[str]:
    """What a header may be called, the best name first."""
    return [str(column.label), *column.synonyms, column.code]


def known_labels(kind: type[ImportKind]) -> set[str]:
    """Every header the kind understands, normalised."""
    return {normalise(name) for column in kind.all_columns() for name in names_of(column)}


def signature(header: Header) -> str:
    return hashlib.sha256(header.signature.encode()).hexdigest()


def propose(kind: type[ImportKind], header: Header, fill: Sequence[int]) -> list[str]:
    """Column code per header; "" for headers nobody knows."""
    columns = kind.all_columns()
    codes = {column.code for column in columns}
    settled = ImportMapping.objects.filter(kind=kind.code, signature=signature(header)).values_list("columns", flat=True).first()
    if settled:
        return [code if code in codes else "" for code in (settled.get(normalise(label), "") for label in _distinct(header.labels))]
    found = match(header.labels, {column.code: names_of(column) for column in columns}, fill)
    return _with_habits(kind, header, found, codes)


def _with_habits(kind: type[ImportKind], header: Header, found: list[str], codes: set[str]) -> list[str]:
    """Headers that no label fits may have been settled in another file of this kind."""
    open_places = [place for place, label in enumerate(header.labels) if label and not found[place]]
    if not open_places:
        return found
    habits: dict[str, str] = {}
    for settled in ImportMapping.objects.filter(kind=kind.code).order_by("-used_at").values_list("columns", flat=True)[:50]:
        for label, code in settled.items():
            habits.setdefault(label, code)
    for place in open_places:
        code = habits.get(normalise(header.labels[place]), "")
        if code in codes and code not in found:
            found[place] = code
    return found


def _distinct(labels: Sequence[str]) -> list[str]:
    """Labels with repeated ones numbered, so that each has its own entry in a settled mapping."""
    seen: dict[str, int] = {}
    distinct = []
    for label in labels:
        plain = normalise(label)
        seen[plain] = seen.get(plain, 0) + 1
        distinct.append(label if seen[plain] == 1 else f"{label}{seen[plain]}")
    return distinct


def from_words(kind: type[ImportKind], header: Header, words: Mapping[str, str | None], fill: Sequence[int]) -> list[str]:
    """A proposed mapping with the choices of a mapping file: header → column code or label; null or "" leaves it out.

    Raises `Refused` for a header the file does not have or a column the kind does not have.
    """
    codes = {normalise(name): column.code for column in kind.all_columns() for name in (column.code, str(column.label))}
    places = {normalise(label): place for place, label in enumerate(_distinct(header.labels)) if label}
    found = propose(kind, header, fill)
    for label, word in words.items():
        place = places.get(normalise(label))
        if place is None:
            raise Refused(
                _("文件里没有列「%(label)s」，有：%(labels)s") % {"label": label, "labels": "、".join(filter(None, header.labels))}
            )
        code = codes.get(normalise(word)) if word else ""
        if code is None:
            raise Refused(_("没有字段「%(word)s」，可用：%(words)s") % {"word": word, "words": "、".join(sorted(set(codes.values())))})
        found = ["" if code and each == code else each for each in found]
        found[place] = code
    return found


def check(kind: type[ImportKind], mapping: Sequence[str]) -> None:
    """Raise `Refused` for a column chosen twice or a required one that no header stands for."""
    chosen = [code for code in mapping if code and code != NEW_FIELD]
    for column in kind.all_columns():
        if chosen.count(column.code) > 1:
            raise Refused(_("有两列都对应到「%(label)s」，只留一列") % {"label": column.label}, field="mapping")
    missing = [str(column.label) for column in kind.columns if column.required and column.code not in chosen]
    if missing:
        raise Refused(
            _("没有找到必填列：%(labels)s。把对应的列选上，或在文件里补上这一列") % {"labels": "、".join(missing)}, field="mapping"
        )


def remember(kind: type[ImportKind], header: Header, mapping: Sequence[str], *, actor: Viewer) -> None:
    """Keep how somebody matched these headers; the next file with them needs no matching."""
    columns = {
        normalise(label): code for label, code in zip(_distinct(header.labels), mapping, strict=False) if label and code != NEW_FIELD
    }
    ImportMapping.objects.update_or_create(
        kind=kind.code, signature=signature(header), defaults={"columns": columns, "by_id": actor.account_id, "used_at": clock.now()}
    )
