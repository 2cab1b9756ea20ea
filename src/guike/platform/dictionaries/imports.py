"""Words of dictionaries from a spreadsheet (PLT-13, PLT-03)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Viewer, rows
from guike.platform.dictionaries.catalogue import free_code, match_key
from guike.platform.dictionaries.models import Dictionary, DictionaryEntry
from guike.platform.dictionaries.services import clean_synonyms, split_synonyms
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Row
from guike.platform.sheets import values as v


class Synonyms(v.Text):
    """Several words in one cell, parted by 、"""

    def __call__(self, cell: Any) -> list[str] | None:
        text = super().__call__(cell)
        return split_synonyms(text) if text else None

    def show(self, value: Any) -> Any:
        return "、".join(value) if value else None


@register
class DictionariesImport(ImportKind):
    code, label, object = "dictionaries", _("字典"), "dictionary"
    key = ("dictionary", "label")
    sheet_words = ("字典", "选项", "数据字典")
    story = _("一行一个词；同一字典里名称相同的会更新，没有的加在末尾；不能凭空新建字典")
    columns = [
        Column(
            code="dictionary",
            label=_("字典"),
            parser=v.Text(50),
            synonyms=("字典名称", "字典代码", "类型", "分类"),
            required=True,
            source="dictionary__label",
            example="客户来源",
            offers=lambda: list(Dictionary.objects.values_list("label", flat=True)),
        ),
        Column(code="label", label=_("名称"), parser=v.Text(60), synonyms=("词", "选项", "选项名称", "字典项", "值"), required=True, example="网络"),
        Column(code="synonyms", label=_("同义词"), parser=Synonyms(400), synonyms=("别名", "其它写法"), example="网站、线上"),
        Column(code="active", label=_("启用"), parser=v.Boolean(), synonyms=("是否启用", "状态"), example="是"),
        Column(code="position", label=_("顺序"), parser=v.Integer(low=0, high=9999), synonyms=("排序", "序号"), example="1"),
    ]

    def begin(self) -> None:
        self.dictionaries: dict[str, Dictionary] = {}
        for dictionary in Dictionary.objects.all():
            self.dictionaries[match_key(dictionary.code)] = self.dictionaries[match_key(dictionary.label)] = dictionary
        self.words = {(e.dictionary_id, e.match_key): e for e in rows(self.viewer, "dictionary", "change")}
        self.codes: dict[int, set[str]] = {}
        self.last: dict[int, int] = {}
        for entry in self.words.values():
            self.codes.setdefault(entry.dictionary_id, set()).add(entry.code)
            self.last[entry.dictionary_id] = max(self.last.get(entry.dictionary_id, 0), entry.position)

    def prepare(self, batch: Batch) -> None:
        for row in batch:
            dictionary = self.dictionaries.get(match_key(row["dictionary"]))
            if dictionary is None:
                known = "、".join(sorted({d.label for d in self.dictionaries.values()}))
                row.refuse("dictionary", _("没有字典「%(name)s」，现有：%(known)s") % {"name": row["dictionary"], "known": known[:200]})
                continue
            row.found["dictionary"] = dictionary
            row.target = self.words.get((dictionary.pk, match_key(row["label"])))
            self.settled(row)

    def write(self, batch: Batch) -> None:
        new: dict[tuple[int, str], tuple[Row, DictionaryEntry]] = {}
        for row in batch:
            key = (row.found["dictionary"].pk, match_key(row["label"]))
            if row.target is None and key in new:
                row.skip(_("和第 %(n)s 行重复") % {"n": new[key][0].number})
            elif row.target is None:
                new[key] = (row, self._entry(row))
        self.words.update(zip(new, self.create(new.values()), strict=True))  # type: ignore[arg-type]
        self.update((row, row.target, self._changes(row)) for row in batch if row.target is not None)

    def _entry(self, row: Row) -> DictionaryEntry:
        dictionary = row.found["dictionary"]
        codes = self.codes.setdefault(dictionary.pk, set())
        code = free_code(row["label"], codes)
        codes.add(code)
        self.last[dictionary.pk] = self.last.get(dictionary.pk, 0) + 1
        values = {"position": self.last[dictionary.pk], **row.filled("active", "position")}
        return DictionaryEntry(
            dictionary=dictionary,
            code=code,
            label=row["label"],
            match_key=match_key(row["label"]),
            synonyms=clean_synonyms(row["synonyms"] or []),
            **values,
        )

    def _changes(self, row: Row) -> dict[str, Any]:
        return row.filled("label", "synonyms", "active", "position")

    @classmethod
    def export_rows(cls, viewer: Viewer) -> Any:
        return rows(viewer, cls.object, "export").order_by("dictionary__label", "position", "pk")
