"""One fact told to people: rows in the writer's transaction, mail and robots by the worker (PLT-06)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from guike.platform import clock, jobs
from guike.platform.notifications import registry, rules
from guike.platform.notifications.models import Choice, Delivery, Habit, MailServer, Notice, Robot
from guike.platform.ui import navigation

Words = str | Callable[[], str]
DELIVER = "guike.deliver"


@dataclass(frozen=True)
class _Fact:
    kind: registry.Kind
    title: Words
    text: Words
    href: str
    subject: tuple[str, int | None]
    key: str
    at: datetime

    def said(self, language: str) -> tuple[str, str]:
        """Title and text in one language."""
        with translation.override(language):
            title, text = (words() if callable(words) else str(words) for words in (self.title, self.text))
        return title[:200], text[:500]


def notify(
    kind: str,
    *,
    people: Iterable[int] = (),
    accounts: Iterable[int] = (),
    role: str = "",
    everybody: bool = False,
    title: Words,
    text: Words = "",
    href: str = "",
    key: str,
    subject: tuple[str, int | None] = ("", None),
    besides: Iterable[int | None] = (),
) -> int:
    """Tell a fact to people (ids), to accounts, to whoever holds a role; `besides` are people left out: who did it knows.

    `key` names the fact: whoever was told it already is not told again, by no channel. `title` and `text` may be callables, said
    in each reader's language. Returns how many messages are new in the program.
    """
    wanted = {*people, *(registry.people_with_role(role) if role else ())} - {person for person in besides if person}
    readers = _readers(wanted, set(accounts), everybody)
    if not readers:
        return 0
    fact = _Fact(registry.kind(kind), title, text, href[:300], subject, key[:100], clock.now())
    with transaction.atomic():
        chosen = _chosen(fact.kind, readers)
        told = _on_page(fact, [reader for reader in readers if chosen[reader.pk, "page"]])
        outgoing = _mails(fact, [reader for reader in readers if chosen[reader.pk, "mail"]])
        outgoing += _robots(fact, readers)
        send_out(outgoing)
    return told


def _readers(people: set[int], accounts: set[int], everybody: bool) -> list[Any]:
    """The open accounts of these people. One query."""
    rows = get_user_model()._default_manager.filter(is_active=True, person__active=True).select_related("person")
    return list((rows if everybody else rows.filter(Q(person_id__in=people) | Q(pk__in=accounts))).order_by("pk"))


def _chosen(kind: registry.Kind, readers: Sequence[Any]) -> dict[tuple[int, str], bool]:
    """(account, channel) → wanted, the kind's default where the person never chose. One query."""
    found = {(reader.pk, channel): channel in kind.channels for reader in readers for channel, _label in Choice.CHANNELS}
    rows = Choice.objects.filter(account__in=readers, kind=kind.code)
    return found | {(pk, channel): wanted for pk, channel, wanted in rows.values_list("account_id", "channel", "wanted")}


def _on_page(fact: _Fact, readers: Sequence[Any]) -> int:
    known = set(Notice.objects.filter(account__in=readers, key=fact.key).values_list("account_id", flat=True))
    rows = []
    for reader in readers:
        if reader.pk not in known:
            title, text = fact.said(reader.language)
            rows.append(
                Notice(
                    account=reader,
                    kind=fact.kind.code,
                    title=title,
                    text=text,
                    href=fact.href,
                    subject_kind=fact.subject[0],
                    subject_id=fact.subject[1],
                    key=fact.key,
                    at=fact.at,
                )
            )
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        navigation.forget_counts_of(row.account_id)
    return len(rows)


def _mails(fact: _Fact, readers: Sequence[Any]) -> list[Delivery]:
    """One mail each, held back where the person gets a digest; none while no mail server is set up."""
    readers = [reader for reader in readers if reader.person.email]
    if not readers or not MailServer.objects.filter(active=True).exists():
        return []
    habits = {habit.account_id: habit for habit in Habit.objects.filter(account__in=readers)}
    found = []
    for reader in readers:
        habit = habits.get(reader.pk) or Habit(account=reader)
        held = habit.digest and not fact.kind.urgent
        if held and fact.kind.in_digest:
            continue
        state = Delivery.State.HELD if held else Delivery.State.WAITING
        quiet = rules.Quiet(habit.quiet_from, habit.quiet_until, habit.workdays)
        found.append(_delivery(fact, f"mail:{reader.pk}:{fact.key}", reader.language, quiet, channel="mail", account=reader, state=state))
    return found


def _robots(fact: _Fact, readers: Sequence[Any]) -> list[Delivery]:
    """One message a robot, whoever of its people it concerns; named in the text. One query."""
    found = []
    for robot in Robot.objects.filter(active=True, kinds__contains=[fact.kind.code]):
        names = [reader.person.name for reader in readers if not robot.people or reader.person_id in robot.people]
        if names:
            row = _delivery(fact, f"robot:{robot.pk}:{fact.key}", "zh-hans", rules.Quiet(), channel="robot", robot=robot)
            row.title = f"{'、'.join(names[:8])}{'…' if len(names) > 8 else ''}：{row.title}"[:200]
            found.append(row)
    return found


def _delivery(fact: _Fact, key: str, language: str, quiet: rules.Quiet, **more: Any) -> Delivery:
    title, text = fact.said(language)
    now = clock.local(fact.at)
    due = now if fact.kind.urgent else rules.release_at(now + rules.GATHER, quiet, registry.is_workday)
    return Delivery(
        kind=fact.kind.code,
        title=rules.veiled(title),
        text=rules.veiled(text),
        href=fact.href,
        key=key,
        created_at=fact.at,
        due_at=due,
        **more,
    )


def send_out(deliveries: Sequence[Delivery]) -> None:
    """Write deliveries that are new, and let the worker take those that may go at once; the others wait for the minute's round."""
    if not deliveries:
        return
    keys = [one.key for one in deliveries]
    known = set(Delivery.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [one for one in deliveries if one.key not in known]
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    now = clock.now()
    ready = Delivery.objects.filter(key__in=[one.key for one in new], state=Delivery.State.WAITING, due_at__lte=now)
    for pk in ready.values_list("pk", flat=True):
        jobs.defer(DELIVER, delivery_id=pk)
