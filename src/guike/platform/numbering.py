"""Gap-free numbers for records and documents, by a pattern a company may change (PLT-13)."""

from datetime import date

from django.db import connection

from guike.platform import clock
from guike.platform.models import NumberSeries


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
