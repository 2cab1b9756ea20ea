"""What the wizard writes: several domains' verbs in one transaction, so that a step is saved whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from guike.engine import services as engine
from guike.organisation import rules as organisation_rules
from guike.organisation import selectors as organisation_selectors
from guike.organisation import services as organisation
from guike.platform.access import Viewer
from guike.platform.errors import Refused


@dataclass(frozen=True)
class Joined:
    """Somebody added in the quick table, with the one-time password if a login was typed."""

    name: str
    login: str
    password: str


class RowRefused(Refused):
    """A line of the quick table is at fault: `row` counts from 0."""

    def __init__(self, row: int, refusal: Refused):
        super().__init__(refusal.message, field=refusal.field, code=refusal.code)
        self.row = row


@transaction.atomic
def save_company(values: Mapping[str, str], own_name: str, *, actor: Viewer) -> None:
    """The company's facts, and what the administrator is called."""
    organisation.save_company(actor=actor, **values)  # type: ignore[arg-type]
    if own_name and own_name != actor.name and actor.person_id:
        organisation.change_person(actor.person_id, actor=actor, name=own_name)


@transaction.atomic
def add_people(lines: Iterable[tuple[int, Mapping[str, Any]]], *, actor: Viewer) -> list[Joined]:
    """The lines of the quick table as people with posts and logins. Raises `RowRefused` with the line; then nothing is written."""
    joined = []
    for row, line in lines:
        try:
            joined.append(_add(line, actor))
        except Refused as refusal:
            raise RowRefused(row, refusal) from refusal
    return joined


def _add(line: Mapping[str, Any], actor: Viewer) -> Joined:
    path = organisation_rules.split_path(line["department"])
    department = organisation.department_for_path(path, actor=actor) if path else None
    role = line["role"] or (organisation_rules.likely_role(line["title"], department.function) if department else "")
    person, password = organisation.add_colleague(
        actor=actor, name=line["name"], department=department.pk if department else None, role=role, title=line["title"], login=line["login"]
    )
    if line["heads"] and department:
        organisation.change_department(department.pk, actor=actor, head_id=person.pk)
    return Joined(person.name, line["login"], password)


@transaction.atomic
def install_packs(codes: Iterable[str], *, actor: Viewer) -> int:
    """Install the chosen packs; returns how many policies are new."""
    return sum(len(engine.install_pack(code, actor=actor)) for code in codes)


def go_on(step: str, following: str, *, actor: Viewer, skipped: bool = False) -> None:
    """Remember where the wizard continues."""
    if skipped:
        organisation.note_wizard_step(step, actor=actor, skipped=True)
    organisation.note_wizard_step(following, actor=actor)


def wizard_open() -> bool:
    """Is the wizard still waiting to be finished or dismissed?"""
    return organisation_selectors.company().wizard_finished_at is None
