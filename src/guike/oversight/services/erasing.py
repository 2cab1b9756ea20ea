"""Erasing a person's data in one transaction (个人信息保护法 第四十七条; 08-quality privacy).

Values go out of rows and their histories; names and numbers out of texts; files off the disk. What a contract or a hold needs is locked away
(`Keeping`) until its day. The audit trail stays verifiable: each sealed row that differs is signed for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pghistory.models
from django.db.models import Field, Model
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from guike.oversight import rules
from guike.oversight.models import PersonalRequest
from guike.oversight.selectors.people import holds
from guike.oversight.services import gathering, keeping, overwriting
from guike.oversight.services.gathering import Found, Someone
from guike.platform import clock, privacy
from guike.platform.models import Attachment
from guike.platform.privacy import GONE, Erase


@dataclass(frozen=True)
class Edit:
    """One row: its values before and after. `own`: it is the person's; `proves`: which of the columns prove a contract."""

    found: Found
    pk: Any
    before: dict[str, Any]
    after: dict[str, Any]
    own: bool
    proves: frozenset[str] = frozenset()


@dataclass
class Plan:
    """Everything that erasing does, worked out and not done."""

    who: Someone
    edits: list[Edit] = field(default_factory=list)
    contexts: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    pauses: list[rules.Pause] = field(default_factory=list)
    shared: list[tuple[str, Any]] = field(default_factory=list)

    def kept(self, edit: Edit) -> list[tuple[rules.Pause, dict[str, Any]]]:
        """What of a row is locked away, and by what: each hold keeps all of it, contracts what proves them. Histories need none: the row tells."""
        today, values = clock.today(), {name: value for name, value in edit.before.items() if value}
        if edit.found.is_history:
            return []
        contract = rules.kept_until([one for one in self.pauses if not one.everything], True, today)
        proving = {name: value for name, value in values.items() if name in edit.proves}
        found = [(contract, proving)] if contract and proving else []
        return found + [(one, values) for one in self.pauses if values and one.everything and rules.kept_until([one], False, today)]


def plan(kind: str, pk: int) -> Plan | None:
    """What erasing this person would do now; None where there is nobody."""
    who = gathering.someone(kind, pk)
    if who is None:
        return None
    made = Plan(who)
    retained = privacy.retained(kind, pk)
    made.pauses = [rules.Pause(one.words, one.until) for one in retained if not one.blocks]
    placed = holds(kind, pk).filter(released_on__isnull=True)
    made.pauses += [rules.Pause(f"{one.get_ground_display()}：{one.reason}", one.until, everything=True, hold_id=one.pk) for one in placed]
    for found in gathering.gathered(who):
        made.edits += list(_edits(found, who))
    made.contexts = list(_contexts(made))
    made.files = list(files_of(who))
    made.shared = gathering.shared_with(who, _everything_said(who))
    return made


def _everything_said(who: Someone) -> rules.Identity:
    """The numbers and accounts of the row itself, shared ones too."""
    values: dict[str, list[str]] = {"name": [], "phone": [], "code": []}
    for one in privacy.columns_of(type(who.row)):
        if one.identifies and one.is_of(who.row) and (value := getattr(who.row, one.column)):
            values[one.identifies] += [value] if isinstance(value, str) else value
    return rules.identity(values["name"], values["phone"], values["code"])


def _edits(found: Found, who: Someone) -> Iterator[Edit]:
    columns = gathering.own_columns(found.of)
    proves = frozenset(one.column for one in columns if one.contract)
    for row in found.own:
        after = {one.column: _emptied(row, one) for one in columns if one.is_of(row) and getattr(row, one.column, None)}
        texts = [one.column for one in privacy.columns_of(found.of) if one.erase is Erase.TEXT]
        after |= _without(row, texts, who.identity.pattern(near=True))
        yield from _edit(found, row, after, own=True, proves=proves)
    for row, near in found.mentions:
        yield from _edit(found, row, _without(row, gathering.text_columns(found.of), who.identity.pattern(near=near)), own=False)


