"""Who is behind: open duties per person."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from guike.engine.obligations import selectors as obligations
from guike.platform.access import allowed
from guike.platform.ui import formats
from guike.platform.ui.components import Bar
from guike.workspace.dashboard.scope import Scope

SHOWN = 12


@dataclass(frozen=True)
class Late:
    """One bar per person who owes something overdue; sums over all of them."""

    bars: list[Bar]
    overdue: int
    people: int
    today: int


def build(scope: Scope, today: date) -> Late | None:
    """One query; None for those who may not see duties."""
    if not allowed(scope.viewer, "obligation", "view"):
        return None
    loads = [load for load in obligations.by_person(scope.viewer, on=today) if scope.owner_id in (None, load.person_id)]
    behind = [load for load in loads if load.overdue]
    return Late(
        bars=[_bar(scope, load) for load in behind[:SHOWN]],
        overdue=sum(load.overdue for load in loads),
        people=len(behind),
        today=sum(load.today for load in loads),
    )


def _bar(scope: Scope, load: obligations.PersonLoad) -> Bar:
    own = load.person_id == scope.viewer.person_id
    href = reverse("workspace:today") + ("" if own else f"?who={load.person_id}")
    oldest = _("，最早 %(day)s 到期") % {"day": formats.short_day(load.oldest)} if load.oldest else ""
    return Bar(load.name, load.overdue, _("%(n)d 件") % {"n": load.overdue} + oldest, href, tone="danger")
