"""Cells of a workbook that look empty to the parser and are not: errors (#N/A) and formulas without a saved result."""

import re
import struct
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

Faults = dict[tuple[int, int], str]

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_STYLE = re.compile(rb'\bs="(\d+)"')
_CHUNK = 4 * 2**20
#: Where to cut the stream: cells are never nested, so every `</row>` is safe.
_CUT = b"</row>"
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def in_xlsx(archive: zipfile.ZipFile, sheet_name: str) -> tuple[Faults, dict[tuple[int, int], int]]:
    """(faults, padded): places counted from 0; `padded` are numbers shown with leading zeros and how many digits they have."""
    part = _part_of(archive, sheet_name)
    if not part:
        return {}, {}
    padded_styles = _padded_styles(archive)
    faults: Faults = {}
    padded: dict[tuple[int, int], int] = {}
    for piece in _pieces(archive, part):
        if b"<f" in piece or b't="e"' in piece or b":f" in piece:
            _find_faults(piece, faults)
        if padded_styles:
            _find_padded(piece, padded_styles, padded)
    return faults, padded


def _find_faults(piece: bytes, faults: Faults) -> None:
    for cell in _CELL.finditer(piece):
        inner = cell[2] or b""
        is_error = b't="e"' in cell[1]
        if not is_error and b"<f" not in inner and b":f" not in inner:
            continue
        value = _VALUE.search(inner)
        place = _PLACE.search(cell[1])
        if place and is_error:
            faults[_position(place)] = value[1].decode("utf-8", "replace")[:20] if value else "#N/A"
        elif place and not value and b't="str"' not in cell[1]:
            faults[_position(place)] = "formula"


def _find_padded(piece: bytes, styles: dict[bytes, int], padded: dict[tuple[int, int], int]) -> None:
    for cell in _CELL.finditer(piece):
        style = _STYLE.search(cell[1])
        place = _PLACE.search(cell[1])
        if style and place and style[1] in styles:
            padded[_position(place)] = styles[style[1]]


def _position(place: re.Match) -> tuple[int, int]:
    column = 0
    for letter in place[1]:
        column = column * 26 + letter - 64
    return int(place[2]) - 1, column - 1


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with archive.open(part) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            cut = text.rfind(_CUT)
            if cut < 0:
                cut = text.rfind(b"<") - len(_CUT) if len(text) > 4 * _CHUNK else -len(_CUT)
            yield text[: cut + len(_CUT)]
            rest = text[cut + len(_CUT) :]
        yield rest


def _part_of(archive: zipfile.ZipFile, sheet_name: str) -> str:
    """The name of the zip part with a sheet's cells."""
    names = {name.lower(): name for name in archive.namelist()}
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(names):
        return ""
    targets = {relation.get("Id"): relation.get("Target", "") for relation in _xml(archive.read(names["xl/_rels/workbook.xml.rels"]))}
    for sheet in _xml(archive.read(names["xl/workbook.xml"])).iter():
        if sheet.tag.endswith("}sheet") and sheet.get("name") == sheet_name:
            relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            target = targets.get(relation, "")
            return names.get((target.lstrip("/") if target.startswith("/") else f"xl/{target}").lower(), "")
    return ""


def _xml(raw: bytes) -> ElementTree.Element:
    """Office files never declare a document type; one that does wants to smuggle entities in."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise ValueError("document type in an office file")
    return ElementTree.fromstring(raw)  # noqa: S314 (see above; and this runs in the limited process)


def _padded_styles(archive: zipfile.ZipFile) -> dict[bytes, int]:
    """Style index → digits, for number formats that consist of zeros only (000000)."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = _xml(archive.read("xl/styles.xml"))
    formats = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iter(f"{_MAIN}numFmt")}
    styles = {}
    for index, style in enumerate(root.findall(f"{_MAIN}cellXfs/{_MAIN}xf")):
        code = formats.get(style.get("numFmtId"), "").strip('"')
        if re.fullmatch(r"0{2,18}", code):
            styles[str(index).encode()] = len(code)
    return styles


def in_xls(path: str) -> dict[str, Faults]:
    """Sheet name → error cells of an old .xls workbook, by walking its records."""
    import olefile

    with olefile.OleFileIO(path) as ole:
        name = "Workbook" if ole.exists("Workbook") else "Book"
        stream = ole.openstream(name).read()
    sheets = [(offset, title) for kind, _at, body in _records(stream, 0) if kind == 0x0085 for offset, title in [_bound_sheet(body)]]
    return {title: _xls_faults(stream, offset) for offset, title in sheets}


def _records(stream: bytes, start: int) -> Iterator[tuple[int, int, bytes]]:
    """(kind, offset, body) of the records of one substream, to its end mark."""
    place = start
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield kind, place, stream[place + 4 : place + 4 + size]
        if kind == 0x000A:
            return
        place += 4 + size


def _bound_sheet(body: bytes) -> tuple[int, str]:
    offset, length, wide = struct.unpack_from("<I", body)[0], body[6], body[7] & 1
    return offset, body[8 : 8 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")


def _xls_faults(stream: bytes, offset: int) -> Faults:
    faults: Faults = {}
    for kind, _at, body in _records(stream, offset):
        if kind == 0x0205 and len(body) >= 8 and body[7] == 1:
            faults[struct.unpack_from("<HH", body)] = _ERRORS.get(body[6], "#N/A")
        elif kind == 0x0006 and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            faults[struct.unpack_from("<HH", body)] = _ERRORS.get(body[8], "#N/A")
    return faults
