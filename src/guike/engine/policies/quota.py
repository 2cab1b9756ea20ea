# ruff: noqa: S608 — composed from declarations in code and typed literals only; see the docstring
"""Counting a quota's groups (配额): how many each has, how many it may have (POL-02, CUS-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import sql

from guike.engine.metrics.measure import among
from guike.engine.policies.content import Cap, Content
from guike.engine.policies.others import GROUPS, cap_label
from guike.platform import conditions

if TYPE_CHECKING:
    from guike.engine.rulebook import Rulebook


@dataclass(frozen=True)
class Group:
    """One group under one cap: the values it is counted by, as shown and as ids."""

    cap: int
    label: str
    keys: tuple[Any, ...]
    labels: tuple[str, ...]
    count: int

    @property
    def room(self) -> int:
        """How many more may come; negative when over."""
        return self.cap - self.count


def quota_groups(book: "Rulebook", content: Content, ids: Sequence[int] | None = None) -> list[Group]:
    """Every group with at least one subject, the fullest first."""
    found = [group for place, cap in enumerate(content.caps) for group in _groups(book, content, cap, place, ids)]
    return sorted(found, key=lambda group: (group.room, group.labels))


def _groups(book: "Rulebook", content: Content, cap: Cap, place: int, ids: Sequence[int] | None) -> list[Group]:
    compiling = book.compiling(content, ids)
    columns = {code: sql.Identifier(compiling.column(code)) for code in compiling.inputs}
    fields = compiling.catalogue.fields(set(compiling.inputs))
    condition = conditions.to_sql(dict(cap.when) if cap.when else None, fields, columns).as_string(None)
    subject = book.registry.subject(content.subject)
    keys, labels, joins = [], [], []
    for code in content.per:
        if code in GROUPS:
            own = subject.owner if code == "owner" else subject.department
            table = "organisation_person" if code == "owner" else "organisation_department"
            keys.append(f"w.{own}")
            labels.append(f"COALESCE({code}.name, '—')")
            joins.append(f"LEFT JOIN {table} {code} ON {code}.id = w.{own}")
        else:
            keys.append(f"q.{compiling.column(code)}")
            labels.append(f"COALESCE(q.{compiling.column(code)}::text, '—')")
    query = (
        f"SELECT ARRAY[{', '.join(f'({key})::text' for key in keys)}], ARRAY[{', '.join(f'({label})::text' for label in labels)}], count(*)"
        f" FROM ({compiling.inputs_sql()}) q JOIN {subject.table} w ON w.{subject.pk} = q.subject_id {' '.join(joins)}"
        f" WHERE {condition} AND {among('q.subject_id', ids)} AND ({' AND '.join(f'{key} IS NOT NULL' for key in keys)}) GROUP BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    return [Group(cap.cap, cap_label(cap, place), tuple(keys), tuple(labels), count) for keys, labels, count in rows]
