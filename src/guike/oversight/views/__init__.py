"""Pages of the audit trail and of personal data."""

from guike.oversight.views import inventory, trail

__all__ = ["inventory", "trail"]
