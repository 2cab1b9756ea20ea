"""Declared at start: kinds and digest sections of today's page."""

from guike.workspace.today import notices  # noqa: F401
