"""Writes of automations: keep, switch, hear, act."""

from guike.engine.automations.services.acting import act
from guike.engine.automations.services.hearing import heard, start_day
from guike.engine.automations.services.keeping import add_automation, change_automation, switch

__all__ = ["act", "add_automation", "change_automation", "heard", "start_day", "switch"]
