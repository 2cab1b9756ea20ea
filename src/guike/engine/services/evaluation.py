"""Running policies: one statement decides for all subjects and writes what changed (POL-04, PRF-3)."""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from guike.engine.events import PolicyTookEffect, StandingsChanged
from guike.engine.models.decision import Override, Run, Standing
from guike.engine.policies.compile import InForce
from guike.engine.policies.quota import quota_groups
from guike.engine.rulebook import Rulebook, rules_read_once
from guike.engine.services import signatures
from guike.engine.services.statement import Deciding
from guike.platform import clock, events
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused
from guike.platform.verbs import verb

#: Namespace of the advisory locks that keep two runs of one policy apart.
LOCK = 4_710_001
#: Up to this many changed subjects are named in the event; beyond, upper domains refresh all.
NAMED = 500


@dataclass(frozen=True)
class Evaluated:
    """What one run did. `kept` False: a newer evaluation stands, this one only reports. `problem`: why it did not run."""

    code: str
    title: str
    version: int
    as_of: date
    subjects: int = 0
    changed: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    seconds: Decimal = Decimal(0)
    kept: bool = True
    run_id: int | None = None
    problem: str = ""


@verb("engine.evaluate")
def evaluate(
    policy_codes: Iterable[str] | None = None,
    *,
    as_of: date | None = None,
    subject_kind: str | None = None,
    subject_ids: Sequence[int] | None = None,
    reading: Collection[str] | None = None,
    trigger: str = "demand",
    actor: Viewer,
) -> list[Evaluated]:
    """Run policies as of a day: named ones or all in force; for all subjects or for some (a fact changed).

    `reading`: only those that read one of these columns of the subject's record, because nothing else changed. A quota counts
    everybody, so it runs when it is named or everybody is judged, not when one subject's facts change. Decisions are written for
    changes only. A day before the newest evaluation reports and writes nothing. Refuses an unknown policy and a day in the future;
    without names, a policy that cannot run is reported in `problem`.
    """
    require(actor, "policy", "evaluate")
    with rules_read_once():
        if policy_codes is None and reading is not None:
            policy_codes = _reading(reading, as_of or clock.today(), everybody=subject_ids is None)
        return run_policies(policy_codes, as_of=as_of, subject_kind=subject_kind, subject_ids=subject_ids, trigger=trigger, actor=actor)


def _reading(columns: Collection[str], day: date, *, everybody: bool) -> list[str]:
    book = Rulebook(day)
    read = book.reading(columns)
    return [code for code in book.versions if code in read and _runs(book, code, everybody=everybody)]


def run_policies(
    policy_codes: Iterable[str] | None = None,
    *,
    as_of: date | None,
    subject_kind: str | None,
    subject_ids: Sequence[int] | None,
    trigger: str,
    actor: Viewer,
) -> list[Evaluated]:
    """`evaluate` for services that have authorised their own verb."""
    day = as_of or clock.today()
    if day > clock.today():
        raise Refused(_("判定日 %(day)s 在今天之后，还没有数据") % {"day": day}, field="as_of")
    book = Rulebook(day)
    named = list(policy_codes) if policy_codes is not None else None
    codes = named if named is not None else [code for code in book.versions if _runs(book, code, everybody=subject_ids is None)]
    if subject_kind:
        codes = [code for code in codes if book.holding(code).content.subject == subject_kind]
    holding = [book.holding(code) for code in book.in_order(codes)]
    if not holding:
        return []
    _lock([found.policy_id for found in holding])
    runs = _begun(book, holding, subject_ids is None, trigger, actor)
    results = []
    for found, run in zip(holding, runs, strict=True):
        try:
            results.append(_run(book, found, run, subject_ids, actor))
        except Refused as refusal:
            if named is not None:
                raise
            results.append(Evaluated(found.content.code, found.content.title, found.number, day, problem=str(refusal)))
    Run.objects.bulk_update(runs, ["subjects", "changed", "outcomes", "groups", "seconds"])
    return results


def _runs(book: Rulebook, code: str, *, everybody: bool = True) -> bool:
    """Does a policy decide by itself? Cadences follow, authorities wait for a request, quotas count everybody or nobody."""
    return book.content(code).kind not in {"cadence", "authority", "entitlement", *(() if everybody else ("quota",))}


def _begun(book: Rulebook, holding: Sequence[InForce], everyone: bool, trigger: str, actor: Viewer) -> list[Run]:
    """A run of each policy, in the order in which they will be decided."""
    older = _older([found.policy_id for found in holding], book.as_of)
    return Run.objects.bulk_create(
        Run(
            policy_id=found.policy_id,
            policy_version_id=found.version_id,
            as_of=book.as_of,
            everyone=everyone,
            kept=found.policy_id not in older,
            trigger=trigger,
            started_by_id=actor.person_id,
            started_at=clock.now(),
        )
        for found in holding
    )


def _run(book: Rulebook, found: InForce, run: Run, ids: Sequence[int] | None, actor: Viewer) -> Evaluated:
    started = time.monotonic()
    if found.content.kind == "quota":
        _count_groups(book, found, run)
    elif found.content.kind == "cadence":
        raise Refused(_("《%(title)s》是频次制度，按它跟随的等级排联系，不单独判定") % {"title": found.content.title})
    elif found.content.kind == "authority":
        raise Refused(_("《%(title)s》规定谁来批，有申请时才用到，不单独判定") % {"title": found.content.title})
    elif found.content.kind == "entitlement":
        raise Refused(_("《%(title)s》是待遇表，随等级生效，不单独判定") % {"title": found.content.title})
    else:
        _decide(book, found, run, ids, actor)
    run.seconds = Decimal(str(round(time.monotonic() - started, 3)))
    return _result(found, run)


