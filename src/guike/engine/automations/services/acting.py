"""Carrying out: condition, pause and limit are read again under the automation's lock; each subject is one transaction (PLT-13, PLT-08).

Killed in the middle, a subject's transaction is undone with its `Firing`; the job taken up again does it once.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from guike.engine.automations import registry, rules
from guike.engine.automations.models import Automation, AutomationRun, Firing
from guike.engine.automations.services.hearing import chain
from guike.platform import clock, conditions
from guike.platform.access import Viewer
from guike.platform.errors import Forbidden, Refused

logger = logging.getLogger(__name__)
State = AutomationRun.State


@dataclass
class _Round:
    """One call: its run is written with the first subject that is acted on or kept back."""

    automation: Automation
    run: AutomationRun | None = None
    acted: int = 0
    failed: int = 0
    kept_back: int = 0

    def started(self) -> AutomationRun:
        if self.run is None:
            self.run = AutomationRun.objects.create(automation=self.automation, number=self.automation.number, at=clock.now())
        return self.run


def act(automation_id: int, occasions: Sequence[tuple[int, str]], so_far: Sequence[int] = ()) -> AutomationRun | None:
    """Do what one automation says with those of the subjects that meet its conditions now. None where there was nothing to do."""
    automation = Automation.objects.filter(pk=automation_id, active=True).first()
    if automation is None or registry.trigger(automation.trigger) is None:
        return None
    matching = _matching(automation, {subject for subject, _key in occasions})
    this = _Round(automation)
    token = chain.set((*so_far, automation.pk))
    try:
        for subject_id, key in occasions:
            if subject_id in matching:
                _one(this, subject_id, key)
    finally:
        chain.reset(token)
    return _close(this)


def _matching(automation: Automation, ids: set[int]) -> set[int]:
    subject = registry.subject(automation.subject_kind)
    condition = conditions.to_q(automation.content["where"], subject.fields())
    return set(subject.rows().filter(condition, pk__in=ids).values_list("pk", flat=True))


@transaction.atomic
def _one(this: _Round, subject_id: int, key: str) -> None:
    """One subject: all of its actions and the row that says so, or nothing."""
    automation = Automation.objects.select_for_update().filter(pk=this.automation.pk, active=True, number=this.automation.number).first()
    if automation is None or _was_done(automation, subject_id, key):
        return
    now = clock.now()
    lately = Firing.objects.filter(automation=automation, at__gt=now - timedelta(hours=1)).order_by()[: rules.PER_HOUR].count()
    if not rules.room(lately):
        this.started()
        this.kept_back += 1
        return
    row = registry.subject(automation.subject_kind).rows().filter(pk=subject_id).first()
    if row is None:
        return
    firing = Firing.objects.create(
        automation=automation,
        run=this.started(),
        subject_kind=automation.subject_kind,
        subject_id=subject_id,
        occasion=key[:80],
        on=clock.today(),
        at=now,
    )
    firing.results = [_action(automation, one, row, key) for one in automation.content["actions"]]
    firing.ok = all(result["outcome"] != "failed" for result in firing.results)
    firing.save(update_fields=["results", "ok"])
    Automation.objects.filter(pk=automation.pk).update(last_fired_at=now)
    this.acted += 1
    this.failed += not firing.ok


def _was_done(automation: Automation, subject_id: int, key: str) -> bool:
    """This occasion was acted on already, or another one too short a time ago."""
    mine = Firing.objects.filter(automation=automation, subject_id=subject_id)
    if mine.filter(occasion=key[:80]).exists():
        return True
    pause = automation.content["pause"]
    return bool(pause) and rules.is_paused(mine.aggregate(last=Max("on"))["last"], pause, clock.today())


def _action(automation: Automation, one: dict[str, Any], row: Any, key: str) -> dict[str, str]:
    """One action in its own savepoint: what is refused is undone and told, the others go on."""
    action = registry.action(one["code"])
    if action is None:
        return {"action": one["code"], "outcome": "failed", "message": _("这个动作已不在程序里")}
    row.refresh_from_db()
    actor = Viewer(name=_("自动化「%(name)s」") % {"name": automation.name}, is_system=True)
    task = registry.Task(automation.subject_kind, row, one["params"], actor, automation.because, f"{automation.pk}:{key}")
    try:
        with transaction.atomic():
            return {"action": action.code, "outcome": "done", "message": action.run(task)}
    except registry.Left as left:
        return {"action": action.code, "outcome": "left", "message": str(left)}
    except (Refused, Forbidden) as refusal:
        return {"action": action.code, "outcome": "failed", "message": refusal.message}


def _close(this: _Round) -> AutomationRun | None:
    run = this.run
    if run is None:
        return None
    run.acted, run.failed = this.acted, this.failed
    if this.kept_back:
        run.state = State.LIMITED
        run.note = _("一小时内已执行 %(most)d 个，这次有 %(n)d 个没有执行") % {"most": rules.PER_HOUR, "n": this.kept_back}
    elif this.failed:
        run.state = State.PARTLY if this.failed < this.acted else State.FAILED
    run.save(update_fields=["acted", "failed", "state", "note"])
    return run
