"""What the pages of the audit trail and of people's requests read."""

from guike.oversight.selectors.changes import Change, change, touched
from guike.oversight.selectors.checking import VERIFY, last_check
from guike.oversight.selectors.inventory import about, headings, inventory
from guike.oversight.selectors.looks import ACTIONS, object_labels, records_of, seen_by
from guike.oversight.selectors.people import (
    HOLDS,
    changed_since,
    column_label,
    customer_of,
    holds,
    holds_for,
    href_of,
    keepings,
    name_for,
    request,
    requests,
    row_of,
    table_label,
    waiting_count,
)
from guike.oversight.selectors.retention import called, dealing_word, due, due_count, held, kind_of, past, searched, subjects

__all__ = [
    "ACTIONS",
    "HOLDS",
    "VERIFY",
    "Change",
    "about",
    "called",
    "change",
    "changed_since",
    "column_label",
    "customer_of",
    "dealing_word",
    "due",
    "due_count",
    "headings",
    "held",
    "holds",
    "holds_for",
    "href_of",
    "inventory",
    "keepings",
    "kind_of",
    "last_check",
    "name_for",
    "object_labels",
    "past",
    "records_of",
    "request",
    "requests",
    "row_of",
    "searched",
    "seen_by",
    "subjects",
    "table_label",
    "touched",
    "waiting_count",
]