def _lock(policy_ids: list[int]) -> None:
    """One run of a policy at a time, until the transaction ends; everybody takes them in the order of the rulebook."""
    with connection.cursor() as cursor:
        ordered = "SELECT id FROM unnest(%s::int[]) WITH ORDINALITY AS wanted(id, place) ORDER BY place OFFSET 0"
        cursor.execute(f"SELECT pg_advisory_xact_lock(%s, id) FROM ({ordered}) wanted", [LOCK, policy_ids])  # noqa: S608 — our own text


def _result(found: InForce, run: Run) -> Evaluated:
    return Evaluated(
        found.content.code,
        found.content.title,
        found.number,
        run.as_of,
        run.subjects,
        run.changed,
        run.outcomes,
        run.seconds,
        run.kept,
        run.pk,
    )


def _older(policy_ids: Sequence[int], day: date) -> set[int]:
    """Those of which there is a kept evaluation of everybody as of a later day."""
    later = Run.objects.filter(policy_id__in=policy_ids, everyone=True, kept=True, as_of__gt=day)
    return set(later.order_by().values_list("policy_id", flat=True).distinct())


def _decide(book: Rulebook, found: InForce, run: Run, ids: Sequence[int] | None, actor: Viewer) -> None:
    if ids is None:
        _fit_for_many()
    deciding = Deciding(book.compiling(found.content, ids), found, run)
    rows = _fetch(deciding.write() if run.kept else deciding.report())
    run.outcomes = {row[0]: row[1] for row in rows}
    run.subjects = sum(row[1] for row in rows)
    run.changed = rows[0][2] if rows else 0
    if found.mode == "propose" and run.kept:
        signatures.send_proposals(found.policy_id, actor=actor)
    if run.changed:
        _tell(found, run, ids)


def _fit_for_many() -> None:
    """Room for hashing a million subjects; compiling expressions would cost more than it saves."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off")


def _tell(found: InForce, run: Run, ids: Sequence[int] | None) -> None:
    named: tuple[int, ...] | None = tuple(ids) if ids is not None else None
    if named is None and run.changed <= NAMED:
        named = tuple(run.decisions.values_list("subject_id", flat=True))
    is_primary = found.content.primary
    events.emit(StandingsChanged(found.content.code, is_primary, found.content.subject, run.as_of, named))


def _count_groups(book: Rulebook, found: InForce, run: Run) -> None:
    groups = [group for group in quota_groups(book, found.content) if group.count > group.cap]
    run.groups = [{"group": list(group.labels), "cap": group.cap, "count": group.count, "label": group.label} for group in groups]
    run.outcomes = {"over": len(groups)}
    run.subjects = sum(group.count for group in groups)


def _fetch(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


# --- what is due ----------------------------------------------------------------------------------------------------------


@verb("engine.evaluate_due")
def evaluate_due(as_of: date | None = None, *, actor: Viewer) -> list[Evaluated]:
    """The daily round: policies whose version took effect or whose cycle turned, and overrides that began or ended.

    Safe to repeat: what ran already for the day is not due again.
    """
    require(actor, "policy", "evaluate")
    day = as_of or clock.today()
    book = Rulebook(day)
    for code, version in book.versions.items():
        if version.effective_from == day:
            events.emit(PolicyTookEffect(code, book.content(code).kind, book.content(code).subject, version.number))
    due = [code for code in book.versions if _runs(book, code) and is_due(book, code)]
    done = run_policies(due, as_of=day, subject_kind=None, subject_ids=None, trigger="cycle", actor=actor) if due else []
    for code in book.versions:
        turned = [] if code in due or not book.content(code).decides else _turned_overrides(book.versions[code].policy_id, day)
        if turned:
            done += run_policies([code], as_of=day, subject_kind=None, subject_ids=turned, trigger="override", actor=actor)
    return done


def is_due(book: Rulebook, code: str) -> bool:
    """Never run, run under another version, or run before the present cycle began."""
    version = book.versions[code]
    last = Run.objects.filter(policy_id=version.policy_id, everyone=True, kept=True).order_by("-as_of", "-id").first()
    if last is None or (last.policy_version_id != version.pk and last.as_of <= book.as_of):
        return True
    return last.as_of < cycle_start(book.content(code).cycle, book.as_of)


def cycle_start(cycle: str, day: date) -> date:
    """The day on which the cycle that holds `day` began; weeks begin on Monday."""
    starts = {
        "daily": day,
        "weekly": date.fromordinal(day.toordinal() - day.weekday()),
        "monthly": day.replace(day=1),
        "quarterly": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "yearly": day.replace(month=1, day=1),
    }
    return starts.get(cycle, date.min)


def _turned_overrides(policy_id: int, day: date) -> list[int]:
    """Subjects whose standing does not show the override in force, or shows one that ended."""
    in_force = Override.objects.filter(policy_id=policy_id, cancelled=False, from_on__lte=day, ends_on__gte=day)
    shown = Standing.objects.filter(policy_id=policy_id, override__isnull=False)
    ended = shown.filter(Q(override__ends_on__lt=day) | Q(override__cancelled=True) | Q(override__from_on__gt=day))
    pending = in_force.exclude(pk__in=shown.values("override_id"))
    return sorted({*ended.values_list("subject_id", flat=True), *pending.values_list(F("subject_id"), flat=True)})
