"""Files as people and bad luck make them: sheets of every kind of import with odd cells, written in every form, then damaged."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from datetime import date, datetime
from random import Random
from typing import Any

import xlsxwriter
import xlwt

from guike.platform.imports.kinds import ImportKind
from guike.platform.sheets.tests.test_fuzz import mutated

#: What stands in cells that no form would ask for.
ODD: tuple[Any, ...] = (
    "", " ", "\u3000", "=1+1", "=HYPERLINK(\"http://x\",\"y\")", "+86 138-0013-8000", "@SUM(A1)", "-", "—", "0", "-1", 10**15, 1e308, -0.0,
    0.1 + 0.2, 1.5, True, False, "#N/A", "#REF!", "null", "None", "TRUE", "字" * 300, "a" * 5000, "\u202e倒", "é\u0301", "𠮷野家", "🦜",
    "<script>1</script>", "{{1}}", "%s%n", "'; DROP TABLE x;--", "\\", '"', "a\nb\r\nc", "\t", date(1900, 1, 1), date(9999, 12, 31),
    datetime.fromisoformat("2026-02-28T23:59:59"), 44927, 2958466, -1, "2026-02-30", "2026年13月1日", "昨天", "１３８００１３８０００", "12,34", "1.234,56",
    "￥1,000.00元", "100%", "9" * 40, "1E+15", "KH-1", "示例", "合计", "\x01\x0b", "_x000D_", "_x0000_",
)  # fmt: skip


def cells(kind: type[ImportKind], chance: Random) -> list[list[Any]]:
    """A header as the template has it and a few rows of its examples, with some columns left out, odd, doubled or swapped."""
    columns = list(kind.all_columns())
    if chance.random() < 0.5:
        columns = [one for one in columns if one.required or chance.random() < 0.6] or columns
    if chance.random() < 0.3:
        chance.shuffle(columns)
    header = [str(one.label) for one in columns]
    rows: list[list[Any]] = []
    for number in range(chance.choice((0, 1, 3, 8))):
        mark = f"{chance.randrange(10**4)}"
        rows.append([_example(one, mark, number) for one in columns])
    share = chance.choice((0.0, 0.02, 0.2, 1.0))
    for row in rows:
        for place in range(len(row)):
            if chance.random() < share:
                row[place] = chance.choice(ODD)
    if chance.random() < 0.15 and header:
        header[chance.randrange(len(header))] = chance.choice(("", "未知", header[0], "字" * 300, 7))  # type: ignore[call-overload]
    if chance.random() < 0.1:
        rows = [[*row, "多出来"][: chance.randrange(1, len(row) + 2)] for row in rows]
    return [header, *rows, *(rows[:1] if chance.random() < 0.2 else [])]


#: What some columns have to name, so that a good many rows are taken: see the company of `test_import_fuzz`.
THERE = {
    "customer_number": "KH-1", "customer_name": "温州瓯泰阀门有限公司", "product_number": "ZF-50", "dictionary": "行业", "metric": "contacts.count_90d",
    "order_number": "DD-1", "upper_number": "KH-2", "lower_number": "KH-1", "department": "销售部", "person": "陈思远", "owner": "陈思远",
    "salesperson": "陈思远", "supervisor": "", "kind": None, "role": None, "happened_on": "2026-11-13", "line_number": "1",
    "side": "上级单位", "other_number": "KH-2", "quantity": "2", "unit_price": "860",
}  # fmt: skip


def _example(column: Any, mark: str, number: int) -> Any:
    if THERE.get(column.code) is not None:
        return THERE[column.code]
    if column.code in ("phone", "mobile", "phones"):
        return f"139{mark:0>6}{number:02}"
    if not column.required and column.code != "name" and int(mark) % 3:
        return None
    example = column.example if isinstance(column.example, int | float | date) else str(column.example)
    if column.code not in THERE and isinstance(example, str) and example and not example[0].isdigit() and (column.required or column.code == "name"):
        return f"{example[:20]}{mark}{number}"
    return example if example != "" else None


# --- forms ---------------------------------------------------------------------------------------------------------------


def as_xlsx(rows: list[list[Any]], chance: Random) -> bytes:
    out = io.BytesIO()
    formulas = chance.random() < 0.3
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": formulas, "strings_to_urls": False, "nan_inf_to_errors": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name in chance.choice((["数据"], ["数据", "数据2"], ["说明", "数据"])):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write(number, place, value)
        if chance.random() < 0.1 and len(rows) > 2:
            sheet.merge_range(0, 0, 1, 1, "合并")
    book.close()
    return out.getvalue()


def as_xls(rows: list[list[Any]], chance: Random) -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("数据")
    for number, row in enumerate(rows):
        for place, value in enumerate(row[:250]):
            if value is not None:
                sheet.write(number, place, str(value) if isinstance(value, date) or (isinstance(value, int) and abs(value) > 10**14) else value)
    book.save(out)
    return out.getvalue()


def as_csv(rows: list[list[Any]], chance: Random) -> bytes:
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=chance.choice(",,,;\t|"),
        quoting=chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
        lineterminator=chance.choice(("\n", "\r\n", "\r")),
    )
    writer.writerows(rows)
    text = out.getvalue()
    if chance.random() < 0.2:
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(('"', "\x00", '""', "\ufeff", "\r", ',"')) + text[place:]
    encoding = chance.choice(("utf-8", "utf-8-sig", "gbk", "gb18030", "big5", "utf-16", "utf-16-le", "latin-1"))
    return text.encode(encoding, "replace")


# --- damage --------------------------------------------------------------------------------------------------------------


def in_parts(content: bytes, chance: Random) -> bytes:
    """A workbook's zip with one of its parts damaged, lost, twice, renamed, or telling something else than it holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(one.filename, archive.read(one)) for one in archive.infolist()]
    place = chance.randrange(len(parts))
    name, inner = parts[place]
    how = chance.randrange(8)
    if how == 0:
        parts[place] = (name, inner[: chance.randrange(len(inner) + 1)])
    elif how == 1:
        parts.append((name, mutated(inner or b" ", chance)))
    elif how == 2:
        parts[place] = (chance.choice((name.upper(), f"../{name}", f"x/{name}", "/" + name, name + "\x00.xml")), inner)
    elif how == 3:
        del parts[place]
    elif how == 4:
        parts[place] = (name, mutated(inner or b" ", chance))
    elif how == 5:
        parts = [(n, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', c)) for n, c in parts]
    elif how == 6:
        strings = b"<si><t>" + b"A" * 200 + b"</t></si>"
        parts = [(n, c.replace(b"</sst>", strings * 20_000 + b"</sst>") if n.endswith("sharedStrings.xml") else c) for n, c in parts]
    else:
        parts = [(n, _edited(c, chance) if n.endswith(".xml") else c) for n, c in parts]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # twice the same name is what is wanted
        for name, inner in parts:
            archive.writestr(name, inner)
    return out.getvalue()


def _edited(xml: bytes, chance: Random) -> bytes:
    """XML that is well-formed and means something else."""
    swaps = (
        (rb' t="s"', b' t="n"'), (rb' t="s"', b' t="e"'), (rb"<v>(\d+)</v>", b"<v>999999999</v>"), (rb"<v>(\d+)</v>", b"<v>-1</v>"),
        (rb'r="A(\d+)"', b'r="ZZZZ\\1"'), (rb'<row r="\d+"', b'<row r="4294967297"'), (rb"<v>", b"<f>1/0</f><v>"), (rb"<t>", b"<t>&#0;"),
        (rb"<\?xml[^>]*\?>", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'),
        (rb'count="\d+"', b'count="99999999"'), (rb'sheetId="\d+"', b'sheetId="0"'), (rb"</sheetData>", b""),
    )  # fmt: skip
    pattern, new = chance.choice(swaps)
    return re.sub(pattern, new, xml, count=chance.choice((1, 0)))


def file(kind: type[ImportKind], chance: Random) -> tuple[str, bytes]:
    """A name and what is in it."""
    rows = cells(kind, chance)
    form, make = chance.choice((("xlsx", as_xlsx), ("xlsx", as_xlsx), ("csv", as_csv), ("xls", as_xls)))
    try:
        content = make(rows, chance)
    except (ValueError, xlsxwriter.exceptions.XlsxWriterException):  # a cell that this form cannot hold
        form, content = "csv", as_csv(rows, chance)
    dice = chance.random()
    if form == "xlsx" and dice < 0.4:
        content = in_parts(content, chance)
    elif dice < 0.6 and content:
        content = mutated(content, chance)
    return f"名单.{chance.choice((form, form, form, 'csv', 'xlsx', 'txt'))}", content
