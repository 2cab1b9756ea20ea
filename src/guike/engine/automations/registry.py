"""What automations are made of. Domains declare in their `automations.py`: subjects, triggers (when), actions (then)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from guike.platform.access import Viewer
from guike.platform.conditions import FieldSet

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Param:
    """One thing to fill in. `kind`: choice (of `choices`), person, text, number (whole, from `least` to `most`)."""

    code: str
    label: str
    kind: str
    choices: Callable[[], Iterable[tuple[str, Any]]] = tuple
    required: bool = True
    least: int = 0
    most: int = 3650
    default: Any = ""
    hint: str = ""


@dataclass(frozen=True)
class Subject:
    """What automations may be about: its fields for conditions, its rows, and where a row says whose it is."""

    kind: str
    label: str
    unit: str
    fields: Callable[[], FieldSet]
    rows: Callable[[], QuerySet]
    owner_of: Callable[[Any], int | None]
    department_of: Callable[[Any], int | None]
    dates: Callable[[], Mapping[str, str]] = dict
    pickers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Occasion:
    """One thing that happened to one subject; `key` names it, so that nobody acts on it twice."""

    subject_id: int
    key: str


@dataclass(frozen=True)
class Trigger:
    """When. Either `event` with `heard(event, params)`, or `each_day(params, day, rows)`; both answer occasions.

    `past(params, since, rows)`: (subject id, day) of what would have been heard, for the trial; `rows` are the subjects that meet
    the conditions now. `pause`: days before the same subject is
    acted on again, unless the automation says otherwise; events need none.
    """

    code: str
    label: str
    subject: str
    event: type | None = None
    heard: Callable[[Any, Params], Iterable[Occasion]] | None = None
    each_day: Callable[[Params, date, QuerySet], Iterable[Occasion]] | None = None
    past: Callable[[Params, date, QuerySet], Iterable[tuple[int, date]]] = lambda params, since, rows: ()
    asks: tuple[Param, ...] = ()
    pause: int = 0
    describe: Callable[[Params], str] | None = None


@dataclass(frozen=True)
class Task:
    """One action on one subject, as it is carried out. `actor` is the system under the automation's name; `because` names it."""

    subject_kind: str
    row: Model
    params: Params
    actor: Viewer
    because: str
    key: str


class Left(Exception):
    """An action had nothing to do: it is noted, and is no failure."""


@dataclass(frozen=True)
class Action:
    """Then. `run(task)` calls services and answers a sentence; it raises Left or Refused. `needs`: the right over all rows that
    whoever writes such an automation must hold, because it acts as the system does."""

    code: str
    label: str
    subject: str
    asks: tuple[Param, ...]
    run: Callable[[Task], str]
    describe: Callable[[Params], str]
    needs: tuple[str, str] | None = None


_subjects: dict[str, Subject] = {}
_triggers: dict[str, Trigger] = {}
_actions: dict[str, Action] = {}


def register_subject(subject: Subject) -> None:
    _subjects[subject.kind] = subject


def register_trigger(trigger: Trigger) -> None:
    _triggers[trigger.code] = trigger


def register_action(action: Action) -> None:
    _actions[action.code] = action


def subject(kind: str) -> Subject:
    return _subjects[kind]


def subjects() -> dict[str, Subject]:
    return dict(_subjects)


def trigger(code: str) -> Trigger | None:
    return _triggers.get(code)


def triggers() -> dict[str, Trigger]:
    return dict(_triggers)


def hearing(event: type) -> list[Trigger]:
    """The triggers that listen to an event."""
    return [one for one in _triggers.values() if one.event is event]


def action(code: str) -> Action | None:
    return _actions.get(code)


def actions(subject_kind: str) -> dict[str, Action]:
    """The actions that suit a subject; "" suits every one."""
    return {code: one for code, one in _actions.items() if one.subject in ("", subject_kind)}
