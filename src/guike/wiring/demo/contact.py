"""Follow-ups of the demo company: three years of them in bulk, the last days' through the service with promises and next steps."""

from datetime import date, time, timedelta
from random import Random
from typing import Any

from django.apps import apps
from django.utils import timezone

from guike.contact import rules
from guike.contact import services as contact
from guike.engine.activities import services as activities
from guike.engine.activities.services import Happening
from guike.organisation.selectors import viewer_of_person
from guike.platform.imports import bulk
from guike.wiring.demo import words
from guike.wiring.demo.catalogue import Item
from guike.wiring.demo.customers import Account
from guike.wiring.demo.people import Staff
from guike.wiring.demo.size import Size

HISTORY = 1_100
#: Contacts of the last three days that people wrote down themselves.
WRITTEN = 60
#: Since then the company has a rule for how often whom; before, people called half as often.
RHYTHM = 450
#: How steadily each salesperson keeps to the rhythm: the share of contacts that take place at all.
DILIGENCE = {"陈思远": 0.95, "黄可": 0.9, "赵雨桐": 0.7, "单春燕": 0.97, "仇嘉豪": 0.78, "马宏伟": 0.66}
USUAL_DILIGENCE = 0.97
WAYS = ("phone", "visit", "wechat", "invite", "online", "sms")


def make_follow_ups(random: Random, accounts: list[Account], items: list[Item], staff: Staff, today: date) -> int:
    """Contacts at the rhythm a customer's size asks for, as far as its owner kept it. Returns how many."""
    FollowUp = apps.get_model("contact.FollowUp")
    made = []
    for account in accounts:
        if account.owner:
            made += [_follow_up(FollowUp, random, account, day, items, staff) for day in _days(random, account, today)]
    made.sort(key=lambda one: (one.happened_on, one.happened_time))
    known: set[int] = set()
    for one in made:
        one.first_contact = one.customer_id not in known
        known.add(one.customer_id)
    bulk.copy_in(made)
    activities.record_many(_line(one) for one in made)
    return len(made)


def _days(random: Random, account: Account, today: date) -> list[date]:
    interval = 6 if account.yearly > 900_000 else 11 if account.yearly > 150_000 else 21 if account.buys else 14
    diligence = DILIGENCE.get(account.owner, USUAL_DILIGENCE)
    day = max(account.since + timedelta(days=2), today - timedelta(days=HISTORY))
    days = []
    while day < today - timedelta(days=2):
        if random.random() < diligence and day.weekday() < 6:
            days.append(day)
        rhythm = interval if day > today - timedelta(days=RHYTHM) else 2 * interval
        day += timedelta(days=max(2, round(random.gauss(rhythm, rhythm / 5))))
    return days


def _words(random: Random, account: Account, items: list[Item]) -> tuple[str, str, str]:
    said, feedback, step = random.choice(words.SAID)
    filled = said.format(
        product=random.choice(items).name,
        rival=random.choice(words.RIVALS),
        n=random.randrange(6, 80),
        surname=random.choice(words.SURNAMES),
        city=account.row.city,
    )
    return filled, feedback, step


def _follow_up(model: Any, random: Random, account: Account, day: date, items: list[Item], staff: Staff) -> Any:
    said, feedback, step = _words(random, account, items)
    at = time(random.randrange(8, 18), random.choice((0, 10, 15, 30, 40, 45)))
    return model(
        customer=account.row,
        person_id=staff.people[account.owner],
        department_id=staff.department_of[account.owner],
        happened_on=day,
        happened_time=at,
        method=random.choices(WAYS, weights=(9, 4, 6, 1, 2, 1))[0],
        topic=random.choice(words.TOPICS),
        said=said,
        feedback=feedback,
        next_step=step,
        recorded_at=timezone.make_aware(timezone.datetime.combine(day, at)) + timedelta(hours=1),  # type: ignore[attr-defined]
    )


def _line(one: Any) -> Happening:
    return Happening(
        kind="follow_up",
        subject_kind="customer",
        subject_id=one.customer_id,
        happened_on=one.happened_on,
        at=one.happened_time,
        source_kind="follow_up",
        source_id=one.pk,
        channel=one.method,
        person_id=one.person_id,
        text=one.said,
    )


def log_last_days(random: Random, accounts: list[Account], items: list[Item], staff: Staff, today: date, size: Size) -> None:
    """The last three days as people wrote them down: promises made, next steps set."""
    owned = [account for account in accounts if account.owner]
    for account in random.sample(owned, size.of(WRITTEN)):
        said, feedback, step = _words(random, account, items)
        day = today - timedelta(days=random.randrange(3))
        promise = (
            rules.Promise(
                random.choice(("发选型资料和样本", "给出正式报价", "答复交期", "寄 2 件样品")), today + timedelta(days=random.randrange(6))
            ),
        )
        draft = rules.Draft(
            method=random.choices(WAYS, weights=(9, 4, 6, 1, 2, 1))[0],
            said=said,
            feedback=feedback,
            happened_on=day,
            contact_ids=tuple(person.pk for person in account.contacts[:1]),
            next_on=today + timedelta(days=random.randrange(1, 12)),
            next_step=step,
            promises=promise if random.random() < 0.5 else (),
        )
        actor = viewer_of_person(staff.people[account.owner]) or _acting(staff, account)
        contact.log_follow_up(account.row.pk, draft, actor=actor)


def _acting(staff: Staff, account: Account) -> Any:
    """A salesperson without a login still wrote it down."""
    from guike.platform.access import Viewer

    department = staff.department_of[account.owner]
    person = staff.people[account.owner]
    return Viewer(
        person_id=person,
        name=account.owner,
        roles=frozenset({"salesperson"}),
        department_ids=frozenset({department}),
        department_tree_ids=frozenset({department}),
    )
