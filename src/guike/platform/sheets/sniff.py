"""What a file really is, by its content: an .xlsx may be an old .xls, an .xls may be a web page."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from guike.platform.sheets.problems import SheetError, gettext_noop

MEGABYTE = 2**20
#: A workbook of 100,000 rows with 20 columns has 10–15 MB.
MAX_BYTES = 40 * MEGABYTE
#: What a zip may unpack to, all parts together, and by how much one part may grow.
MAX_UNPACKED = 1024 * MEGABYTE
MAX_GROWTH = 400
MAX_PARTS = 5000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SAVE_AS = gettext_noop("这是%(what)s，不是表格文件，在 Excel 或 WPS 里另存为 .xlsx 再导入")


@dataclass(frozen=True)
class Kind:
    """`form`: xlsx, xlsb, xls, ods or csv; `macros` when the workbook carries a program (never run, only its values are read)."""

    form: str
    macros: bool = False


def check_size(path: Path) -> None:
    """Raise `SheetError` for a file that is empty or larger than one import takes."""
    size = path.stat().st_size
    if size == 0:
        raise SheetError(gettext_noop("文件是空的（0 字节），重新导出一份"))
    if size > MAX_BYTES:
        raise SheetError(
            gettext_noop("文件 %(size)s MB，超过上限 %(limit)s MB。删掉图片和不用的工作表，或按行拆成几份再导入"),
            size=f"{size / MEGABYTE:.1f}",
            limit=MAX_BYTES // MEGABYTE,
        )


def sniff(path: Path) -> Kind:
    """Tell the kind of file, or raise `SheetError` for one that is locked, broken or no spreadsheet at all."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(OLE):
        return _ole(path)
    if head.startswith(ZIP):
        return _zip(path)
    _refuse_known_others(head)
    return Kind("csv")


def _refuse_known_others(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    others = {
        b"%pdf": gettext_noop("PDF 文件"),
        b"\x89png": gettext_noop("图片"),
        b"\xff\xd8\xff": gettext_noop("图片"),
        b"gif8": gettext_noop("图片"),
        b"rar!": gettext_noop("压缩包"),
        b"7z\xbc\xaf": gettext_noop("压缩包"),
        b"\x1f\x8b": gettext_noop("压缩包"),
        b"<?xml": gettext_noop("XML 文件"),
        b"<html": gettext_noop("网页"),
        b"<!doctype html": gettext_noop("网页"),
        b"<table": gettext_noop("网页"),
        b"<meta": gettext_noop("网页"),
        b"{\\rtf": gettext_noop("RTF 文档"),
        b"\x7felf": gettext_noop("程序"),
        b"mz\x90": gettext_noop("程序"),
    }
    for sign, what in others.items():
        if start.startswith(sign):
            raise SheetError(_SAVE_AS, what=what)


def _ole(path: Path) -> Kind:
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as ole:
            streams = {"/".join(entry).lower() for entry in ole.listdir()}
    except Exception:  # olefile raises many things on broken input; all mean the same
        raise _broken() from None
    if "encryptedpackage" in streams or _locked(path, streams):
        raise SheetError(gettext_noop("文件有打开密码，在 Excel 里去掉密码（文件 → 信息 → 保护工作簿）后再导入"))
    if "workbook" in streams or "book" in streams:
        return Kind("xls", macros=any(name.startswith("_vba_project_cur") for name in streams))
    if "worddocument" in streams:
        raise SheetError(_SAVE_AS, what=gettext_noop("Word 文档"))
    if "powerpoint document" in streams:
        raise SheetError(_SAVE_AS, what=gettext_noop("幻灯片"))
    raise _broken()


def _locked(path: Path, streams: set[str]) -> bool:
    if not streams & {"workbook", "book"}:
        return False
    import msoffcrypto  # loads a cryptography library: only for the files that need it

    try:
        with path.open("rb") as file:
            return bool(msoffcrypto.OfficeFile(file).is_encrypted())
    except Exception:
        return False  # not readable as an office file: the parser will say what is broken


def _zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            content_types = _content_types(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise _broken() from None
    _refuse_bomb(parts)
    names = {part.filename.lower() for part in parts}
    macros = any(name.endswith("vbaproject.bin") for name in names)
    if "xl/workbook.bin" in names:
        return Kind("xlsb", macros)
    if any(name.startswith("xl/workbook") for name in names) or "spreadsheetml" in content_types:
        return Kind("xlsx", macros)
    if "content.xml" in names and ("mimetype" in names or "meta-inf/manifest.xml" in names):
        return Kind("ods", any(name.startswith("basic/") for name in names))
    if any(name.startswith("word/") for name in names):
        raise SheetError(_SAVE_AS, what=gettext_noop("Word 文档"))
    if any(name.startswith("ppt/") for name in names):
        raise SheetError(_SAVE_AS, what=gettext_noop("幻灯片"))
    raise SheetError(_SAVE_AS, what=gettext_noop("压缩包"))


def _content_types(archive: zipfile.ZipFile) -> str:
    try:
        with archive.open("[Content_Types].xml") as part:
            return part.read(MEGABYTE).decode("utf-8", "replace")
    except (KeyError, RuntimeError, zipfile.BadZipFile, EOFError, OSError, io.UnsupportedOperation):
        return ""


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    grown = [part for part in parts if part.file_size > 20 * MEGABYTE and part.file_size > MAX_GROWTH * max(part.compress_size, 1)]
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or grown:
        raise SheetError(
            gettext_noop("文件解压后有 %(size)s MB，不像正常的表格，没有读取。在 Excel 里另存一份再导入"), size=unpacked // MEGABYTE
        )


def _broken() -> SheetError:
    return SheetError(gettext_noop("文件不完整或已损坏，在 Excel 里打开确认后另存一份再导入"))
