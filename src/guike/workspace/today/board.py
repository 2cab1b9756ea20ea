"""Today's page as values: head, groups, the rail of numbers. Everything counted from records, nothing typed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from lunar_python import Solar

from guike.engine.obligations import selectors as obligations
from guike.organisation.calendar import selectors as calendar
from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.platform.ui import formats
from guike.platform.ui.components import Progress
from guike.workspace.today import rows as today_rows

SHOWN = 40
DAYS = 7
BAR = 40
ESCALATED_SHOWN = 5
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True)
class Group:
    """One block of rows: how many there are in all, the rows shown, where the rest is."""

    code: str
    title: str
    count: int
    note: str
    rows: Sequence[today_rows.Row]
    more: int
    more_href: str
    is_first: bool = False


@dataclass(frozen=True)
class DayBar:
    """One column of the days ahead: `height` of 40, 0 for a day without anything."""

    label: str
    count: int
    height: int
    href: str
    is_today: bool

    @property
    def drawn(self) -> int:
        """A day without anything is a thin line."""
        return self.height or 1

    @property
    def top(self) -> int:
        return BAR + 2 - self.drawn


@dataclass(frozen=True)
class Month:
    """This month: targets with where one should be by now, the sentence beside the heading, customers newly on file."""

    targets: list[Progress]
    note: str
    new_customers: int


@dataclass(frozen=True)
class Board:
    """All of the page."""

    greeting: str
    date_line: str
    lunar: str
    summary: str
    groups: list[Group]
    month: Month
    bars: list[DayBar]
    escalated: list[today_rows.Row]
    escalated_count: int
    counts: dict[str, int]
    snoozed: int

    @property
    def has_rows(self) -> bool:
        return any(group.count for group in self.groups)

    @property
    def escalated_note(self) -> str:
        return _("%(n)d 件") % {"n": self.escalated_count} if self.escalated_count < ESCALATED_SHOWN else ""


def given_name(name: str) -> str:
    """What colleagues call somebody: 陈思远 → 思远, 欧阳修远 → 修远, 黄可 → 黄可, others in full."""
    return name[-2:] if len(name) in (3, 4) and all("\u4e00" <= sign <= "\u9fff" for sign in name) else name


def greeting(name: str) -> str:
    """思远，上午好"""
    hour = timezone.localtime(clock.now()).hour
    words = next(
        words
        for until, words in ((5, _("夜深了")), (9, _("早上好")), (12, _("上午好")), (14, _("中午好")), (18, _("下午好")), (24, _("晚上好")))
        if hour < until
    )
    return f"{given_name(name)}，{words}" if name else words


def date_words(day: date) -> str:
    """11 月 24 日 星期二"""
    return _("%(month)d 月 %(day)d 日 %(weekday)s") % {"month": day.month, "day": day.day, "weekday": _(WEEKDAYS[day.weekday()])}


def lunar_words(day: date) -> str:
    """农历十月十六"""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"农历{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"


def lunar_short(day: date) -> str:
    """十六; the first of a month gives the month: 十月."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"{lunar.getMonthInChinese()}月" if lunar.getDay() == 1 else lunar.getDayInChinese()


def summary(counts: dict[str, int]) -> str:
    """今天要办 8 件，其中 3 件已逾期"""
    due = counts["overdue"] + counts["today"]
    if not due:
        return _("今天没有到期的事")
    words = _("今天要办 %(due)d 件") % {"due": due}
    return words + (_("，其中 %(late)d 件已逾期") % {"late": counts["overdue"]} if counts["overdue"] else "")


def build(viewer: Viewer, person_id: int, name: str) -> Board:
    """The page of one person, read through the viewer's reach."""
    today = clock.today()
    ahead = obligations.ahead(viewer, on=today, days=DAYS, person_ids=[person_id])
    found = list(
        obligations.listed(viewer, on=today, until=today + timedelta(days=1), person_ids=[person_id]).select_related("assignee")[
            : SHOWN * 2
        ]
    )
    lifted = list(obligations.escalated_to(viewer, on=today)[:ESCALATED_SHOWN]) if person_id == viewer.person_id else []
    rows = today_rows.build(viewer, [*found, *lifted], today=today)
    groups = today_rows.grouped(found, rows[: len(found)], today)
    return Board(
        greeting=greeting(name),
        date_line=date_words(today),
        lunar=lunar_words(today),
        summary=summary(ahead.counts),
        groups=_groups(groups, ahead.counts),
        month=_month(viewer, person_id, today),
        bars=_bars(ahead.per_day, today),
        escalated=rows[len(found) :],
        escalated_count=len(lifted),
        counts=ahead.counts,
        snoozed=ahead.snoozed,
    )


