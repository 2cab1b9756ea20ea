"""People: added, changed, leaving, coming back (ORG-01)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from guike.organisation import events as facts
from guike.organisation import pinyin
from guike.organisation.models import Account, Department, Person, Post
from guike.organisation.services import accounts, posts
from guike.platform import clock, events, numbering
from guike.platform.access import Viewer, require, row
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

CHANGEABLE = ("number", "name", "phone", "email", "joined_on")


@verb("organisation.add_person")
def add_person(name: str, *, actor: Viewer, number: str = "", phone: str = "", email: str = "", joined_on: date | None = None) -> Person:
    """Somebody starts here. Without a number the next of the series is given."""
    require(actor, "person", "add")
    name = "".join(name.split()) if not name.isascii() else name.strip()
    if not name:
        raise Refused(_("写上姓名"), field="name")
    _refuse_number(number)
    return Person.objects.create(
        number=number.strip() or next_numbers(1)[0],
        name=name,
        pinyin=pinyin.of_name(name),
        phone=phone,
        email=email,
        joined_on=joined_on,
    )


@verb("organisation.add_colleague")
def add_colleague(
    *,
    actor: Viewer,
    name: str,
    department: int | None = None,
    role: str = "",
    title: str = "",
    supervisor: int | None = None,
    login: str = "",
    version: int | None = None,
    **values: Any,
) -> tuple[Person, str]:
    """A person with the first post and a login, as far as they are given: all of it or nothing. Returns the one-time password or ""."""
    person = add_person(name, actor=actor, **values)
    if department and role:
        posts.give_post(person.pk, department, role, actor=actor, title=title, supervisor_id=supervisor, starts_on=person.joined_on)
    if not login:
        return person, ""
    _account, password = accounts.add_account(person.pk, login, actor=actor)
    return person, password


@verb("organisation.change_person")
def change_person(pk: int, *, actor: Viewer, version: int | None = None, reason: str = "", **values: Any) -> Person:
    """Change number, name, phone, e-mail or the first day. `version` is the one the form was drawn with."""
    person = row(actor, "person", pk, "change", lock=True)
    if version is not None and version != person.version:
        raise Stale(_("%(name)s的资料刚被别人改过，刷新后再改") % {"name": person.name})
    if unknown := set(values) - set(CHANGEABLE):
        raise TypeError(f"cannot change {unknown}")
    if values.get("number", person.number) != person.number:
        _refuse_number(values["number"])
    for name, value in values.items():
        setattr(person, name, value)
    if not person.name.strip():
        raise Refused(_("写上姓名"), field="name")
    person.pinyin = pinyin.of_name(person.name)
    person.version += 1
    person.save()
    return person


@verb("organisation.person_leaves")
def person_leaves(pk: int, on: date, *, actor: Viewer, reason: str = "") -> Person:
    """Somebody's last day. Today or earlier takes effect at once: posts end, the account is shut; a later day by the nightly run."""
    person = row(actor, "person", pk, "change", lock=True)
    if person.joined_on and on < person.joined_on:
        raise Refused(_("离职日期早于入职日期 %(day)s") % {"day": person.joined_on}, field="left_on")
    if person.pk == actor.person_id:
        raise Refused(_("不能给自己办离职，可由另一位管理员来做"))
    person.left_on = on
    person.version += 1
    person.save(update_fields=["left_on", "version"])
    if on <= clock.today():
        with accounts.administrator_stays():
            _end_employment(person, on)
    return person


@verb("organisation.person_returns")
def person_returns(pk: int, *, actor: Viewer, reason: str = "") -> Person:
    """Somebody who left, or was about to, stays. The old posts stay ended; new ones are given."""
    person = row(actor, "person", pk, "change", lock=True)
    person.left_on, person.active = None, True
    person.version += 1
    person.save(update_fields=["left_on", "active", "version"])
    return person


@verb("organisation.end_due_employments")
def end_due_employments(*, actor: Viewer) -> int:
    """Let everybody go whose last day is over; returns how many. Run every business day."""
    due = list(Person.objects.select_for_update().filter(active=True, left_on__lt=clock.today()))
    for person in due:
        _end_employment(person, person.left_on)  # type: ignore[arg-type]
    return len(due)


def _end_employment(person: Person, last_day: date) -> None:
    person.active = False
    person.save(update_fields=["active"])
    held = Post.objects.filter(person=person).filter(Q(ends_on=None) | Q(ends_on__gt=last_day))
    held.filter(starts_on__gt=last_day).update(ends_on=F("starts_on"))
    held.filter(Q(starts_on=None) | Q(starts_on__lte=last_day)).update(ends_on=last_day)
    Department.objects.filter(head=person).update(head=None)
    account = Account.objects.filter(person=person, is_active=True).first()
    if account:
        accounts.shut(account)
    events.emit(facts.PersonLeft(person.pk, last_day))


def next_numbers(count: int, *, taken: set[str] | None = None) -> list[str]:
    """The next free numbers of the series: imported people may hold some of them already."""
    known = set(Person.objects.values_list("number", flat=True)) if taken is None else taken
    numbers: list[str] = []
    while len(numbers) < count:
        numbers += [number for number in numbering.take_many("person", count - len(numbers)) if number not in known]
    return numbers


def _refuse_number(number: str) -> None:
    taken = Person.objects.filter(number=number.strip()).first() if number.strip() else None
    if taken:
        raise Refused(_("工号 %(number)s 已是%(name)s的") % {"number": taken.number, "name": taken.name}, field="number")
