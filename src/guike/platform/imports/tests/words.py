"""The made-up kind: one row is a word of a dictionary; new dictionaries come along as by-products."""

from collections.abc import Sequence
from typing import Any

from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet
from guike.platform.dictionaries.models import Dictionary, DictionaryEntry
from guike.platform.imports.kinds import Column, ImportKind
from guike.platform.imports.rows import Batch
from guike.platform.sheets import values as v


class WordImport(ImportKind):
    code, label, object = "words", "字典项", "word"
    key = ("dictionary", "code")
    sheet_words = ("字典",)
    batch_size = 3
    columns = (
        Column(
            code="dictionary",
            label="字典",
            parser=v.Text(50),
            synonyms=("所属字典",),
            source="dictionary__code",
            example="colour",
            required=True,
        ),
        Column(code="code", label="代码", parser=v.Text(60), example="red", required=True),
        Column(code="label", label="名称", parser=v.Text(60), synonyms=("词", "项目名称"), example="红"),
        Column(code="position", label="顺序", parser=v.Integer(low=0), synonyms=("排序",), example="3"),
        Column(code="active", label="启用", parser=v.Boolean(), example="是"),
    )

    def begin(self) -> None:
        self.dictionaries: dict[str, int] = dict(Dictionary.objects.values_list("code", "pk"))
        self.seen: dict[tuple[str, str], int] = {}

    def prepare(self, batch: Batch) -> None:
        known = {
            (entry.dictionary.code, entry.code): entry
            for entry in DictionaryEntry.objects.filter(code__in=batch.values("code")).select_related("dictionary")
        }
        for row in batch:
            key = (row["dictionary"], row["code"])
            if key in self.seen and self.seen[key] != row.number:
                row.refuse("code", f"和第 {self.seen[key]} 行重复")
                continue
            self.seen[key] = row.number
            row.target = known.get(key)
            self.settled(row)

    def write(self, batch: Batch) -> None:
        good = list(batch)
        new = {row["dictionary"]: row for row in good if row["dictionary"] not in self.dictionaries}
        for made in self.create(((row, Dictionary(code=code, label=code)) for code, row in new.items()), main=False):
            self.dictionaries[made.code] = made.pk
        self.create((row, self._entry(row)) for row in good if row.target is None)
        self.update((row, row.target, row.filled("label", "position", "active")) for row in good if row.target)
        self.total("positions", sum(row["position"] or 0 for row in good))

    def _entry(self, row: Any) -> DictionaryEntry:
        own = row.filled("code", "label", "position", "active")
        return DictionaryEntry(dictionary_id=self.dictionaries[row["dictionary"]], match_key=own.get("label", row["code"]), **own)

    def finish(self) -> None:
        self.note(f"共 {len(self.dictionaries)} 个字典")

    @classmethod
    def export_fields(cls, viewer: Viewer) -> FieldSet:
        return FieldSet([Field("label", "名称"), Field("dictionary", "字典", path="dictionary__code")])


def entries() -> Sequence[tuple]:
    """All words, for comparison."""
    found = DictionaryEntry.objects.filter(dictionary__code__in=["colour", "size"]).order_by("dictionary__code", "code")
    return [(e.dictionary.code, e.code, e.label, e.position, e.active) for e in found]
