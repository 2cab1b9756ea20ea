"""Background work of this domain."""

from guike.contact import cadence as _cadence  # noqa: F401 — tells the engine about customers and kinds at the start
