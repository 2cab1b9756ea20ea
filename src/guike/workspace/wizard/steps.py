"""The wizard's steps and how far one is. Pure: what is done is read by the callers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

STEPS = {
    "company": _("公司"),
    "people": _("部门和人员"),
    "packs": _("制度包"),
    "customers": _("客户"),
    "done": _("完成"),
}
ORDER = tuple(STEPS)


@dataclass(frozen=True)
class Step:
    """One step as drawn: `state` is done, here, skipped or open."""

    code: str
    label: str
    number: int
    state: str


def drawn(here: str, done: Collection[str], skipped: Collection[str]) -> list[Step]:
    """The line of steps on top of every page of the wizard."""

    def state(code: str) -> str:
        if code == here:
            return "here"
        return "done" if code in done else "skipped" if code in skipped else "open"

    return [Step(code, str(label), number, state(code)) for number, (code, label) in enumerate(STEPS.items(), start=1)]


def after(code: str) -> str:
    """The step that follows; the last one follows itself."""
    return ORDER[min(ORDER.index(code) + 1, len(ORDER) - 1)]


def before(code: str) -> str | None:
    """The step one comes from; None for the first."""
    place = ORDER.index(code)
    return ORDER[place - 1] if place else None
