"""The rejected rows as a workbook: the reason first, then the row as it came, its bad cells highlighted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from guike.platform.imports.rows import Row
from guike.platform.sheets.problems import CellFault
from guike.platform.sheets.writer import Pen


class Rejects:
    """Opens its file with the first rejected row; a run without any leaves no file."""

    def __init__(self, path: Path, labels: Sequence[str], mapping: Sequence[str]):
        self.path = path
        self.labels = labels
        self.places = {code: place for place, code in enumerate(mapping) if code}
        self.count = 0
        self._book: xlsxwriter.Workbook | None = None

    def add(self, row: Row) -> None:
        """One rejected row with all its problems."""
        if self._book is None:
            self._open()
        self.count += 1
        bad = {self.places[problem.column] for problem in row.problems if problem.column in self.places}
        self._pen.write(
            self.count,
            0,
            "；".join(self._sentence(problem.column, problem.message, problem.suggestion) for problem in row.problems),
            "wrap",
        )
        self._pen.write(self.count, 1, row.number)
        for place in range(max(len(self.labels), len(row.cells))):
            cell = row.cells[place] if place < len(row.cells) else None
            shown = ("" if cell.code == "formula" else cell.code) if isinstance(cell, CellFault) else cell
            self._pen.write(self.count, place + 2, shown, "bad" if place in bad else None)

    def _sentence(self, column: str, message: str, suggestion: str) -> str:
        place = self.places.get(column)
        label = self.labels[place] if place is not None and place < len(self.labels) else ""
        hint = _("；可改为 %(value)s") % {"value": suggestion} if suggestion else ""
        return f"{label}：{message}{hint}" if label else f"{message}{hint}"

    def _open(self) -> None:
        self._book = xlsxwriter.Workbook(str(self.path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheet: Any = self._book.add_worksheet(_("退回的行"))
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 0, 48)
        sheet.set_column(2, len(self.labels) + 1, 16)
        self._pen = Pen(self._book, sheet)
        for place, label in enumerate((_("退回原因"), _("原行号"), *self.labels)):
            self._pen.write(0, place, label, "head")

    def close(self) -> None:
        if self._book is not None:
            self._book.close()
            self._book = None
