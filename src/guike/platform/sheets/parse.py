"""The program of the limited process: reads one untrusted file and writes its cells as JSON lines to standard output.

Each sheet is a run of lines `[row number, cell, …]`; the last line of all is the index, an object. Cells are text, numbers,
true/false, null, or `[kind, text]` for days (d), moments (t), clock times (c), durations (p) and faults (e).
It is started by file name with an isolated interpreter, so it finds its siblings itself.
"""

import contextlib
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MAX_ROWS = 300_000
MAX_COLUMNS = 600
MAX_CELLS = 12_000_000
MAX_TEXT = 32_767
BLANK = " \t\r\n\u3000\xa0\ufeff\u200b\u200c\u200d\u2060"


class TooLarge(Exception):
    """More rows or cells than one import takes."""


def limit(megabytes: int, seconds: int) -> None:
    """Bound memory, processor time and output of this process. What a system cannot bound (macOS: memory) stays open there."""
    bounds = {
        resource.RLIMIT_AS: (megabytes * 2**20, megabytes * 2**20),
        resource.RLIMIT_CPU: (seconds, seconds + 5),
        resource.RLIMIT_FSIZE: (2**30, 2**30),
        resource.RLIMIT_NOFILE: (64, 64),
        resource.RLIMIT_CORE: (0, 0),
    }
    for what, bound in bounds.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, bound)


class Spool:
    """Writes rows to standard output and remembers where each sheet begins."""

    def __init__(self) -> None:
        self.out = sys.stdout.buffer
        self.offset = 0
        self.cells = 0
        self.sheets: list[dict[str, Any]] = []

    def sheet(self, name: str, rows: Iterator[tuple[int, list]], **facts: Any) -> None:
        """One sheet; rows without any content are left out but counted in the numbering."""
        start, count, width = self.offset, 0, 0
        for number, cells in rows:
            clean = [encode(cell) for cell in cells[:MAX_COLUMNS]]
            while clean and clean[-1] is None:
                clean.pop()
            if not clean:
                continue
            count += 1
            width = max(width, len(clean))
            self.cells += len(clean)
            if count > MAX_ROWS or self.cells > MAX_CELLS:
                raise TooLarge
            self._line([number, *clean])
        self.sheets.append({"name": name, "offset": start, "end": self.offset, "rows": count, "width": width, **facts})

    def index(self, **facts: Any) -> None:
        self._line({"sheets": self.sheets, **facts})
        self.out.flush()

    def _line(self, content: Any) -> None:
        line = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        self.offset += len(line)
        self.out.write(line)


def encode(cell: Any) -> Any:
    """A cell as JSON; text is stripped of blanks at its ends, nothing is null."""
    if type(cell) is str:
        text = cell.strip(BLANK)
        return text[:MAX_TEXT] or None if text.isprintable() or not text else _clean(text)
    if cell is None or type(cell) is int or type(cell) is bool:
        return cell
    if type(cell) is float:
        return cell if cell == cell and abs(cell) != float("inf") else None
    if isinstance(cell, datetime):
        return ["t", cell.isoformat()]
    if isinstance(cell, date):
        return ["d", cell.isoformat()]
    if isinstance(cell, time):
        return ["c", cell.isoformat()]
    if isinstance(cell, timedelta):
        return ["p", str(cell.total_seconds())]
    if isinstance(cell, list):
        return cell
    return str(cell)[:MAX_TEXT]


def _clean(text: str) -> str | None:
    kept = "".join(c for c in text if c in "\n\t" or c.isprintable() or c in "\u3000\xa0").strip(BLANK)
    return kept[:MAX_TEXT] or None


