"""Tags on some customers, coloured, and a view that the area manager shares with her team (PLT-10)."""

from datetime import date
from random import Random
from typing import Any

from guike.customers import services
from guike.organisation.selectors import viewer_of_person
from guike.platform import dictionaries
from guike.platform.access import SYSTEM
from guike.platform.dictionaries.services import change_entry
from guike.platform.ui.lists import saved
from guike.wiring.demo.size import Size

SEED = 20261123
COLOURS = {"key_account": "accent", "price_sensitive": "warn", "slow_payer": "danger", "exhibition": "neutral"}
TAGGED = 90
LATE_A = {
    "q": "",
    "where": {"all": [{"field": "next_due", "op": "overdue"}]},
    "sort": "next_step",
    "columns": ["name", "grade", "owner", "last_contact", "next_step", "purchases", "tags"],
    "quick": {"grade": ["A"]},
    "group": "",
}


def tag_and_share(accounts: list[Any], staff: Any, today: date, size: Size) -> None:
    """Its own dice: what the rest of the company rolls stays the same."""
    random = Random(SEED)  # noqa: S311 — a demo must be the same every time
    for word in (one for one in dictionaries.entries("customer_tag") if one.code in COLOURS):
        change_entry(word.id, actor=SYSTEM, label=word.label, colour=COLOURS[word.code])
    for account in random.sample(accounts, size.of(TAGGED)):
        tags = random.sample(list(COLOURS), random.choice((1, 1, 2)))
        services.tag(account.row.pk, add=tags, actor=SYSTEM)
    manager = viewer_of_person(staff.people["林晓燕"])
    assert manager, "the area manager has an account"  # noqa: S101
    saved.save_view(actor=manager, list_code="customer", name="A 级超期未联系", base="all", kept=LATE_A, audience="team")
