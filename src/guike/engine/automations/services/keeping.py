"""Automations written, changed, switched on and off; every version is kept."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guike.engine.automations import content as contents
from guike.engine.automations import registry
from guike.engine.automations.models import Automation, AutomationVersion
from guike.platform import access, clock
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb


def _keep_version(automation: Automation, actor: Viewer) -> None:
    AutomationVersion.objects.create(
        automation=automation,
        number=automation.number,
        name=automation.name,
        trigger=automation.trigger,
        content=automation.content,
        by_id=actor.person_id,
        at=clock.now(),
    )


def _save(automation: Automation, name: str) -> None:
    automation.name = name.strip()
    if not automation.name:
        raise Refused(_("写上名称"), field="name")
    try:
        with transaction.atomic():
            automation.save()
    except IntegrityError:
        raise Refused(_("已有叫「%(name)s」的自动化") % {"name": automation.name}, field="name") from None


@verb("automations.add")
def add_automation(name: str, trigger: str, content: Mapping[str, Any], *, actor: Viewer) -> Automation:
    """A new automation, switched off until somebody has tried it."""
    require(actor, "automation", "add")
    kept = contents.cleaned(trigger, content, actor=actor)
    kind = registry.triggers()[trigger].subject
    automation = Automation(subject_kind=kind, trigger=trigger, content=kept, created_at=clock.now())
    _save(automation, name)
    _keep_version(automation, actor)
    return automation


@verb("automations.change")
def change_automation(
    automation_id: int, *, name: str, trigger: str, content: Mapping[str, Any], actor: Viewer, version: int | None = None
) -> Automation:
    """Change an automation: the next version. What was set off already goes on with what holds when it is carried out."""
    automation = access.row(actor, "automation", automation_id, "change", lock=True)
    if version is not None and version != automation.version:
        raise Stale(_("「%(name)s」刚被别人改过，刷新后再改") % {"name": automation.name})
    kept = contents.cleaned(trigger, content, actor=actor)
    if (name.strip(), trigger, kept) == (automation.name, automation.trigger, automation.content):
        return automation
    automation.trigger, automation.content = trigger, kept
    automation.subject_kind = registry.triggers()[trigger].subject
    automation.number += 1
    automation.version += 1
    _save(automation, name)
    _keep_version(automation, actor)
    return automation


@verb("automations.switch")
def switch(automation_id: int, active: bool, *, actor: Viewer) -> Automation:
    """Switch on or off; on checks the content again, for words and people may be gone meanwhile."""
    automation = access.row(actor, "automation", automation_id, "change", lock=True)
    if active:
        contents.cleaned(automation.trigger, automation.content, actor=actor)
    if automation.active != active:
        automation.active = active
        automation.version += 1
        automation.save(update_fields=["active", "version"])
    return automation
