"""Carrying out a run: batches through the kind, inside one transaction that commits whole or not at all."""

import copy
import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from guike.platform.access import Viewer
from guike.platform.errors import Forbidden, Refused
from guike.platform.imports.ahead import Ahead
from guike.platform.imports.journal import Journal
from guike.platform.imports.kinds import Context, ImportKind
from guike.platform.imports.outcome import Result
from guike.platform.imports.rejects import Rejects
from guike.platform.imports.rows import Batch, Row
from guike.platform.imports.source import Parsing, Source
from guike.platform.imports.wording import say
from guike.platform.sheets.problems import Said
from guike.platform.verbs import verb

Progress = Callable[[int, int | None], Any]


class _RollBack(Exception):
    """Leaves the transaction without a trace; the result is already told."""


class Execution:
    """One pass of a source through its kind. `reject_file`: a single rejected row keeps everything out."""

    def __init__(self, source: Source, mapping: list[str], context: Context, *, reject_file: bool, rejects: Path, progress: Progress):
        self.source, self.mapping, self.context = source, mapping, context
        self.reject_file = reject_file
        self.progress = progress
        self.result = Result()
        self.kind: ImportKind = source.kind(context)
        self.rejects = Rejects(rejects, source.header.labels, mapping)

    def run(self, settle: Callable[[Result], None], hold: Callable[[], Any]) -> Result:
        """Do it all; `settle(result)` writes the run's end inside the transaction, so both commit or neither.

        `hold()` opens the transaction: it locks the run or raises. When nothing is to stay (dry run, refused file) the transaction is rolled back and `settle` is called after it.
        """
        begun = time.monotonic()
        try:
            end = partial(self._settle, settle, begun)
            _in_one_transaction(self, hold, end, actor=self.context.viewer, reason=self.context.source)
        except _RollBack:
            self._time(begun)
            settle(self.result)
        finally:
            self.rejects.close()
        return self.result

    def _settle(self, settle: Callable[[Result], None], begun: float) -> None:
        refused = self.reject_file and self.result.problem_count > 0
        if refused:
            self.result.nothing_written()
            self.result.notes.append(_("有退回的行，整份没有导入。改好后重新上传，或选「只导入没有问题的行」"))
        if refused or self.context.dry_run:
            self.result.written = False
            raise _RollBack
        self._time(begun)
        settle(self.result)

    def _time(self, begun: float) -> None:
        self.result.seconds = round(time.monotonic() - begun, 2)

    def go(self) -> None:
        """Batches, then the kind's last words."""
        parsing = Parsing(self.source, self.mapping)
        total = max(self.source.sheet.rows - 1, 0)
        self.kind.begin()
        with _seldom_collecting() as collect:
            batches = Ahead(_batches(self._read(parsing), self.kind.batch_size))
            self.context.journal.busy = batches.start
            for rows in batches:
                offset = self.result.rows
                self._batch(rows, offset)
                self.result.take(rows)
                for row in rows:
                    if row.problems:
                        self.rejects.add(row)
                self.progress(self.result.rows, total)
                collect()
        self.kind.finish()
        self.context.journal.close()
        self.result.totals = self.context.totals
        self.result.notes = [*self._notes(parsing), *self.context.notes]

    def _read(self, parsing: Parsing) -> Iterator[Row]:
        for row in parsing.rows():
            self.kind.read_row(row)
            yield row

    def _batch(self, rows: list[Row], offset: int) -> None:
        batch = Batch(rows, offset)
        self.kind.prepare(batch)
        if any(row.good for row in rows):
            self._write(batch)

    def _write(self, batch: Batch) -> None:
        """Write a batch; when the database or a service refuses it, find the row at fault by halves and reject only that."""
        before = _remembered(self.kind, self.context)
        try:
            with transaction.atomic(), _constraints_now():
                self.kind.write(batch)
        except (IntegrityError, DataError, ValidationError, Refused, Forbidden) as error:
            _recall(self.kind, self.context, before)
            self._write_halves(batch, error)

    def _write_halves(self, batch: Batch, error: Exception) -> None:
        good = [row for row in batch.rows if row.good]
        if len(good) <= 1:
            for row in good:
                row.refuse("", _why(error))
            return
        half = len(good) // 2
        for part in (good[:half], good[half:]):
            for row in part:
                row.outcome, row.target, row.found = None, None, {}
                self.kind.read_row(row)
            again = Batch(part, batch.offset)
            self.kind.prepare(again)
            if any(row.good for row in part):
                self._write(again)

    def _notes(self, parsing: Parsing) -> list[str]:
        notes = [say_plain(note) for note in self.source.book.notes]
        return [*notes, *told_left_out(parsing.records.left_out)]


