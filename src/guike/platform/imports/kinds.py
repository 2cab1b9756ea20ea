"""The contract between a domain's `imports.py` and the framework: what a kind of import declares and does."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from guike.platform.access import Viewer, rows
from guike.platform.conditions import FieldSet
from guike.platform.imports.journal import Journal
from guike.platform.imports.rows import Batch, Outcome, Row
from guike.platform.sheets.values import Parser, Text

#: Words of an exported column whose writing is remembered: codes of a dictionary, choices.
KEPT_WORDS = 2000


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column that a kind understands, in import, template and export alike.

    `synonyms` are other people's headers; * spaces brackets units and width do not matter in them. `source` is the ORM path of
    the value for an export ("" for none); `field` names the access rule that hides or masks it (default: `code`).
    """

    code: str
    label: Any
    parser: Parser = field(default_factory=Text)
    synonyms: tuple[str, ...] = ()
    required: bool = False
    help: Any = ""
    example: Any = ""
    source: str | None = None
    field: str = ""
    #: How an export shows a value that `parser.show` cannot: a dictionary code, a person.
    show: Callable[[Any], Any] | None = None
    #: Words offered in the template's drop-down; called when the template is made.
    offers: Callable[[], Sequence[str]] | None = None

    @property
    def path(self) -> str:
        """The ORM path an export reads; empty when the column is import-only."""
        return self.code if self.source is None else self.source


@dataclass
class Context:
    """One run as its kind sees it: who imports, which options, what to tell."""

    viewer: Viewer
    journal: Journal
    #: "update" existing records, "skip" them, or "refuse" their rows.
    existing: str = "update"
    #: Column codes that the file has.
    mapped: frozenset[str] = frozenset()
    totals: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: File name, for records that keep where they came from.
    source: str = ""
    dry_run: bool = False


