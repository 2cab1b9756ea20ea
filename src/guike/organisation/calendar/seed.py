"""The calendar of a new instance: 2004 onward as the chinesecalendar package knows it; read at migrate, nothing of it is kept in here."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from guike.organisation.calendar import database
from guike.organisation.calendar.rules import YEARS
from guike.platform import clock


def packaged_days() -> dict[int, dict[date, tuple[bool, str]]]:
    """Year → day → (is a workday, name) for every year the package has; a day stands under the year it lies in."""
    from chinese_calendar.constants import Holiday, holidays, workdays

    names = {holiday.value: holiday.chinese for holiday in Holiday}
    found: dict[int, dict[date, tuple[bool, str]]] = defaultdict(dict)
    for days, is_workday in ((holidays, False), (workdays, True)):
        for day, name in days.items():
            found[day.year][day] = (is_workday, names.get(name, str(name)))
    return dict(found)


def seed_after_migrate(**_: Any) -> None:
    """Install the SQL functions, load every packaged year that the company has not loaded itself, and compute the days."""
    from guike.organisation.calendar.models import CalendarDay

    database.install_functions()
    if _load_packaged_years() or not CalendarDay.objects.exists():
        database.recompute()


def _load_packaged_years() -> bool:
    from guike.organisation.calendar.models import CalendarYear, StatutoryDay

    CalendarYear.objects.bulk_create([CalendarYear(year=year) for year in YEARS], ignore_conflicts=True)
    waiting = set(CalendarYear.objects.filter(announced=False).values_list("year", flat=True))
    packaged = {year: days for year, days in packaged_days().items() if year in waiting}
    StatutoryDay.objects.bulk_create(
        [StatutoryDay(day=d, year_id=y, is_workday=w, name=n) for y, days in packaged.items() for d, (w, n) in days.items()],
        ignore_conflicts=True,
    )
    CalendarYear.objects.filter(year__in=packaged).update(announced=True, source="国务院办公厅放假通知", loaded_at=clock.now())
    return bool(packaged)