def told_left_out(left_out: Sequence[tuple[int, Said]]) -> list[str]:
    """Rows that are no records, one sentence per reason."""
    grouped: dict[str, list[int]] = {}
    for number, why in left_out:
        grouped.setdefault(say(why), []).append(number)
    told = []
    for reason, numbers in grouped.items():
        listed = "、".join(str(number) for number in numbers[:5]) + ("…" if len(numbers) > 5 else "")
        told.append(_("第 %(rows)s 行是%(why)s，没有当作记录") % {"rows": listed, "why": reason})
    return told


def say_plain(note: str) -> str:
    return _(note)


@verb("imports.run_import")
def _in_one_transaction(execution: Execution, hold: Callable[[], Any], settle: Callable[[], None], *, actor: Viewer, reason: str) -> None:
    hold()
    execution.go()
    settle()


@contextmanager
def _constraints_now() -> Iterator[None]:
    """Foreign keys are checked at the end of the block, where the rows at fault are still at hand, not at the commit."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def _seldom_collecting() -> Iterator[Callable[[], Any]]:
    """A batch makes some 100,000 objects: the collector would walk through all that the program holds again and again, a quarter of an import.

    Yields what is to be called after each batch instead; it looks only at what the batch left.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield partial(gc.collect, 0)
    finally:
        if was:
            gc.enable()


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    stream = iter(rows)
    while batch := list(islice(stream, size)):
        yield batch


def _remembered(kind: ImportKind, context: Context) -> tuple[dict, dict, dict, list]:
    """What a kind noted so far, to fall back on when the database takes a batch back."""
    return _copies(vars(kind)), context.journal.state(), dict(context.totals), list(context.notes)


def _copies(state: dict[str, Any]) -> dict[str, Any]:
    return {name: copy.copy(value) if isinstance(value, dict | list | set) else value for name, value in state.items()}


def _recall(kind: ImportKind, context: Context, before: tuple[dict, dict, dict, list]) -> None:
    state, journal, totals, notes = before
    vars(kind).clear()
    vars(kind).update(state)
    context.journal.restore(journal)
    context.totals, context.notes = totals, notes


def _why(error: Exception) -> str:
    """A database refusal in words; the constraint is named because nothing better is known."""
    if isinstance(error, Refused | Forbidden):
        return str(error.message)
    if isinstance(error, ValidationError):
        return "；".join(error.messages)
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if isinstance(error, DataError):
        return _("有一个值超出字段能存的范围")
    if getattr(error.__cause__, "sqlstate", "") == "23505":
        return _("与已有记录或前面的行重复（%(name)s）") % {"name": name}
    return _("不符合数据库约束（%(name)s）") % {"name": name}


def new_context(viewer: Viewer, run_id: int | None, mapping: list[str], *, existing: str, source: str, dry_run: bool) -> Context:
    """The context of one pass; a dry run notes nothing for an undo."""
    journal = Journal(None if dry_run else run_id)
    return Context(viewer, journal, existing, frozenset(filter(None, mapping)), source=source, dry_run=dry_run)
