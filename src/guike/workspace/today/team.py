"""The team's view for those whose reach goes beyond themselves: who is behind, and the worst of it."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from guike.engine.obligations import selectors as obligations
from guike.platform import clock
from guike.platform.access import Reach, Viewer, reach
from guike.workspace.today import rows as today_rows

WORST = 15


@dataclass(frozen=True)
class Team:
    """Loads by person with sums, the most urgent late things of all, what was escalated to the viewer."""

    loads: list[obligations.PersonLoad]
    overdue: int
    today: int
    week: int
    escalated: int
    late_people: int
    worst: list[today_rows.Row]
    lifted: list[today_rows.Row]

    @property
    def summary(self) -> str:
        """3 人有逾期，共 12 件；今天到期 9 件"""
        late = (
            _("%(people)d 人有逾期，共 %(late)d 件") % {"people": self.late_people, "late": self.overdue} if self.overdue else _("没有逾期")
        )
        return late + _("；今天到期 %(today)d 件") % {"today": self.today}


def leads(viewer: Viewer) -> bool:
    """Does the viewer see other people's duties?"""
    return reach(viewer, "obligation", "view") > Reach.OWN


def build(viewer: Viewer) -> Team:
    """The team as of today. Six queries, however many people and duties."""
    today = clock.today()
    loads = obligations.by_person(viewer, on=today)
    late = list(obligations.listed(viewer, on=today, until=today - timedelta(days=1)).select_related("assignee")[:WORST])
    lifted = list(obligations.escalated_to(viewer, on=today)[:WORST])
    rows = today_rows.build(viewer, [*late, *lifted], today=today)
    return Team(
        loads=loads,
        overdue=sum(load.overdue for load in loads),
        today=sum(load.today for load in loads),
        week=sum(load.week for load in loads),
        escalated=sum(load.escalated for load in loads),
        late_people=sum(1 for load in loads if load.overdue),
        worst=rows[: len(late)],
        lifted=rows[len(late) :],
    )