def workbook(path: str, form: str, spool: Spool) -> dict[str, Any]:
    """Every sheet of a workbook, cached results of formulas as values. Nothing more is to be told of it."""
    import python_calamine

    with Path(path).open("rb") as file:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        old_faults = _quietly(_siblings().in_xls, path) if form == "xls" else {}
        for meta in book.sheets_metadata:
            if "WorkSheet" not in str(meta.typ):
                continue
            sheet = book.get_sheet_by_name(meta.name)
            faults, padded = _xlsx_faults(path, meta.name) if form == "xlsx" else ((old_faults or {}).get(meta.name, {}), {})
            rows = _workbook_rows(sheet, faults, padded)
            spool.sheet(
                meta.name,
                rows,
                hidden=not str(meta.visible).endswith(".Visible"),
                merges=[[*a, *b] for a, b in (sheet.merged_cell_ranges or [])[:5000]],
            )
            del sheet
    return {}


def _workbook_rows(sheet: Any, faults: dict, padded: dict) -> Iterator[tuple[int, list]]:
    if sheet.start is None or sheet.end is None:
        return
    first_row, first_column = sheet.start
    if (sheet.end[0] - first_row + 1) * (sheet.end[1] - first_column + 1) > 4 * MAX_CELLS:
        raise TooLarge
    by_row: dict[int, list] = {}
    for (row, column), code in faults.items():
        by_row.setdefault(row, []).append((column, ["e", code]))
    pad_by_row: dict[int, list] = {}
    for (row, column), digits in padded.items():
        pad_by_row.setdefault(row, []).append((column, digits))
    row = -1
    # The iterator begins at row 1 of the sheet but at the first column that holds something.
    margin = [None] * first_column
    for row, cells in enumerate(sheet.iter_rows()):
        cells = margin + cells if margin else cells
        if row in by_row or row in pad_by_row:
            cells = _corrected(cells, by_row.get(row, ()), pad_by_row.get(row, ()))
        yield row + 1, cells
    for extra in sorted(number for number in by_row if number > row):
        yield extra + 1, _corrected([], by_row[extra], ())


def _corrected(cells: list, faults: Any, padded: Any) -> list:
    cells = list(cells)
    for column, fault in faults:
        cells.extend([""] * (column + 1 - len(cells)))
        if cells[column] in ("", None):
            cells[column] = fault
    for column, digits in padded:
        if column < len(cells) and isinstance(cells[column], float | int) and float(cells[column]).is_integer():
            cells[column] = f"{int(cells[column]):0{digits}d}"
    return cells


def _xlsx_faults(path: str, name: str) -> tuple[dict, dict]:
    def read() -> tuple[dict, dict]:
        with zipfile.ZipFile(path) as archive:
            return _siblings().in_xlsx(archive, name)

    return _quietly(read) or ({}, {})


def _quietly(work: Any, *arguments: Any) -> Any:
    """Faults are an extra look at the file; when that look fails, the values themselves still count."""
    try:
        return work(*arguments)
    except MemoryError:
        raise
    except Exception:
        return None


def _siblings() -> Any:
    from guike.platform.sheets import faults

    return faults


def text_table(path: str, spool: Spool) -> dict[str, Any]:
    """A CSV or TSV file."""
    from guike.platform.sheets import decoding, delimited

    text, encoding = decoding.decode(Path(path).read_bytes())
    delimiter = decoding.delimiter_of(text)
    spool.sheet("", delimited.rows(text, delimiter), hidden=False, merges=[])
    return {"encoding": decoding.ENCODING_NAMES[encoding], "delimiter": delimiter}


def main() -> int:
    path, megabytes, seconds = sys.argv[1:4]
    limit(int(megabytes), int(seconds))
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from guike.platform.sheets.problems import SheetError
    from guike.platform.sheets.sniff import sniff

    spool = Spool()
    try:
        kind = sniff(Path(path))
        facts = text_table(path, spool) if kind.form == "csv" else workbook(path, kind.form, spool)
        spool.index(form=kind.form, macros=kind.macros, **facts)
    except SheetError as error:
        spool.index(refusal=[error.template, error.values])
    except TooLarge:
        spool.index(failure="large")
    except MemoryError:
        spool.index(failure="memory")
    except Exception as error:
        spool.index(failure="broken", reason=f"{type(error).__name__}: {error}"[:300])
    return 0


if __name__ == "__main__":
    sys.exit(main())
