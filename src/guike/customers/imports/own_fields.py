"""The company's own fields in files: as columns, and made from headers nobody knows (PLT-13)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from guike.customers import rules
from guike.customers.models import CustomField
from guike.customers.services.custom_fields import add_custom_field
from guike.platform.access import Viewer
from guike.platform.imports.kinds import Column
from guike.platform.imports.rows import Row
from guike.platform.sheets import values as v
from guike.platform.sheets.problems import CellProblem, gettext_noop
from guike.platform.sheets.values.base import as_text

PREFIX = "custom:"


class OwnValue(v.Text):
    """A cell of one of the company's own fields."""

    def __init__(self, field: CustomField):
        super().__init__(500)
        self.field = field

    def __call__(self, cell: Any) -> object:
        text = cell.isoformat()[:10] if isinstance(cell, date | datetime) else as_text(cell)
        try:
            return rules.custom_value(self.field.kind, text, self.field.choices)
        except ValueError as problem:
            raise CellProblem(gettext_noop("「%(label)s」%(problem)s"), label=self.field.label, problem=str(problem)) from None


class OwnFields:
    """Mixed into the kind of customers."""

    @classmethod
    def custom_columns(cls) -> list[Column]:
        """Every own field in use, its path in an export the JSON key."""
        return [
            Column(code=f"{PREFIX}{field.code}", label=field.label, parser=OwnValue(field), source=f"custom__{field.code}")
            for field in CustomField.objects.filter(active=True)
        ]

    @classmethod
    def add_custom_field(cls, label: str, samples: Sequence[Any], *, actor: Viewer) -> Column:
        """An unknown header becomes a field: a number where all samples are numbers, a date where all are dates, else text."""
        kind = CustomField.Kind.TEXT
        if samples and all(isinstance(one, int | float) and not isinstance(one, bool) for one in samples):
            kind = CustomField.Kind.NUMBER
        elif samples and all(isinstance(one, date) for one in samples):
            kind = CustomField.Kind.DATE
        field = add_custom_field({"label": label[:40], "kind": kind}, actor=actor)
        return Column(code=f"{PREFIX}{field.code}", label=field.label, parser=OwnValue(field), source=f"custom__{field.code}")

    @staticmethod
    def own_values(row: Row, stored: Mapping[str, Any]) -> dict[str, Any]:
        """What the record's own fields hold after a row; what the row leaves blank stays."""
        given = {code.removeprefix(PREFIX): value for code, value in row.values.items() if code.startswith(PREFIX) and value is not None}
        return {**stored, **given}
