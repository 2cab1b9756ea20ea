"""The verbs of market finds (CUS-08)."""

from guike.marketing.services.answering import accept, give_back
from guike.marketing.services.collecting import FIELDS, add_find, change_find, derive, drop_find
from guike.marketing.services.distributing import remove_route, save_route, send, send_by_rules, set_terms
from guike.marketing.services.outcomes import customer_changed, customers_changed, refresh_outcomes
from guike.marketing.services.recalling import fall_back

__all__ = [
    "FIELDS",
    "accept",
    "add_find",
    "change_find",
    "customer_changed",
    "customers_changed",
    "derive",
    "drop_find",
    "fall_back",
    "give_back",
    "refresh_outcomes",
    "remove_route",
    "save_route",
    "send",
    "send_by_rules",
    "set_terms",
]