class ImportKind:
    """A kind of import. One instance lives for one run, so look-ups may be kept on `self` between batches.

    The framework parses the cells, then calls `prepare` and `write` for each batch inside the run's transaction, then `finish`.
    A dry run does the same and rolls back. `write` may be called again for parts of a batch whose write failed in the database.
    """

    #: Templates show the class itself instead of calling it.
    do_not_call_in_templates: ClassVar[bool] = True
    code: ClassVar[str]
    label: ClassVar[Any]
    #: The access object whose "import" and "export" rights are needed.
    object: ClassVar[str]
    columns: ClassVar[Sequence[Column]]
    #: Columns that tell an existing record, said on the upload page; the kind itself looks the record up.
    key: ClassVar[Sequence[str]] = ()
    #: Words in a sheet's or file's name that speak for this kind when a workbook has several sheets.
    sheet_words: ClassVar[Sequence[str]] = ()
    #: One or two sentences for the upload page: what a row is, what happens to existing records.
    story: ClassVar[Any] = ""
    #: What the totals of `total()` are called in the report.
    total_labels: ClassVar[Mapping[str, Any]] = {}
    batch_size: ClassVar[int] = 2500
    #: Unknown headers may become custom fields (see `custom_columns`, `add_custom_field`).
    custom_fields: ClassVar[bool] = False
    #: Rows that hang on an imported one and go with it when the import is undone: {"app.Model": "fk column"}.
    dependants: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    #: Whose figures hang on an imported row, as {"app.Model": "path to that id"}: `undone` is told of them.
    bears_on: ClassVar[Mapping[str, str]] = {}
    #: Guards of the database that know only the way forward, as "app.Model:trigger": they look away while an undo puts values back.
    one_way: ClassVar[Sequence[str]] = ()

    def __init__(self, context: Context):
        self.context = context

    @property
    def viewer(self) -> Viewer:
        return self.context.viewer

    # --- what a domain overrides ---------------------------------------------------------------------------------

    def begin(self) -> None:
        """Before the first batch: load small look-up tables, take locks."""

    def read_row(self, row: Row) -> None:
        """Once a row, before `prepare`: what follows from its own cells alone, left in `row.found`, or a refusal.

        Runs beside the database's work on the batch before: no query, and nothing on `self` is changed.
        """

    def prepare(self, batch: Batch) -> None:
        """Look up what the rows of the batch refer to, set `row.target`, refuse rows. Writes nothing: previews call it too."""

    def write(self, batch: Batch) -> None:
        """Write the good rows and say what became of each, through `create`, `update` or `row.is_`."""
        raise NotImplementedError

    def finish(self) -> None:
        """After the last batch: second passes (parents in the same file), totals, notes."""

    @classmethod
    def before_undo(cls, ids: Sequence[int]) -> Any:
        """What `undone` compares with, read while those that `bears_on` names still stand as the import left them."""

    @classmethod
    def undone(cls, ids: Sequence[int], since: datetime, before: Any) -> None:
        """After an undo: what followed from the rows, since the import began, is worked out anew for those that `bears_on` names."""

    @classmethod
    def custom_columns(cls) -> list[Column]:
        """The custom fields of the object as columns, their codes beginning with `custom:`."""
        return []

    @classmethod
    def add_custom_field(cls, label: str, samples: Sequence[Any], *, actor: Viewer) -> Column:
        """Make a custom field for an unknown header; only where `custom_fields` is True."""
        raise NotImplementedError

    @classmethod
    def export_rows(cls, viewer: Viewer) -> QuerySet:
        """What this viewer may export, in the order of the file."""
        return rows(viewer, cls.object, "export").order_by("pk")

    @classmethod
    def export_fields(cls, viewer: Viewer) -> FieldSet:
        """The fields that an export's filter may name, as `guike.platform.conditions` wants them."""
        return FieldSet(())

    @classmethod
    def exported(cls, viewer: Viewer, queryset: QuerySet, columns: Sequence[Column]) -> Iterator[Sequence[Any]]:
        """The exported rows, streamed. Override where a column needs more than an ORM path; keep it set-based."""
        paths = [column.path for column in columns]
        shown = [_showing(column) for column in columns]
        for values in queryset.values_list(*paths).iterator(chunk_size=2000):
            yield [None if value is None or value == "" else show(value) for show, value in zip(shown, values, strict=True)]

    # --- what a domain calls ---------------------------------------------------------------------------------------

    def create(self, pairs: Iterable[tuple[Row, Model]], *, main: bool = True) -> list[Model]:
        """Insert instances of one model with COPY, ids set, and remember them for the undo.

        `main=False` for by-products (an owner's person, an order's head): they do not make the row "created".
        """
        made = list(pairs)
        self.context.journal.insert([(row.number, instance) for row, instance in made])
        for row, _instance in made if main else ():
            row.is_(Outcome.CREATED)
        return [instance for _row, instance in made]

    def update(self, changes: Iterable[tuple[Row, Model, Mapping[str, Any]]], *, main: bool = True) -> None:
        """Set fields of existing instances, all in one statement per model, and remember what stood there before.

        Rows that change nothing become "unchanged" and write nothing. `version` and `updated_at` move along where the model has them.
        """
        wanted = list(changes)
        changed = self.context.journal.change([(row.number, instance, dict(values)) for row, instance, values in wanted])
        for (row, _instance, _values), is_changed in zip(wanted, changed, strict=True) if main else ():
            row.is_(Outcome.UPDATED if is_changed else Outcome.UNCHANGED)

    def settled(self, row: Row) -> bool:
        """An existing record was found: does the chosen option leave its row aside ("skip") or reject it ("refuse")?"""
        if row.target is None or self.context.existing == "update":
            return False
        if self.context.existing == "skip":
            row.skip(_("已有同样的记录"))
        else:
            row.refuse("", _("已有同样的记录，这次选了不更新"))
        return True

    def note(self, sentence: Any) -> None:
        """Something the person should know, shown once in the report."""
        if str(sentence) not in self.context.notes:
            self.context.notes.append(str(sentence))

    def total(self, name: str, amount: Decimal | int) -> None:
        """Add to a total of the report (`lines`, `amount`, …)."""
        self.context.totals[name] = self.context.totals.get(name, 0) + amount

    @classmethod
    def all_columns(cls) -> list[Column]:
        """The kind's own columns and the object's custom fields."""
        return [*cls.columns, *cls.custom_columns()]

    @classmethod
    def column(cls, code: str) -> Column | None:
        return next((column for column in cls.all_columns() if column.code == code), None)


def _showing(column: Column) -> Callable[[Any], Any]:
    """How a column's values are written; words are looked up once each."""
    show = column.show or column.parser.show
    if column.show is None and type(column.parser).show is Parser.show:
        return show
    kept: dict[str, Any] = {}

    def word(value: Any) -> Any:
        if type(value) is not str:
            return show(value)
        if value not in kept:
            if len(kept) >= KEPT_WORDS:
                return show(value)
            kept[value] = show(value)
        return kept[value]

    return word


# --- registry ------------------------------------------------------------------------------------------------------------

_kinds: dict[str, type[ImportKind]] = {}


def register(kind: type[ImportKind]) -> type[ImportKind]:
    """Class decorator in a domain's `imports.py`. Two columns of one code, or a kind declared twice, stop the start."""
    codes = [column.code for column in kind.columns]
    if len(codes) != len(set(codes)):
        raise ValueError(f"{kind.code}: a column code stands twice")
    if _kinds.get(kind.code, kind).__qualname__ != kind.__qualname__:
        raise ValueError(f"{kind.code}: declared twice")
    _kinds[kind.code] = kind
    return kind


def kinds() -> dict[str, type[ImportKind]]:
    """All kinds in the order they were declared."""
    return dict(_kinds)


def kind_of(code: str) -> type[ImportKind] | None:
    return _kinds.get(code)
