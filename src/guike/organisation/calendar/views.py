"""The working calendar on a page: a year of twelve months, a day in the sheet, a notice pasted."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.organisation.calendar import rules, selectors, services
from guike.organisation.calendar.forms import DayForm, NoticeForm
from guike.organisation.calendar.models import CalendarDay, CalendarException
from guike.platform import clock, history
from guike.platform.access import allowed, page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status

NOTICE_LIMIT = 200_000


@page("calendar", "view")
def year(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """A year: which days count, which of them the company set itself, whether the year is announced."""
    number = number or clock.today().year
    view = selectors.year_view(number)
    if view is None:
        raise Http404(_("日历只管 2000 年到 2035 年"))
    neighbours = {"before": number - 1 if number - 1 in rules.YEARS else None, "after": number + 1 if number + 1 in rules.YEARS else None}
    context = {"view": view, "today": clock.today(), "may_change": allowed(request.viewer, "calendar", "change"), **neighbours}
    context["weekday_names"] = [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")]  # type: ignore[assignment]
    return render(request, "organisation/calendar/year.html", context)


@page("calendar", "change")
def day(request: HttpRequest, iso: str) -> HttpResponse:
    """One day: what it is and why; make it work or rest, or take the company's own rule back."""
    when = _day(iso)
    row = CalendarDay.objects.get(day=when)
    own = CalendarException.objects.filter(day=when).first()
    form = DayForm(request.POST or None, viewer=request.viewer, initial=_initial(row, own))
    back = reverse("organisation:calendar_year", args=[when.year])
    if request.method == "POST":
        try:
            if "clear" in request.POST:
                services.clear_day(when, actor=request.viewer)
                return sheets.done(request, _("%(day)s 已恢复") % {"day": when}, to=back)
            if form.is_valid():
                services.set_day(when, form.cleaned_data["is_workday"] == "1", form.cleaned_data["reason"], actor=request.viewer)
                return sheets.done(request, _("%(day)s 已改") % {"day": when}, to=back)
        except Refused as refusal:
            form.refuse(refusal)
    changes = history.of(own) if own else []
    context = {"form": form, "row": row, "own": own, "back": back, "changes": changes}
    return render(request, "organisation/calendar/day.html", context, status=form_status(form))


@page("calendar", "change")
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """Load the arrangement of a year from pasted lines or a JSON file."""
    form = NoticeForm(request.POST or None, request.FILES or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            loaded, changed = services.load_notice(_text(form), actor=request.viewer, source=form.cleaned_data["source"])
            message = _("%(year)s 年已载入，%(n)s 天与原来不同") % {"year": loaded.year, "n": changed}
            return sheets.done(request, message, to=reverse("organisation:calendar_year", args=[loaded.year]), stay=loaded.year == number)
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "number": number, "back": reverse("organisation:calendar_year", args=[number])}
    return render(request, "organisation/calendar/notice.html", context, status=form_status(form))


def _day(iso: str) -> date:
    try:
        when = date.fromisoformat(iso)
    except ValueError:
        raise Http404(_("没有这一天")) from None
    if not rules.FIRST_DAY <= when <= rules.LAST_DAY:
        raise Http404(_("日历只管 2000 年到 2035 年"))
    return when


def _initial(row: CalendarDay, own: CalendarException | None) -> dict[str, str]:
    works = own.is_workday if own else not row.is_workday
    return {"is_workday": "1" if works else "0", "reason": own.reason if own else ""}


def _text(form: NoticeForm) -> str:
    upload = form.cleaned_data["file"]
    if not upload:
        return form.cleaned_data["text"]
    if upload.size > NOTICE_LIMIT:
        raise Refused(_("文件超过 200 kB，不是一份放假安排"), field="file")
    try:
        return upload.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("文件不是 UTF-8 文本，存成 UTF-8 再传"), field="file") from None
