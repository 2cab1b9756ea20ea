"""Opens a spreadsheet: sniffs it, has it parsed in a limited process, hands its rows out as a stream."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from guike.platform.sheets import parse
from guike.platform.sheets.problems import CellFault, SheetError, gettext_noop
from guike.platform.sheets.sniff import Kind, check_size

#: Limits of the parsing process: address space in MB, processor seconds, seconds on the clock.
MEGABYTES, PROCESSOR_SECONDS, WALL_SECONDS = 1200, 90, 180


@dataclass(frozen=True)
class Sheet:
    """One sheet of a book. `rows` counts rows with content only, whatever the file declares; CSV files have one sheet named ""."""

    name: str
    rows: int
    width: int
    hidden: bool
    offset: int
    end: int
    merges: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True)
class SheetRow:
    """`number` is the row as the spreadsheet program numbers it (for CSV the record)."""

    number: int
    cells: list[Any]


@dataclass
class Book:
    """A file that was read. Its rows lie in a spool file until `close`."""

    kind: Kind
    sheets: list[Sheet]
    spool: Path
    encoding: str = ""
    notes: list[str] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet:
        """The sheet with this name; the message lists the names there are."""
        for sheet in self.sheets:
            if sheet.name.strip() == name.strip():
                return sheet
        raise SheetError(
            gettext_noop("没有工作表「%(name)s」，文件里有：%(names)s"),
            name=name,
            names="、".join(sheet.name or "（CSV）" for sheet in self.sheets),
        )

    def rows(self, sheet: Sheet, limit: int | None = None) -> Iterator[SheetRow]:
        """The rows with content in order; `limit` for a look at the top."""
        with self.spool.open("rb") as lines:
            lines.seek(sheet.offset)
            place, count = sheet.offset, 0
            while place < sheet.end and (limit is None or count < limit):
                line = lines.readline()
                place += len(line)
                count += 1
                number, *cells = json.loads(line)
                yield SheetRow(number, [decode_cell(cell) if type(cell) is list else cell for cell in cells])

    def close(self) -> None:
        self.spool.unlink(missing_ok=True)

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def describe(self) -> dict[str, Any]:
        """All but the rows, to be opened again with `reopen`."""
        sheets = [vars(sheet) for sheet in self.sheets]
        return {"form": self.kind.form, "macros": self.kind.macros, "encoding": self.encoding, "sheets": sheets}


def decode_cell(cell: list) -> Any:
    """The value behind `[kind, text]` in a spool line."""
    kind, text = cell
    if kind == "d":
        return date.fromisoformat(text)
    if kind == "t":
        return datetime.fromisoformat(text)
    if kind == "c":
        return time.fromisoformat(text)
    if kind == "p":
        return timedelta(seconds=float(text))
    return CellFault(text)


def open_book(path: Path | str, *, spool: Path | None = None) -> Book:
    """Read a file of any supported kind. Raises `SheetError` with a sentence for everything that can be wrong with it."""
    path = Path(path)
    check_size(path)
    if spool is None:
        with tempfile.NamedTemporaryFile(prefix="sheet-", suffix=".jsonl", delete=False) as made:
            spool = Path(made.name)
    try:
        return _book(spool, _parse(path, spool))
    except BaseException:
        spool.unlink(missing_ok=True)
        raise


def reopen(description: dict[str, Any], spool: Path) -> Book:
    """A book read earlier whose spool still lies there."""
    sheets = [Sheet(**{**sheet, "merges": tuple(tuple(merge) for merge in sheet["merges"])}) for sheet in description["sheets"]]
    return Book(Kind(description["form"], description["macros"]), sheets, spool, description["encoding"])


def _book(spool: Path, index: dict[str, Any]) -> Book:
    sheets = [Sheet(**{**sheet, "merges": tuple(tuple(merge) for merge in sheet["merges"])}) for sheet in index["sheets"]]
    book = Book(Kind(index["form"], index["macros"]), sheets, spool, index.get("encoding", ""))
    if book.kind.macros:
        book.notes.append(gettext_noop("文件带宏：只读了单元格里的值，宏没有运行"))
    if not any(sheet.rows for sheet in sheets):
        raise SheetError(gettext_noop("文件里没有数据，所有工作表都是空的"))
    return book


def _parse(path: Path, spool: Path) -> dict[str, Any]:
    """Run the parser with its limits; its standard output becomes the spool."""
    command = [sys.executable, "-I", parse.__file__, str(path.resolve()), str(MEGABYTES), str(PROCESSOR_SECONDS)]
    with spool.open("wb") as out:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=WALL_SECONDS,
                check=False,
                env={"LANG": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired:
            raise _took_too_long() from None
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _took_too_long()
    index = _last_line(spool)
    if done.returncode != 0 or index is None:
        raise _too_large()
    if "refusal" in index:
        template, values = index["refusal"]
        raise SheetError(template, **values)
    if failure := index.get("failure"):
        raise _too_large() if failure in ("large", "memory") else _unreadable()
    return index


def _last_line(spool: Path) -> dict[str, Any] | None:
    """The index that ends a spool; None when the parser died before it wrote one."""
    with spool.open("rb") as file:
        size = file.seek(0, 2)
        step = 2**16
        while True:
            start = max(0, size - step)
            file.seek(start)
            tail = file.read(size - start)
            line_start = tail.rstrip(b"\n").rfind(b"\n")
            if line_start >= 0 or start == 0:
                break
            step *= 4
    try:
        index = json.loads(tail[line_start + 1 :])
    except ValueError:
        return None
    return index if isinstance(index, dict) else None


def _took_too_long() -> SheetError:
    return SheetError(gettext_noop("读这个文件超过 %(seconds)s 秒，已停止。拆成几份再导入"), seconds=PROCESSOR_SECONDS)


def _too_large() -> SheetError:
    return SheetError(
        gettext_noop("表格太大：一次最多 %(rows)s 行。检查最后一行以外是否误填了内容，或按行拆成几份再导入"), rows=f"{parse.MAX_ROWS:,}"
    )


def _unreadable() -> SheetError:
    return SheetError(gettext_noop("文件不完整或已损坏，在 Excel 里打开确认后另存一份再导入"))
