"""Declared at start: the actions that every subject has, with their kinds of messages and obligations."""

from guike.engine.automations import actions  # noqa: F401
