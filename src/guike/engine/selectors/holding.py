# ruff: noqa: S608 — composed by the compiler of policies from typed literals only
"""Where customers stand under the holding policies (CUS-06)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from guike.engine.metrics.measure import literal
from guike.engine.policies.compile import InForce, effective_sql
from guike.engine.policies.content import Content
from guike.engine.policies.holding import RELEASED, WARNED, Remaining, remaining
from guike.engine.rulebook import Rulebook
from guike.platform import clock
from guike.platform.roles import ROLES


@dataclass(frozen=True)
class Clause:
    """The version that speaks: how a refusal names it and who may let an exception pass."""

    policy_id: int
    version_id: int
    version: int
    clause: str
    content: Content
    source: str = ""

    @property
    def words(self) -> str:
        """「《客户跟进管理办法》第十六条（第 2 版）」; with the table that gives the days where there is one."""
        named = self._named
        return _("%(clause)s，期限取自%(source)s") % {"clause": named, "source": self.source} if self.source else named

    @property
    def _named(self) -> str:
        return _("%(clause)s（第 %(version)s 版）") % {"clause": self.clause or f"《{self.content.title}》", "version": self.version}

    @property
    def releasers(self) -> str:
        return "、".join(_(ROLES[role]) for role in self.content.release)


@dataclass(frozen=True)
class Position:
    """One customer under one holding: the outcome as it counts, and which limit is reached first."""

    subject_id: int
    clause: Clause
    outcome: str
    remaining: Remaining | None


def _clause(book: Rulebook, found: InForce) -> Clause:
    source = book.source(found.content.code) if found.content.from_table else ""
    return Clause(found.policy_id, found.version_id, found.number, book.clause(found.content.code), found.content, source)


def holdings(as_of: date | None = None) -> list[Clause]:
    """The holding policies in force on a day."""
    book = Rulebook(as_of or clock.today())
    return [_clause(book, book.holding(code)) for code in book.versions if book.content(code).kind == "holding"]


def holding_positions(
    as_of: date | None = None, ids: Sequence[int] | None = None, outcomes: Iterable[str] = (WARNED, RELEASED)
) -> list[Position]:
    """Customers (all, or some) with one of the outcomes, overrides counted. One query a policy: the one that decides."""
    book = Rulebook(as_of or clock.today())
    found = []
    for code in book.versions:
        if book.content(code).kind == "holding":
            found += _positions(book, book.holding(code), ids, list(outcomes))
    return found


def _positions(book: Rulebook, held: InForce, ids: Sequence[int] | None, outcomes: list[str]) -> list[Position]:
    compiling = book.compiling(held.content, ids)
    columns = ", ".join(f"h.{column}" for column in compiling.columns)
    wanted = ", ".join(literal(one) for one in outcomes)
    clause = _clause(book, held)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT h.subject_id, h.outcome, {columns} FROM ({effective_sql(compiling, held)}) h"
            f" WHERE h.outcome IN ({wanted}) ORDER BY h.subject_id"
        )
        rows = cursor.fetchall()
    return [_position(clause, compiling.inputs, row) for row in rows]


def _position(clause: Clause, inputs: Sequence[str], row: Sequence[Any]) -> Position:
    values: Mapping[str, Any] = dict(zip(inputs, row[2:], strict=True))
    return Position(row[0], clause, row[1], remaining(clause.content, values))
