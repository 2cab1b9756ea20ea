"""The demo company 申衡流体控制: seeded, the same at every loading, its dates counted back from today (PLT-12)."""

from datetime import date
from random import Random
from typing import Any

from guike.platform import clock, events
from guike.wiring.demo.size import WHOLE, Size

SEED = 20261122


def load(size: Size = WHOLE) -> list[dict[str, Any]]:
    """Found the company with three years of business; returns a login for every role. Does nothing where it stands already.

    Meant for an empty database inside the caller's transaction. A smaller `size` has the same people, rules and stories.
    """
    if logins := _standing():
        return logins
    with clock.day_held() as today:
        return _found(today, size)


def _found(today: date, size: Size) -> list[dict[str, Any]]:
    from guike.wiring.demo import (
        approvals,
        automations,
        catalogue,
        contact,
        customers,
        finds,
        people,
        pool,
        relations,
        rulebook,
        tour,
        trade,
        views,
    )

    random = Random(SEED)  # noqa: S311 — a demo must be the same every time
    staff = people.found_company(today)
    items = catalogue.make_products(random, today)
    accounts = customers.make_customers(random, staff, today, size)
    rulebook.gather_statistics()
    with events.unheard():
        trade.make_orders(random, accounts, items, staff, today, size)
    rulebook.gather_statistics()
    contact.make_follow_ups(random, accounts, items, staff, today)
    rulebook.gather_statistics()
    rulebook.install(_marketing(staff))
    rulebook.assess(random, accounts, _marketing(staff), today)
    rulebook.retrace_stages(today)
    rulebook.live_through(today, size)
    contact.log_last_days(random, accounts, items, staff, today, size)
    relations.relate_some(accounts, size)
    rulebook.settle(today)
    pool.recycle_some(staff, today)
    automations.make_automations(_marketing(staff), today)
    approvals.make_requests(accounts, staff, today)
    views.tag_and_share(accounts, staff, today, size)
    customers.note_key_dates()
    customers.find_doubles()
    finds.make_finds(staff, today, size)
    tour.begin_draft(staff)
    return staff.logins


def _standing() -> list[dict[str, Any]]:
    """The logins of a demo company that was loaded before."""
    from guike.organisation.selectors import company_name, viewer_of_login
    from guike.wiring.demo.people import COMPANY, PASSWORD, PEOPLE

    if company_name() not in (COMPANY["name"], COMPANY["short_name"]):
        return []
    known = [(name, title, login) for name, _dep, _role, title, _sup, login in PEOPLE if login and viewer_of_login(login)]
    return [{"role": f"{title}（{name}）", "login": login, "password": PASSWORD} for name, title, login in known]


def _marketing(staff: Any) -> Any:
    from guike.organisation.selectors import viewer_of_person

    return viewer_of_person(staff.people["孙敏"])
