"""Workbooks of all sorts for the reader's tests."""

import io
import zipfile
from pathlib import Path

import xlsxwriter
import xlwt

ROWS = [["名称", "电话", "日期"], ["甲公司", "13800138000", "2026-11-22"], ["乙公司", "0577-88881234", "2026-11-23"]]


def xlsx(path: Path, rows: list[list] = ROWS, *, name: str = "客户") -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(name)
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, cells)
    book.close()
    return path


def xls(path: Path, rows: list[list] = ROWS, *, name: str = "客户") -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write(number, column, cell)
    book.save(str(path))
    return path


def ods(path: Path, rows: list[list] = ROWS) -> Path:
    """A minimal OpenDocument table."""
    body = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells)
        + "</table:table-row>"
        for cells in rows
    )
    names = "office:1.0 table:1.0 text:1.0"
    declared = " ".join(f'xmlns:{n.split(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{n}"' for n in names.split())
    content = (
        f'<?xml version="1.0"?><office:document-content {declared}><office:body><office:spreadsheet><table:table table:name="客户">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def repacked(path: Path, replace: dict[str, bytes], target: Path) -> Path:
    """A copy of a zip with some parts replaced or added."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.infolist():
            if part.filename not in replace:
                archive.writestr(part, source.read(part.filename))
        for name, content in replace.items():
            archive.writestr(name, content)
    return target


def encrypted(path: Path, plain: Path) -> Path:
    """The workbook with a password to open it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    with plain.open("rb") as file:
        OOXMLFile(file).encrypt("secret", out)
    path.write_bytes(out.getvalue())
    return path
