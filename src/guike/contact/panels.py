"""Pieces that other pages show of what is due: when in words, where it is done, what became of it."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guike.engine.obligations import registry
from guike.platform import clock
from guike.platform.ui import formats
from guike.platform.ui.components import Duty


def when_words(due: date, today: date) -> tuple[str, str]:
    """When something is due, in words, and the tone: 逾期 4 天 (danger), 今天 and 明天 (warn), else the day."""
    late = (today - due).days
    if late > 0:
        return _("逾期 %(days)d 天") % {"days": late}, "danger"
    if late >= -1:
        return (_("今天") if late == 0 else _("明天")), "warn"
    return formats.short_day(due), ""


def outcome(owed: Any) -> Duty:
    """One thing that a record closed or opened, with what became of it."""
    when, tone = when_words(owed.due_on, clock.today())
    words = {"fulfilled": (_("已办"), ""), "withdrawn": (_("已撤销"), "")}
    when, tone = words.get(owed.state, (when, tone))
    return Duty(when, owed.title, owed.closed_reason or owed.reason, tone=tone)


def done_at(owed: Any) -> str:
    """Where something is done: its own page where a record closes it, else the follow-up sheet, ticked where a word is needed."""
    if link := registry.kind(owed.kind).link:
        return link.format(subject_id=owed.subject_id)
    href = reverse("contact:log_for", args=[owed.subject_id])
    return href if owed.kind == "cadence" else f"{href}?done={owed.pk}"
