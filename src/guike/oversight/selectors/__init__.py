"""What the pages of the audit trail read."""

from guike.oversight.selectors.changes import Change, change, touched
from guike.oversight.selectors.checking import VERIFY, last_check
from guike.oversight.selectors.inventory import about, headings, inventory
from guike.oversight.selectors.looks import ACTIONS, named_records, object_labels, seen_by

__all__ = ["ACTIONS", "VERIFY", "Change", "about", "change", "headings", "inventory", "last_check", "named_records", "object_labels", "seen_by", "touched"]
