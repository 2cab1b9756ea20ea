"""The small forms of *Today*."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.organisation.calendar import selectors as calendar
from guike.platform import clock
from guike.platform.ui import forms as ui


def _presets() -> list:
    """Tomorrow, in 3 days, next Monday, each moved on to a workday."""
    today = clock.today()
    days = calendar.workdays(today + timedelta(days=1), today + timedelta(days=14))
    monday = today + timedelta(days=7 - today.weekday())
    wanted = ((_("明天"), today + timedelta(days=1)), (_("3 天后"), today + timedelta(days=3)), (_("下周一"), monday))
    found: dict = {}
    for label, day in wanted:
        moved = next((one for one in days if one >= day), day)
        found.setdefault(moved, label)
    return [(label, day) for day, label in found.items()]


class SnoozeForm(ui.Form):
    """Until when, and why."""

    until = ui.DayField(label=_("推迟到"), presets=_presets)
    reason = ui.TextAreaField(label=_("原因"), rows=2, phrases=[_("客户出差"), _("等对方回复"), _("节后再联系"), _("已约好时间")])


class ReasonForm(ui.Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=200)
