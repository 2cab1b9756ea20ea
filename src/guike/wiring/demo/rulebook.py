"""Packs, assessments and the evaluations of the last half year: grades with a past, duties kept, due and overdue."""

from datetime import date, timedelta
from random import Random
from typing import Any

from django.apps import apps
from django.db import connection

from guike.contact.services import upkeep
from guike.customers import rules as customer_rules
from guike.customers import services as customers
from guike.engine import services as engine
from guike.engine.obligations import services as obligations
from guike.engine.services import Entry
from guike.platform import events
from guike.platform.access import SYSTEM, Viewer
from guike.wiring.demo.customers import Account
from guike.wiring.demo.size import Size

PACKS = ("channel", "service")
YEARS = 3


def install(actor: Viewer) -> None:
    for pack in PACKS:
        engine.install_pack(pack, actor=actor)


def assess(random: Random, accounts: list[Account], actor: Viewer, today: date) -> int:
    """What finance and sales entered by hand: punctuality, our share, feedback; older values behind newer ones."""
    entries: list[Entry] = []
    for account in accounts:
        if account.buys and random.random() < 0.75:
            entries += _values(random, account, today)
    return engine.assess_many(entries, actor=actor)


def _values(random: Random, account: Account, today: date) -> list[Entry]:
    good = random.random() < 0.65
    entries = []
    for days in (230, 100, 20):
        day = today - timedelta(days=days + random.randrange(15))
        if day <= account.since:
            continue
        values: dict[str, Any] = {
            "payment.on_time_rate": round(random.uniform(90, 100) if good else random.uniform(62, 93), 1),
            "loyalty.wallet_share": random.randrange(35, 90) if good else random.randrange(10, 60),
            "feedback.per_quarter": random.randrange(2, 6) if good else random.randrange(0, 3),
            "loyalty.level": random.choice(("high", "medium") if good else ("medium", "low")),
        }
        entries += [Entry(metric, account.row.pk, value, day, source="季度评价") for metric, value in values.items()]
    return entries


def live_through(today: date, size: Size) -> None:
    """Month by month the policies ran, week by week contacts fell due: the past becomes decisions and duties."""
    runs = sorted(_month_starts(today, size.months))
    weeks = [today - timedelta(days=7 * n) for n in range(size.weeks, 0, -1)]
    with events.unheard():
        for day in sorted({*runs, *weeks}):
            if day in runs:
                engine.evaluate(as_of=day, trigger="cycle", actor=SYSTEM)
            if day in weeks:
                upkeep.refresh_cadences(actor=SYSTEM, on=day)
            if day == runs[0]:
                gather_statistics()
        engine.evaluate(as_of=today, trigger="cycle", actor=SYSTEM)


def retrace_stages(today: date) -> None:
    """Who had become a customer, a long-term one or a lost one by each quarter's end: the funnel has a past."""
    known = apps.get_model("customers.Customer").objects.order_by("pk")
    with events.unheard():
        for day in sorted(_month_starts(today, YEARS * 12))[::3]:
            customers.refresh_figures(as_of=day)
            ids = known.filter(registered_on__lt=day).values_list("pk", flat=True)
            customers.advance_stages(list(ids), as_of=day, actor=SYSTEM)


def settle(today: date) -> None:
    """Today: files, figures, stages, what is due and what is late."""
    items = customer_rules.DEFAULT_REQUIREMENTS["company", "agent"]
    customers.set_requirement("company", "agent", items, days=30, actor=SYSTEM)  # agents' files are to be complete in a month
    customers.refresh_figures()
    for _step in range(2):
        customers.advance_stages(actor=SYSTEM, reason="")
    upkeep.turn_the_day()
    work_off(today)
    engine.evaluate(as_of=today, trigger="demand", actor=SYSTEM)
    customers.refresh_figures()


def work_off(today: date) -> None:
    """Most of what alerts asked for was done in its week; every seventh stayed undone and went up the chain."""
    Obligation = apps.get_model("engine.Obligation")
    asked = Obligation.objects.filter(kind="alert", state__in=("open", "snoozed"), due_on__lt=today).order_by("pk")
    for place, (pk, due) in enumerate(asked.values_list("pk", "due_on")):
        if place % 7:
            obligations.fulfil(pk, actor=SYSTEM, on=due - timedelta(days=place % 4))


def gather_statistics() -> None:
    """The planner is told what the fresh tables look like; otherwise it takes them for empty until this transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _month_starts(today: date, count: int) -> set[date]:
    starts, day = set(), today.replace(day=1)
    for _month in range(count):
        starts.add(day)
        day = (day - timedelta(days=1)).replace(day=1)
    return starts
