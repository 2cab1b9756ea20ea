"""Which rows under a header are records. Rows of English field names, hints, examples, repeated headers and sums are not."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from guike.platform.sheets.headers import Header, fill_down
from guike.platform.sheets.labels import normalise
from guike.platform.sheets.problems import Said, gettext_noop
from guike.platform.sheets.reader import Sheet, SheetRow
from guike.platform.sheets.values.base import number_text

#: Examples stand directly under the header, and there are few of them.
MAX_EXAMPLES = 10

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z_]*(?: [A-Za-z_]+)*\d{0,2}")  # a word ends where a space stands: no two ways to read it
_HINT = re.compile(
    r"(?:必填|选填|非必填|可选|必录|文本|字符串?|数字|整数|数值|小数|日期|时间|金额|下拉(?:选择)?|单选|多选|唯一|自动生成|string|int|date|text)[项型列]?"
)
_SPOKEN_EXAMPLE = re.compile(r"[(（【\[]?(?:示例|样例|范例|填写示例|示例数据|例如?|example|sample)(?:[)）】\]：: ]|$)", re.IGNORECASE)
_NAMED = re.compile(
    r"^(?:XX|YY|ZZ|xx|××|○○|某某|AA|BB|测试|示例|样例)|(?:XX|YY|ZZ|xx|××|某某)(?:路|街|小区|市场|公司|工厂|市|区|号|楼)"
    r"|^(?:客户|公司|供应商|会员|企业|经销商|门店|产品|商品|姓名|用户|联系人)(?:名称)?[A-Za-z甲乙丙丁一二三]$|^(?:张三|李四|王五|赵六|小明)$"
)
_PHONE = re.compile(r"^(1[3-9]\d)(?:00\1\d{3}|0{8}|12345678|(\d)\2{7})$|^12345678901$|^(\d)\3{10}$")
_CODE = re.compile(r"^(?:(\d)\1{3}(\d)\2{3}|123456\d{0,4})$")
_EMAIL = re.compile(r"^(?:x{2,}|abc\d*|test\d*|example|123456?)@|@example\.(?:com|cn|org|net)$", re.IGNORECASE)
_SUM = re.compile(r"(?:本页)?(?:合计|总计|小计|共计|汇总)[:：]?")
_NOTE = re.compile(r"(?:注|备注|说明|填表说明|注意|制表人?|填报人?|打印时间|导出时间)[:：]")


class Records:
    """Goes through the rows below a header; what is no record is kept in `left_out` with its reason."""

    def __init__(self, sheet: Sheet, header: Header, *, examples: Mapping[int, str] | None = None, keep_examples: bool = False):
        self.header = header
        self.left_out: list[tuple[int, Said]] = []
        self._labels = {normalise(label) for label in header.labels if label}
        self._examples = {place: _text(example) for place, example in (examples or {}).items() if _text(example)}
        self._keep_examples = keep_examples
        self._merged = fill_down(sheet.merges, header.row)
        self._sources = {(source, column) for wanted in self._merged.values() for column, source in wanted.items()}
        self._kept: dict[tuple[int, int], Any] = {}
        self._under_header = True
        self._below = 0

    def of(self, rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
        """The records among the rows."""
        for row in rows:
            if row.number <= self.header.row:
                continue
            row = self._with_merged(row) if self._merged else row
            why = self._why_not(row)
            if why is None:
                self._under_header = False
                yield row
            elif str(why):
                self.left_out.append((row.number, why))

    def _with_merged(self, row: SheetRow) -> SheetRow:
        cells = list(row.cells)
        for column, source in self._merged.get(row.number, {}).items():
            cells.extend([None] * (column + 1 - len(cells)))
            cells[column] = self._kept.get((source, column)) if cells[column] is None else cells[column]
        for column, cell in enumerate(cells):
            if (row.number, column) in self._sources:
                self._kept[(row.number, column)] = cell
        return SheetRow(row.number, cells)

    def _why_not(self, row: SheetRow) -> Said | None:
        filled = [cell for cell in row.cells[: len(self.header.labels)] if cell is not None]
        if not filled:
            return Said("")
        if self._under_header:
            self._below += 1
            if (why := self._why_not_under_header(row, filled)) is not None:
                return why
        return self._why_not_anywhere(filled)

    def _why_not_anywhere(self, filled: Sequence[Any]) -> Said | None:
        first = filled[0]
        if type(first) is not str:
            return None
        if len(first) <= 6 and _SUM.fullmatch(first.replace(" ", "")):
            return Said(gettext_noop("合计行"))
        if len(filled) == 1 and len(self._labels) > 2 and _NOTE.match(first):
            return Said(gettext_noop("说明文字"))
        if len(filled) > 1 and normalise(first) in self._labels and self._repeats_header(filled):
            return Said(gettext_noop("重复的表头"))
        return None

    def _repeats_header(self, filled: Sequence[Any]) -> bool:
        return sum(isinstance(cell, str) and normalise(cell) in self._labels for cell in filled) >= 0.8 * len(filled)

    def _why_not_under_header(self, row: SheetRow, filled: Sequence[Any]) -> Said | None:
        texts = [cell for cell in filled if isinstance(cell, str)]
        if self._below == 1 and self._is_english_names(texts, filled):
            return Said(gettext_noop("英文字段名"))
        if self._below <= 2 and len(filled) >= 2 and sum(bool(_HINT.fullmatch(text)) for text in texts) >= 0.6 * len(filled):
            return Said(gettext_noop("填写要求"))
        if (
            self._below <= 2
            and len(filled) == 1
            and len(self._labels) > 2
            and ((len(texts) and len(texts[0]) > 30) or _NOTE.match(str(filled[0])))
        ):
            return Said(gettext_noop("说明文字"))
        if self._below <= MAX_EXAMPLES and not self._keep_examples and self._is_example(row, filled):
            return Said(gettext_noop("示例"))
        return None

    def _is_english_names(self, texts: Sequence[str], filled: Sequence[Any]) -> bool:
        chinese = sum(any("\u4e00" <= c <= "\u9fff" for c in label) for label in self.header.labels)
        names = sum(bool(_FIELD_NAME.fullmatch(text)) for text in texts)
        return (
            len(filled) >= 2
            and chinese >= 2
            and names >= 0.9 * len(filled)
            and len(filled) * 2 >= len(self._labels)
            and len(set(texts)) == len(texts)
        )

    def _is_example(self, row: SheetRow, filled: Sequence[Any]) -> bool:
        """The example of our own template, a cell that says so, or two signs of invented content."""
        texts = [_text(cell) for cell in filled]
        if any(_SPOKEN_EXAMPLE.match(text) for text in texts):
            return True
        own = [_text(row.cells[place]) == example for place, example in self._examples.items() if place < len(row.cells)]
        if len(own) >= 2 and len(own) == len(self._examples) and sum(own) >= 0.8 * len(own):
            return True
        signs = sum(any(sign.search(text) for sign in (_NAMED, _PHONE, _CODE, _EMAIL)) for text in texts)
        return signs >= 2


def _text(cell: Any) -> str:
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) < 10**15:
        return number_text(cell)
    return str(cell).strip() if cell is not None else ""
