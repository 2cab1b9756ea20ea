"""Verbs of the calendar: a notice loaded, a day of the company's own set or taken back. Each works the days out again at once."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from guike.organisation.calendar import database, rules
from guike.organisation.calendar.models import CalendarDay, CalendarException, CalendarYear, StatutoryDay
from guike.organisation.events import CalendarChanged
from guike.platform import clock, events
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused
from guike.platform.verbs import verb

#: Two writers would number the days from different states: they take turns.
TURN = "SELECT pg_advisory_xact_lock(hashtext('organisation.calendar'))"


@verb("organisation.load_notice")
def load_notice(text: str, *, actor: Viewer, source: str = "", reason: str = "") -> tuple[CalendarYear, int]:
    """Load the State Council's arrangement for a year (JSON as holiday-cn has it, or lines); replaces what the year had.

    Returns the year and how many days now count otherwise. Raises `Refused` naming the line that cannot be understood.
    """
    require(actor, "calendar", "change")
    try:
        notice = rules.read_notice(text)
    except rules.NoticeError as error:
        raise Refused(_in_words(error), field="text", code=error.code) from error
    _take_turn()
    before = _workdays()
    year, _made = CalendarYear.objects.get_or_create(year=notice.year)
    StatutoryDay.objects.filter(year=year).delete()
    StatutoryDay.objects.filter(day__in=[entry.day for entry in notice.days]).delete()
    StatutoryDay.objects.bulk_create([StatutoryDay(day=e.day, year=year, is_workday=e.is_workday, name=e.name) for e in notice.days])
    year.announced, year.loaded_at = True, clock.now()
    year.source = (source or notice.source)[:300]
    year.save()
    return year, _recompute(before, str(_("载入 %(year)s 年放假安排")) % {"year": year.year})


@verb("organisation.set_calendar_day")
def set_day(day: date, is_workday: bool, reason: str, *, actor: Viewer) -> int:
    """The company works, or rests, on a day whatever the notice says. Returns how many days now count otherwise (0 or 1)."""
    require(actor, "calendar", "change")
    if not reason.strip():
        raise Refused(_("写上原因，例如「盘点」「厂庆」"), field="reason")
    if not rules.FIRST_DAY <= day <= rules.LAST_DAY:
        raise Refused(_("日历只管 2000 年到 2035 年"), field="day")
    _take_turn()
    before = _workdays()
    CalendarException.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "reason": reason.strip()[:60]})
    return _recompute(before, reason.strip())


@verb("organisation.clear_calendar_day")
def clear_day(day: date, *, actor: Viewer, reason: str = "") -> int:
    """Take the company's own rule for a day back; the notice, or the weekend rule, counts again."""
    require(actor, "calendar", "change")
    _take_turn()
    before = _workdays()
    if not CalendarException.objects.filter(day=day).delete()[0]:
        raise Refused(_("%(day)s 没有公司调整") % {"day": day}, field="day")
    return _recompute(before, str(_("撤销公司调整")))


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TURN)


def _workdays() -> dict[date, bool]:
    return dict(CalendarDay.objects.values_list("day", "is_workday"))


def _recompute(before: dict[date, bool], reason: str) -> int:
    """Work the days out again; tell the domains above when some count otherwise."""
    database.recompute()
    changed = sorted(day for day, works in _workdays().items() if before.get(day) != works)
    if changed:
        events.emit(CalendarChanged(changed[0], changed[-1], reason))
    return len(changed)


def _in_words(error: rules.NoticeError) -> str:
    words = {
        "empty": _("没有内容：粘贴通知里的放假和调休日期"),
        "json": _("第 %(place)s 行不是完整的 JSON，可能没有复制全"),
        "shape": _("JSON 里没有 days 列表"),
        "unannounced": _("%(text)s 年还没有公布放假安排（列表是空的）"),
        "day": _("第 %(place)s 项缺 date、name 或 isOffDay：%(text)s"),
        "line": _("第 %(place)s 行看不懂：「%(text)s」，写成「2027-02-06～2027-02-12 春节 休」"),
        "word": _("第 %(place)s 行末尾写「休」或「班」，现在是「%(text)s」"),
        "span": _("第 %(place)s 行的起止日期不对或超过 16 天：「%(text)s」"),
        "year": _("日历只管 2000 年到 2035 年，这份是 %(text)s 年"),
        "far": _("%(text)s 离这一年太远，核对年份"),
        "twice": _("%(text)s 出现两次"),
        "no_rest": _("%(text)s 年一天放假也没有，核对内容"),
    }
    return words[error.code] % {"place": error.place, "text": error.text}
