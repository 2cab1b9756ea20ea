"""What is over age leaves the logs, and the chain stays verifiable: a signed excision says up to where (PLT-02)."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from guike.oversight import rules
from guike.oversight.models import Excision, Horizon
from guike.oversight.services import trail
from guike.platform import clock

#: At least: looks stand in one table with exports, whose records are kept three years.
LEAST_DAYS = {"platform_accesslog": 3 * 366, "organisation_loginrecord": 183}


def days_kept(table: str) -> int:
    """How long rows of a log stay: the company's setting, never below the least."""
    return max(LEAST_DAYS[table], int(getattr(settings, "AUDIT_DAYS", {}).get(table, 0)))


def cut_over_age() -> int:
    """Delete what is over age, only what is sealed; histories of records stay as long as the records' own rules say."""
    return sum(_cut(table) for table in LEAST_DAYS)


@transaction.atomic
def _cut(table: str) -> int:
    limit = clock.now() - timedelta(days=days_kept(table))
    horizon = Horizon.objects.first()
    sealed = horizon.sealed.get(table, rules.BEFORE_ALL) if horizon else rules.BEFORE_ALL
    with connection.cursor() as cursor:
        # the newest row before which everything is over age: a row written late keeps its neighbours
        cursor.execute(f"SELECT min(id) FROM {table} WHERE at >= %s", [limit])  # noqa: S608 — a table of LEAST_DAYS
        first_kept = cursor.fetchone()[0]
        cursor.execute(f"SELECT max(id) FROM {table} WHERE id <= %s AND at < %s", [min(sealed, (first_kept or 2**62) - 1), limit])  # noqa: S608
        last = cursor.fetchone()[0]
        if last is None:
            return 0
        excise(table, last, cut=True, who=_("系统"), why=_("保留期 %(days)s 天已过") % {"days": days_kept(table)})
        with pgtrigger.ignore("platform.AccessLog:append_only"):
            cursor.execute(f"WITH gone AS (DELETE FROM {table} WHERE id <= %s RETURNING 1) SELECT count(*) FROM gone", [last])  # noqa: S608
            while cursor.description is None or cursor.description[0].name != "count":  # the statement that lifts the guard answers first
                if not cursor.nextset():
                    break
            return int(cursor.fetchone()[0])


def excise(table: str, row: int, *, who: str, why: str, cut: bool = False, before: str = "", after: str = "") -> Excision:
    """Write down, signed, that a row was lawfully overwritten or a table cut."""
    one = Excision(at=clock.now(), who=who[:60], why=why[:200], table=table, row=row, cut=cut, before=before, after=after)
    one.signature = rules.signed(trail.key(), one.text)
    one.save()
    return one
