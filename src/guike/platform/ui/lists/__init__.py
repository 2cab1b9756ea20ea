"""Lists: one class per object says what is shown, sorted, filtered, totalled, done in bulk and exported (PLT-10, PRF-1)."""

from guike.platform.ui.lists.columns import Action, BulkAction, Column, Group, Phone, Quick, View
from guike.platform.ui.lists.page import ListPage
from guike.platform.ui.lists.place import Place, place
from guike.platform.ui.lists.state import BadState

__all__ = ["Action", "BadState", "BulkAction", "Column", "Group", "ListPage", "Phone", "Place", "Quick", "View", "place"]
