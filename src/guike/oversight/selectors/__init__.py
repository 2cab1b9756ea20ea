"""What the pages of the audit trail and of people's requests read."""

from guike.oversight.selectors.changes import Change, change, touched
from guike.oversight.selectors.checking import VERIFY, last_check
from guike.oversight.selectors.inventory import about, headings, inventory
from guike.oversight.selectors.looks import ACTIONS, named_records, object_labels, seen_by
from guike.oversight.selectors.people import (
    changed_since,
    column_label,
    customer_of,
    holds,
    keepings,
    name_for,
    request,
    requests,
    row_of,
    table_label,
    waiting_count,
)

__all__ = [
    "ACTIONS",
    "VERIFY",
    "Change",
    "about",
    "change",
    "changed_since",
    "column_label",
    "customer_of",
    "headings",
    "holds",
    "inventory",
    "keepings",
    "last_check",
    "name_for",
    "named_records",
    "object_labels",
    "request",
    "requests",
    "row_of",
    "seen_by",
    "table_label",
    "touched",
    "waiting_count",
]
