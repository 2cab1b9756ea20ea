"""What happened is matched with the automations that wait for it; the acting is the worker's."""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.automations import registry, rules
from guike.engine.automations.models import Automation, AutomationRun, Firing
from guike.platform import clock, conditions, jobs

ACT, DAY = "guike.automate", "guike.automate_day"
#: Occasions of one job; an import of thousands becomes several.
BATCH = 500
#: The automations in whose effects we are, outermost first.
chain: ContextVar[tuple[int, ...]] = ContextVar("guike_automations", default=())


def heard(event: Any) -> None:
    """A fact was told (reactions): defer what waits for it, in the writer's transaction. One query where nothing waits."""
    triggers = {one.code: one for one in registry.hearing(type(event))}
    for automation in Automation.objects.filter(active=True, trigger__in=triggers).order_by("pk"):
        why_not = rules.may_follow(chain.get(), automation.pk)
        if why_not == "own":
            continue
        trigger = triggers[automation.trigger]
        occasions = list(trigger.heard(event, automation.content["params"])) if trigger.heard else []
        if occasions and why_not:
            _note_loop(automation)
        elif occasions:
            defer(automation.pk, occasions, chain.get())


def _note_loop(automation: Automation) -> None:
    note = _("自动化连着触发自动化超过 %(n)d 层，到此为止") % {"n": rules.DEPTH}
    AutomationRun.objects.create(automation=automation, number=automation.number, at=clock.now(), state=AutomationRun.State.LOOP, note=note)


def defer(automation_id: int, occasions: Sequence[registry.Occasion], so_far: Iterable[int] = ()) -> None:
    """Hand occasions to the worker."""
    for start in range(0, len(occasions), BATCH):
        batch: list[Any] = [[one.subject_id, one.key] for one in occasions[start : start + BATCH]]
        jobs.defer(ACT, automation_id=automation_id, occasions=batch, chain=list(so_far))


def start_day(day: date | None = None) -> int:
    """The business day turned: every automation that looks at each day is set off. Returns how many."""
    daily = [code for code, one in registry.triggers().items() if one.each_day]
    found = list(Automation.objects.filter(active=True, trigger__in=daily).values_list("pk", flat=True))
    for pk in found:
        jobs.defer(DAY, automation_id=pk, day=(day or clock.today()).isoformat())
    return len(found)


def look_at_day(automation_id: int, day: date) -> int:
    """What one automation finds on a day, handed on. Returns how many occasions."""
    automation = Automation.objects.filter(pk=automation_id, active=True).first()
    trigger = registry.trigger(automation.trigger) if automation else None
    if automation is None or trigger is None or trigger.each_day is None:
        return 0
    subject, pause = registry.subject(automation.subject_kind), automation.content["pause"]
    rows = subject.rows().filter(conditions.to_q(automation.content["where"], subject.fields()))
    if pause:
        lately = Firing.objects.filter(automation=automation, on__gt=day - timedelta(days=pause))
        rows = rows.exclude(pk__in=lately.values("subject_id"))
    occasions = list(trigger.each_day(automation.content["params"], day, rows))
    defer(automation.pk, occasions)
    return len(occasions)
