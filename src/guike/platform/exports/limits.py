"""How much one person may take out within 24 hours without being asked (PLT-03, 08-quality): small exports go through, large ones wait.

What is allowed is said from above (`register`): platform knows no policies. The count is of the person, so slicing does not help.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.imports.models import ExportRecord

WINDOW = timedelta(hours=24)
#: Distinguishes these locks from others taken by number.
LOCK = 7411


class NeedsApproval(Refused):
    """This export is more than may be taken out unasked. `rows` of it, `recent` rows went out within 24 hours before."""

    def __init__(self, words: str, rows: int, recent: int):
        super().__init__(words, code="needs_approval")
        self.rows = rows
        self.recent = recent


@dataclass(frozen=True)
class Asked:
    """An export as somebody is asked to approve it; `again` is what it takes to make it later."""

    title: str
    object: str
    filter: str
    columns: Sequence[str]
    rows: int
    recent: int
    again: Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """What upper domains say: `over(actor, rows, rows within 24 hours)` the sentence that stops it, or ""; `ask(request, asked)` the page on
    which approval is asked for; `noted(actor, title, rows within 24 hours)` is told of each export."""

    over: Callable[[Viewer, int, int], str]
    ask: Callable[[HttpRequest, Asked], HttpResponse]
    noted: Callable[[Viewer, str, int], None]


_rules: list[Rule] = []
_others: list[Callable[[Viewer], int]] = []


def register(rule: Rule) -> None:
    _rules[:] = [rule]


def count_too(rows: Callable[[Viewer], int]) -> None:
    """Count what somebody took out by another way and that has no record yet."""
    _others.append(rows)


def recent(actor: Viewer) -> int:
    """Rows that this person took out within the last 24 hours without an approval of their own."""
    found = ExportRecord.objects.filter(by=actor.account_id, at__gt=clock.now() - WINDOW, approved="")
    return (found.aggregate(n=Sum("rows"))["n"] or 0) + sum(rows(actor) for rows in _others)


def check(actor: Viewer, rows: int) -> int:
    """The rows taken out within 24 hours with these. Raises NeedsApproval where that is too much.

    Locks the person until the transaction ends: two at once are counted one after the other.
    """
    if actor.is_system or actor.account_id is None or not _rules:
        return rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, actor.account_id])
    before = recent(actor)
    if words := _rules[0].over(actor, rows, before + rows):
        raise NeedsApproval(words, rows, before)
    return before + rows


def noted(actor: Viewer, title: str, rows_day: int | None = None) -> None:
    """An export went out; `rows_day` went out within 24 hours with it, None = to be counted."""
    if not actor.is_system and _rules:
        _rules[0].noted(actor, title, recent(actor) if rows_day is None else rows_day)


def ask(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The page on which approval is asked for."""
    if not _rules:
        raise Refused(_("导出的行数太多"))
    return _rules[0].ask(request, asked)
