"""A file as one run sees it: where its bytes lie, the sheet and header chosen, its records parsed for a kind."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from guike.platform.imports.kinds import Column, ImportKind
from guike.platform.imports.mapping import known_labels
from guike.platform.imports.rows import Row
from guike.platform.imports.wording import say
from guike.platform.sheets.headers import LOOK, Header, choose_sheet, filled_cells, find_header
from guike.platform.sheets.problems import CellFault, CellProblem, SheetError
from guike.platform.sheets.reader import Book, Sheet, open_book, reopen
from guike.platform.sheets.records import Records
from guike.platform.sheets.values.base import as_text

#: Rows looked at to propose a mapping and to learn the shape of dates.
SAMPLE = 500
MEMO = 20_000


def folder() -> Path:
    """Where uploaded files and what was read of them lie, inside the instance folder."""
    place = Path(settings.MEDIA_ROOT) / "imports"
    place.mkdir(parents=True, exist_ok=True)
    return place


def keep(path: Path) -> str:
    """Copy a file into the instance folder under its SHA-256 and return that."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
    name = digest.hexdigest()
    target = folder() / name
    if not target.exists():
        shutil.copyfile(path, target.with_suffix(".partial"))
        target.with_suffix(".partial").replace(target)
    return name


def read(sha256: str) -> Book:
    """The kept file as a book. What the limited process made of it is kept too, so the next step does not read it again."""
    spool, facts = folder() / f"{sha256}.rows", folder() / f"{sha256}.json"
    if facts.exists() and spool.exists():
        return reopen(json.loads(facts.read_text("utf-8")), spool)
    if not (folder() / sha256).exists():
        raise SheetError(_("上传的文件已按期清理，重新上传一次"))
    book = open_book(folder() / sha256, spool=spool.with_suffix(".reading"))
    book.spool = book.spool.replace(spool)
    facts.write_text(json.dumps(book.describe(), ensure_ascii=False), "utf-8")
    return book


def forget(sha256: str) -> None:
    """Remove a kept file and what was read of it."""
    for name in (sha256, f"{sha256}.rows", f"{sha256}.json"):
        (folder() / name).unlink(missing_ok=True)


@dataclass
class Source:
    """A book with its sheet and header settled for a kind."""

    kind: type[ImportKind]
    book: Book
    sheet: Sheet
    header: Header
    keep_examples: bool = False

    @classmethod
    def settle(cls, kind: type[ImportKind], book: Book, sheet: str | None = None, *, keep_examples: bool = False) -> "Source":
        """Find the sheet (the named one, else the best) and its header; `SheetError` when there is none."""
        words = [str(word) for word in (kind.label, *kind.sheet_words)]
        chosen, header = choose_sheet(book, known_labels(kind), words, sheet)
        return cls(kind, book, chosen, header, keep_examples)

    @classmethod
    def again(cls, kind: type[ImportKind], book: Book, sheet: str, header_row: int, *, keep_examples: bool = False) -> "Source":
        """The same sheet and header as settled before."""
        chosen = book.sheet(sheet)
        head = [row for row in book.rows(chosen, LOOK) if row.number <= header_row]
        header = find_header(list(book.rows(chosen, LOOK)), known_labels(kind))
        if header is None or header.row != header_row:
            header = find_header(head[-1:], known_labels(kind))
        if header is None:
            raise SheetError(_("第 %(row)s 行不像表头，换一行"), row=header_row)
        return cls(kind, book, chosen, header, keep_examples)

    def records(self, mapping: Sequence[str]) -> Records:
        examples: Mapping[int, Any] = {}
        columns = {column.code: column for column in self.kind.columns}
        examples = {place: str(columns[code].example) for place, code in enumerate(mapping) if code in columns and columns[code].example}
        return Records(self.sheet, self.header, examples=examples, keep_examples=self.keep_examples)

    def sample(self, mapping: Sequence[str] = (), count: int = SAMPLE) -> list[Any]:
        """The first records, as the sheet has them."""
        return list(islice(self.records(mapping).of(self.book.rows(self.sheet)), count))

    def fill(self) -> list[int]:
        return filled_cells(self.sample(), len(self.header.labels))


class Parsing:
    """Turns the records of a source into rows with clean values. Equal cells of a column are parsed once."""

    def __init__(self, source: Source, mapping: Sequence[str]):
        self.source = source
        columns = {column.code: column for column in source.kind.all_columns()}
        self.plan: list[tuple[int, Column, dict]] = [(place, columns[code], {}) for place, code in enumerate(mapping) if code in columns]
        self.required = [column for column in source.kind.columns if column.required]
        self.records = source.records(mapping)
        self._learn(mapping)

    def _learn(self, mapping: Sequence[str]) -> None:
        sample = self.source.sample(mapping)
        for place, column, _memo in self.plan:
            column.parser.learn([row.cells[place] for row in sample if place < len(row.cells)])

    def rows(self) -> Iterator[Row]:
        """Every record in order; cells that cannot be taken stand in `problems`, and such a row is rejected."""
        for record in self.records.of(self.source.book.rows(self.source.sheet)):
            row = Row(record.number, {}, record.cells)
            self._parse(row)
            yield row

    def _parse(self, row: Row) -> None:
        cells, values = row.cells, row.values
        width = len(cells)
        for place, column, memo in self.plan:
            cell = cells[place] if place < width else None
            if cell is None:
                continue
            kind = type(cell)
            known = memo.get(cell, memo) if kind is str or kind is float else memo
            if known is memo:
                try:
                    known = column.parser(cell) if kind is not CellFault else _fault(cell)
                except CellProblem as problem:
                    row.refuse(column.code, say(problem), value=_shown(cell), suggestion=problem.suggestion)
                    continue
                if len(memo) < MEMO and (kind is str or kind is float):
                    memo[cell] = known
            if known is not None:
                values[column.code] = known
        for column in self.required:
            if column.code not in values and not any(problem.column == column.code for problem in row.problems):
                row.refuse(column.code, _("必填，不能空"))


def _fault(cell: CellFault) -> Any:
    raise cell.problem()


def _shown(cell: Any) -> str:
    """A cell as the person sees it, for the report."""
    if isinstance(cell, CellFault):
        return "" if cell.code == "formula" else cell.code
    try:
        return as_text(cell)[:200]
    except CellProblem:
        return format(cell, ".15g")
