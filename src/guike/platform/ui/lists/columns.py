"""What a list declares: columns, quick filters, shipped views, bulk actions, the phone's two lines."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.forms import Form
from django.utils.functional import Promise

from guike.platform.access import Viewer

Text = str | Promise
Tree = dict[str, Any]
NUMERIC = frozenset({"yuan", "wan", "number", "percent"})


@dataclass(frozen=True)
class Column:
    """One column. `path` is the attribute or `relation__attribute` shown (default: the code), `sort` the ORM field sorted by.

    kind: text, seal, yuan, wan, number, percent, day, short_day, moment, ago, phone, flag, choice.
    `render(row)` draws HTML itself, `plain(row)` is then its value in a file; `tone(row)` returns "danger", "warn", "strong" or ""; `field` names the FieldRule that
    governs it; `total` prints the sum; `nullable=False` promises that every row has a sort value (of an annotation or a
    one-to-one table): a row without one would not be listed. `edit` names the field that is edited in the cell (`ListPage.cell_url`).
    `button`: something to press, which `render` draws; left out of files.
    """

    code: str
    label: Text
    kind: str = "text"
    path: str = ""
    sort: str = ""
    shown: bool = True
    fixed: bool = False
    total: bool = False
    field: str = ""
    digits: int | None = None
    nullable: bool | None = None
    tone: Callable[[Any], str] | None = None
    render: Callable[[Any], str] | None = None
    plain: Callable[[Any], Any] | None = None
    css: str = ""
    edit: str = ""
    button: bool = False

    @property
    def source(self) -> str:
        return self.path or self.code

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def rule(self) -> str:
        """The name under which the object's declaration may govern this column."""
        return self.field or self.source

    @property
    def rules(self) -> set[str]:
        """All names under which it may be governed: the strictest counts."""
        return {self.rule, self.code, self.source}


@dataclass(frozen=True)
class Quick:
    """A quick filter on a field of the list's FieldSet: its choices as boxes, or a `picker` for references."""

    code: str
    label: Text = ""
    choices: Sequence[tuple[str, Text]] | Callable[[Viewer], Iterable[tuple[str, Text]]] = ()
    picker: str = ""
    where: Callable[[Sequence[str]], Tree] | None = None

    def options(self, viewer: Viewer) -> list[tuple[str, str]]:
        listed = self.choices(viewer) if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in listed]


@dataclass(frozen=True)
class Group:
    """What a list may be grouped by. `path` is the ORM field, `labels()` the words of its values, `named` another field that words it (`owner__name`).

    `field` names the condition that narrows the list to one group (default: the code); without one of that name a group is not led to.
    """

    code: str
    label: Text
    path: str
    labels: Callable[[], Mapping[Any, Any]] | None = None
    named: str = ""
    field: str = ""


@dataclass(frozen=True)
class View:
    """A shipped view. `where` (a condition tree, or a function of the viewer giving a tree or Q) always applies in it.

    `counted` shows how many rows it has, fetched after the page and capped at 999+.
    """

    code: str
    label: Text
    where: Tree | Callable[[Viewer], Any] = field(default_factory=dict)
    sort: str = ""
    columns: Sequence[str] = ()
    counted: bool = True
    roles: Collection[str] = ()


@dataclass(frozen=True)
class BulkAction:
    """Something done to several rows. `apply(viewer, row, values)` calls a service for one row; what it raises as Refused
    becomes that row's result. `form` asks for values first; `consequences(viewer, rows, values)` says what will happen, in numbers.
    `together(viewer, rows, values)` gives instead the address at which all rows are dealt with at once: one file to print.
    """

    code: str
    label: Text
    icon: str
    access: tuple[str, str]
    apply: Callable[[Viewer, Any, Mapping[str, Any]], Any] | None = None
    form: Callable[..., Form] | None = None
    consequences: Callable[[Viewer, Sequence[Model]], Iterable[str]] | None = None
    danger: bool = False
    together: Callable[[Viewer, Sequence[Model], Mapping[str, Any]], str] | None = None


@dataclass(frozen=True)
class Phone:
    """The two lines of a row on a phone, by column codes: seal, title and figure above; `second` and `note` below; `button` beside the link."""

    title: str
    seal: str = ""
    second: Sequence[str] = ()
    figure: str = ""
    note: str = ""
    button: str = ""


@dataclass(frozen=True)
class Action:
    """A button beside the title. One may be `primary`; `new` answers the key n."""

    label: Text
    href: str
    icon: str = ""
    primary: bool = False
    sheet: bool = False
    new: bool = False
