"""Pages of the audit trail."""

from guike.oversight.views import trail

__all__ = ["trail"]