TITLES = {"overdue": "已逾期", "today": "今天", "tomorrow": "明天"}


def _groups(rows: dict[str, list[today_rows.Row]], counts: dict[str, int]) -> list[Group]:
    present = [code for code in ("overdue", "today", "tomorrow") if counts[code]]
    return [_group(code, rows[code], counts[code], is_first=place == 0) for place, code in enumerate(present)]


def _group(code: str, rows: Sequence[today_rows.Row], count: int, *, is_first: bool) -> Group:
    shown = list(rows[:SHOWN])
    note = _("%(n)d 件") % {"n": count} + (_("，按逾期、等级、采购额综合排序") if code == "overdue" and count > 1 else "")
    href = f"{reverse('workspace:obligations')}?view={'late' if code == 'overdue' else 'open'}"
    drawn = sum(1 + len(row.also) for row in shown)
    return Group(code, _(TITLES[code]), count, note, shown, max(count - drawn, 0), href, is_first)


def _bars(per_day: dict[date, int], today: date) -> list[DayBar]:
    top = max(per_day.values(), default=0) or 1
    week = reverse("workspace:calendar")
    return [
        DayBar(
            label=_("今天") if day == today else formats.weekday(day),
            count=count,
            height=max(round(BAR * count / top), 3) if count else 0,
            href=f"{week}?day={day.isoformat()}",
            is_today=day == today,
        )
        for day, count in per_day.items()
    ]


# --- this month --------------------------------------------------------------------------------------------------------


def month_of(day: date) -> tuple[date, date]:
    """First and last day of a day's month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _month(viewer: Viewer, person_id: int, today: date) -> Month:
    """Duties kept, customers reached and new customers of the month, each from the records; the tick is the share of workdays gone by."""
    first, last = month_of(today)
    workdays = calendar.workdays(first, last)
    tick = round(100 * sum(day <= today for day in workdays) / len(workdays)) if workdays else 0
    kept = obligations.kept(viewer, start=first, end=last, on=today, person_ids=[person_id])
    reach = _reach(viewer, person_id, first)
    found = [_kept_progress(kept, tick), _reach_progress(reach, tick)]
    return Month([one for one in found if one], _("工作日已过 %(share)d%%") % {"share": tick}, reach["new"])


def _reach(viewer: Viewer, person_id: int, first: date) -> dict[str, int]:
    """How many customers the person owns, how many of them were contacted since `first`, how many are new. One query."""
    mine = access.rows(viewer, "customer").filter(owner=person_id)
    return mine.aggregate(
        owned=Count("pk"),
        reached=Count("pk", Q(figures__last_contact_on__gte=first)),
        new=Count("pk", Q(registered_on__gte=first)),
    )


def _kept_progress(kept: Any, tick: int) -> Progress | None:
    if not kept.due:
        return None
    note = _("按时 %(on_time)d 件") % {"on_time": kept.on_time}
    note += _("，逾期未办 %(late)d 件") % {"late": kept.late} if kept.late else ""
    return Progress(_("应办事项"), str(kept.done), _("/ %(due)d 件") % {"due": kept.due}, kept.done_share or 0, tick, note)


def _reach_progress(reach: dict[str, int], tick: int) -> Progress | None:
    if not reach["owned"]:
        return None
    share = round(100 * reach["reached"] / reach["owned"])
    left = reach["owned"] - reach["reached"]
    note = _("还有 %(n)d 家本月没联系") % {"n": left} if left else _("本月都联系过")
    return Progress(_("联系到的客户"), str(reach["reached"]), _("/ %(owned)d 家") % {"owned": reach["owned"]}, share, tick, note)
