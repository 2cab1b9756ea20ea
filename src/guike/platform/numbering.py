"""Gap-free numbers for records and documents, by a pattern a company may change (PLT-13)."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.access import Grant, Reach, Scope, Viewer, declare, row, rows
from guike.platform.errors import Refused
from guike.platform.models import NumberCounter, NumberSeries
from guike.platform.verbs import verb


def _period(series: NumberSeries, day: date) -> str:
    return {"never": "", "year": f"{day:%Y}", "month": f"{day:%Y%m}", "day": f"{day:%Y%m%d}"}[series.restarts]


def take_many(code: str, count: int, day: date | None = None) -> list[str]:
    """The next `count` numbers of a series, in order. The counter's row stays locked until the transaction ends,
    so a rolled-back writer leaves no gap. Unknown series raise `NumberSeries.DoesNotExist`."""
    day = day or clock.today()
    series = NumberSeries.objects.get(code=code)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO platform_numbercounter (series_id, period, last) VALUES (%s, %s, %s)
               ON CONFLICT (series_id, period) DO UPDATE SET last = platform_numbercounter.last + EXCLUDED.last RETURNING last""",
            [series.pk, _period(series, day), count],
        )
        last = cursor.fetchone()[0]
    return [series.render(n, day) for n in range(last - count + 1, last + 1)]


def take(code: str, day: date | None = None) -> str:
    """The next number of a series: `take("customer")` → `KH-000123`."""
    return take_many(code, 1, day)[0]


def register(code: str, label: str, prefix: str, *, digits: int = 6, restarts: str = "never") -> None:
    """Called by a domain's migration or `post_migrate`: makes the series when the company has none of that code yet."""
    NumberSeries.objects.get_or_create(code=code, defaults={"label": label, "prefix": prefix, "digits": digits, "restarts": restarts})


declare(
    "number_series",
    model="platform.NumberSeries",
    label="编号规则",
    scope=Scope(everyone=True),
    grants=dict.fromkeys(("administrator", "system_admin"), Grant(view=Reach.ALL, change=Reach.ALL)),
)


@dataclass(frozen=True)
class Shown:
    """A series with the number it would give out next."""

    series: NumberSeries
    upcoming: str


def listed(viewer: Viewer) -> list[Shown]:
    """All series with their next number, for the administrator's page."""
    day = clock.today()
    found = rows(viewer, "number_series").order_by("code")
    counters = {(c.series_id, c.period): c.last for c in NumberCounter.objects.filter(series__in=found)}
    return [Shown(s, s.render(counters.get((s.pk, _period(s, day)), 0) + 1, day)) for s in found]


@verb("numbering.change_series")
def change_series(pk: int, *, prefix: str, digits: int, restarts: str, actor: Viewer, reason: str = "") -> NumberSeries:
    """Change how the numbers to come look; those given out stay as they are (PLT-13). Refuses what would not print."""
    series = row(actor, "number_series", pk, "change", lock=True)
    if not re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", prefix):
        raise Refused(_("前缀用 1～8 个大写字母或数字，以字母开头，现在是「%(value)s」") % {"value": prefix}, field="prefix")
    if not 3 <= digits <= 10:
        raise Refused(_("流水位数在 3～10 之间，现在是 %(value)s") % {"value": digits}, field="digits")
    if NumberSeries.objects.exclude(pk=pk).filter(prefix=prefix).exists():
        raise Refused(_("前缀 %(value)s 已被别的编号用了，换一个") % {"value": prefix}, field="prefix")
    series.prefix, series.digits, series.restarts = prefix, digits, restarts
    series.save(update_fields=["prefix", "digits", "restarts"])
    return series