def _edit(found: Found, row: Any, after: dict[str, Any], *, own: bool, proves: frozenset[str] = frozenset()) -> Iterator[Edit]:
    before = {name: getattr(row, name) for name in after}
    if not found.is_history:
        for name, value in after.items():
            setattr(row, name, value)
        after = {**after, **_derived(row)}
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    if changed:
        yield Edit(found, row.pk, {name: before[name] for name in changed if name in before}, changed, own, proves)


def _derived(row: Model) -> dict[str, Any]:
    """What follows from the other columns, where it differs."""
    return {name: value for name, value in privacy.rebuilt(row).items() if getattr(row, name, None) != value}


def _emptied(row: Any, one: privacy.Personal) -> Any:
    if one.erase is Erase.REPLACED:
        return GONE
    column: Field = row._meta.get_field(one.column)
    return None if column.null else column.get_default()


def _without(row: Any, columns: list[str], pattern: str) -> dict[str, Any]:
    """The texts of a row in which something was found, without it; no longer than the column takes."""
    found = {}
    for name in columns:
        value = getattr(row, name, None)
        if value in (None, "", [], {}):
            continue
        left = rules.without(value, pattern)
        if left != value:
            most = getattr(row._meta.get_field(name), "max_length", None)
            found[name] = left[:most] if isinstance(left, str) else left
    return found


def _contexts(made: Plan) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Notes beside histories (who, which verb, why) whose reason names the person, without the name."""
    near = {row.pgh_context_id for edit in made.edits if edit.found.is_history for row in edit.found.own}
    notes: Any = pghistory.models.Context.objects
    for rows, is_near in ((notes.filter(pk__in=[pk for pk in near if pk]), True), (notes.all(), False)):
        pattern = made.who.identity.pattern(near=is_near)
        for note in gathering.naming(rows, KT("metadata__why"), made.who.identity, near=is_near):
            left = rules.without(note.metadata["why"], pattern)
            if left != note.metadata["why"]:
                yield note.pk, {**note.metadata, "why": left}


def files_of(who: Someone) -> Iterator[Attachment]:
    """Files that are the person's: those of a private customer and of its follow-ups, copies that were made for somebody's request."""
    asked = PersonalRequest.objects.filter(subject_kind=who.kind, subject_id=who.pk).values_list("pk", flat=True)
    pairs: list[tuple[str, list[int]]] = [("personal_copy", list(asked)), *((kind, [pk]) for kind, pk in who.selves)]
    if who.kind == gathering.CUSTOMER:
        pairs.append(("follow_up", list(gathering.follow_ups_of(who))))
    for kind, ids in pairs:
        yield from Attachment.objects.filter(subject_kind=kind, subject_id__in=ids).exclude(sha256="")


def carry_out(made: Plan, request: PersonalRequest, *, who: str) -> dict[str, int]:
    """Do it. The caller holds the transaction and the request's row. Returns figures."""
    overwriting.hold_the_sealer()
    why = _("个人信息请求 %(number)s") % {"number": request.number}
    rows = _sealed_rows(made)
    locked = keeping.lock_away(made, request)
    models = {edit.found.model for edit in made.edits}
    with overwriting.overwriting(rows, who=who, why=why), overwriting.guards_lifted(models):
        for edit in sorted(made.edits, key=lambda one: one.found.is_history):
            overwriting.write(edit.found.model, edit.pk, edit.after)
        for pk, metadata in made.contexts:
            pghistory.models.Context.objects.filter(pk=pk).update(metadata=metadata)
    files = keeping.remove_files(made.files, made.pauses, request)
    return {"rows": len([one for one in made.edits if not one.found.is_history]), "kept": locked, "files": files}


def _sealed_rows(made: Plan) -> dict[str, set[int]]:
    """Rows of the trail that will differ."""
    tables = overwriting.trail_tables()
    found = overwriting.rows_of_contexts(pk for pk, _metadata in made.contexts)
    for edit in made.edits:
        table = edit.found.model._meta.db_table
        if table in tables:
            found.setdefault(table, set()).add(edit.pk)
    return found
