"""Reads of automations: what they did, and what they would have done."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from guike.engine.automations import registry, rules
from guike.engine.automations.models import Automation, AutomationRun, AutomationVersion, Firing
from guike.platform import access, clock, conditions
from guike.platform.access import Viewer

SHOWN = 50


def automation(viewer: Viewer, pk: int, action: str = "view") -> Automation:
    return access.row(viewer, "automation", pk, action)


def versions(automation: Automation) -> list[AutomationVersion]:
    return list(automation.versions.select_related("by")[:SHOWN])


def runs(automation: Automation) -> list[AutomationRun]:
    """The newest runs."""
    return list(automation.runs.all()[:SHOWN])


@dataclass(frozen=True)
class Acted:
    """One subject of a run: its name as far as the viewer may see it, and what became of each action."""

    name: str
    href: str
    at: Any
    results: list[dict[str, str]]


def acted(viewer: Viewer, automation: Automation, run_id: int | None = None) -> list[Acted]:
    """The newest subjects acted on, of one run or of all. Two queries."""
    rows = Firing.objects.filter(automation=automation)
    found = list((rows.filter(run=run_id) if run_id else rows)[: SHOWN * 2])
    known = access.rows(viewer, automation.subject_kind).in_bulk([one.subject_id for one in found])
    return [_acted(one, known.get(one.subject_id)) for one in found]


def _acted(firing: Firing, row: Any) -> Acted:
    return Acted(str(row) if row else "—", row.get_absolute_url() if row else "", firing.at, [_shown(result) for result in firing.results])


def _shown(result: Mapping[str, str]) -> dict[str, str]:
    action = registry.action(result["action"])
    return {**result, "label": str(action.label) if action else result["action"]}


@dataclass(frozen=True)
class Trial:
    """What an automation would have done in the last days: how many subjects and times, and the first of them.

    `partly`: with those in sight of the viewer alone, for what he may not see he may not count either (PLT-01).
    """

    since: date
    subjects: int
    times: int
    shown: list[tuple[Any, list[date]]]
    partly: bool


def trial(viewer: Viewer, trigger_code: str, content: Mapping[str, Any]) -> Trial:
    """Try a content on what the last 30 days hold. Conditions are read on the records as they are now. Nothing is written."""
    trigger = registry.triggers()[trigger_code]
    subject = registry.subject(trigger.subject)
    since = clock.today() - timedelta(days=rules.TRIAL_DAYS)
    days: dict[int, list[date]] = defaultdict(list)
    seen, partly = access.rows(viewer, trigger.subject), access.reach(viewer, trigger.subject, "view") is not access.Reach.ALL
    meets = subject.rows().filter(conditions.to_q(content["where"], subject.fields()))
    if partly:
        meets = meets.filter(pk__in=seen.values("pk"))
    for pk, day in trigger.past(content["params"], since, meets):
        days[pk].append(day)
    matching = set(meets.values_list("pk", flat=True).iterator()) & set(days)
    acted_on = {pk: rules.within_pause(days[pk], content["pause"]) for pk in matching}
    first = sorted(acted_on, key=lambda pk: (acted_on[pk][-1], pk), reverse=True)[:SHOWN]
    rows = seen.in_bulk(first)
    shown = [(rows[pk], acted_on[pk]) for pk in first if pk in rows]
    return Trial(since, len(acted_on), sum(map(len, acted_on.values())), shown, partly)


def listed(viewer: Viewer) -> QuerySet[Automation]:
    return access.rows(viewer, "automation")
