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


@dataclass(frozen=True)
class Taken:
    """One cap of a person's: how many count under it already, how many would come."""

    cap: int
    label: str
    held: int
    coming: int
    outcome: str = ""

    @property
    def over(self) -> bool:
        """Would the coming ones break the cap? Nobody is blamed for what does not count under it."""
        return self.coming > 0 and self.held + self.coming > self.cap


def taken_by_person(book: "Rulebook", content: Content, person_id: int, coming: Sequence[int]) -> list[Taken]:
    """Every cap of a quota counted by owner, as it would stand for one person who takes over some subjects.

    Only the person's own subjects and the coming ones are measured. Further groups of the policy (province …) are counted apart.
    """
    subject = book.registry.subject(content.subject)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.{subject.pk} FROM {subject.table} s WHERE s.{subject.owner} = %s AND {subject.live.replace('%', '%%')}", [person_id]
        )
        held = sorted({pk for (pk,) in cursor.fetchall()} - set(coming))
    return [one for place, cap in enumerate(content.caps) for one in _taken(book, content, cap, place, held, coming)] if coming else []


def _taken(book: "Rulebook", content: Content, cap: Cap, place: int, held: Sequence[int], fresh: Sequence[int]) -> list[Taken]:
    compiling = book.compiling(content, [*held, *fresh])
    columns = {code: sql.Identifier(compiling.column(code)) for code in compiling.inputs}
    condition = conditions.to_sql(dict(cap.when) if cap.when else None, compiling.catalogue.fields(set(compiling.inputs)), columns)
    groups = ", ".join(f"q.{compiling.column(code)}" for code in content.per if code not in GROUPS)
    is_new = among("q.subject_id", fresh)
    query = (
        f"SELECT count(*) FILTER (WHERE NOT {is_new}), count(*) FILTER (WHERE {is_new})"
        f" FROM ({compiling.inputs_sql()}) q WHERE {condition.as_string(None)}{f' GROUP BY {groups}' if groups else ''}"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [Taken(cap.cap, cap_label(cap, place), there, new, cap.outcome) for there, new in cursor.fetchall()]


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
