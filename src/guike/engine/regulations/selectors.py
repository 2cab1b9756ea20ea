"""Reading documents: versions, clauses as a reader sees them, what is without a rule and what is without a clause (POL-09)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.engine.models.policy import Policy, PolicyVersion
from guike.engine.models.regulation import Clause, Regulation, RegulationVersion
from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.grant_table import Table, table
from guike.engine.policies.parse import parse
from guike.engine.regulations import anchors, carriers
from guike.engine.regulations.carriers import Chip
from guike.engine.regulations.rules import Said, article
from guike.engine.regulations.wording import Known
from guike.engine.rulebook import Rulebook, faces_known
from guike.platform import clock
from guike.platform.access import Viewer, require

READING, SUBJECT = "reading", "regulation"
NAMED = re.compile(r"《([^《》]+)》(第[一二三四五六七八九十百零]+条)")


def known(as_of: date | None = None) -> Known:
    """What a document may name on a day: every policy by its newest text, or, with a day, by the text then in force."""
    return Known(faces_known(), texts(as_of))


def texts(as_of: date | None = None) -> Mapping[str, Mapping[str, Any]]:
    """Policy code → its text as a tree: in force on the day; without a version then, the newest one. Numbers of a table stand in it."""
    day = as_of or clock.today()
    found = (
        PolicyVersion.objects.filter(policy__active=True)
        .exclude(status="withdrawn")
        .select_related("policy")
        .order_by("policy_id", "number")
    )
    trees: dict[str, Mapping[str, Any]] = {}
    for version in found.only("policy__code", "content", "status", "effective_from", "superseded_on"):
        begun = version.status == "published" and version.effective_from is not None and version.effective_from <= day
        if begun or version.policy.code not in trees:
            trees[version.policy.code] = version.content
    return anchors.tabled(trees)


# --- documents and versions -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """One line of the list of documents."""

    regulation: Regulation
    current: RegulationVersion | None
    upcoming: RegulationVersion | None
    draft: RegulationVersion | None
    clauses: int


def regulations(viewer: Viewer, as_of: date | None = None) -> list[Listed]:
    """Every document with its version in force, the next one and its draft. Three queries."""
    require(viewer, "regulation", "view")
    day = as_of or clock.today()
    by_document: dict[int, list[RegulationVersion]] = {}
    for version in RegulationVersion.objects.exclude(status="withdrawn").defer("yaml").order_by("number"):
        by_document.setdefault(version.regulation_id, []).append(version)
    counts: dict[int, int] = {}
    for version_id in Clause.objects.exclude(version__status="withdrawn").order_by().values_list("version_id", flat=True):
        counts[version_id] = counts.get(version_id, 0) + 1
    return [_listed(one, by_document.get(one.pk, []), day, counts) for one in Regulation.objects.select_related("department")]


def _listed(one: Regulation, its: Sequence[RegulationVersion], day: date, counts: Mapping[int, int]) -> Listed:
    published = [version for version in its if version.status == "published" and version.effective_from]
    current = next((version for version in reversed(published) if version.effective_from and version.effective_from <= day), None)
    upcoming = next((version for version in published if version.effective_from and version.effective_from > day), None)
    draft = next((version for version in its if version.status == "draft"), None)
    shown = current or upcoming or draft
    return Listed(one, current, upcoming, draft, counts.get(shown.pk, 0) if shown else 0)


def regulation(viewer: Viewer, code: str) -> Regulation:
    """One document; `Http404` for an unknown code."""
    require(viewer, "regulation", "view")
    found = Regulation.objects.select_related("department").filter(code=code).first()
    if found is None:
        raise Http404(_("没有这份制度文件"))
    return found


def versions(viewer: Viewer, code: str) -> QuerySet[RegulationVersion]:
    """All versions, newest first."""
    found = regulation(viewer, code)
    return found.versions.select_related("published_by", "drafted_by").order_by("-number")


def version(viewer: Viewer, code: str, number: int | None = None, as_of: date | None = None) -> RegulationVersion:
    """A version by its number; without one the version in force, else the coming one, else the draft."""
    found = [one for one in versions(viewer, code).select_related("regulation") if number is None or one.number == number]
    day = as_of or clock.today()
    if number is None:
        begun = [one for one in found if one.status == "published" and one.effective_from and one.effective_from <= day]
        found = begun or [one for one in found if one.status != "withdrawn"]
    if not found:
        raise Http404(_("没有这一版"))
    return found[0]


def version_by_id(viewer: Viewer, pk: int) -> RegulationVersion:
    require(viewer, "regulation", "view")
    found = RegulationVersion.objects.select_related("regulation").filter(pk=pk).first()
    if found is None:
        raise Http404(_("没有这一版"))
    return found


# --- clauses as read ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Read:
    """A clause for a reader: numbers filled in, its carriers as chips, the policies among them; with the table where a table of entitlements carries it."""

    clause: Clause
    article: str
    paragraphs: tuple[str, ...]
    chips: tuple[Chip, ...]
    policies: tuple[str, ...]
    table: Table | None = None

    @property
    def orphan(self) -> bool:
        """Nothing carries it out, and nobody is said to."""
        return not self.chips

    @property
    def broken(self) -> tuple[Chip, ...]:
        return tuple(chip for chip in self.chips if chip.missing)


@dataclass(frozen=True)
class Chapter:
    number: int
    title: str
    clauses: tuple[Read, ...]


def reckoned_on(version: RegulationVersion) -> date:
    """As of when a version's numbers are read: today, for one that was superseded its last day, for a coming one its first."""
    today = clock.today()
    if version.superseded_on and version.superseded_on <= today:
        return version.superseded_on - timedelta(days=1)
    return max(today, version.effective_from or today)


def chapters(viewer: Viewer, version: RegulationVersion) -> list[Chapter]:
    """A whole version as it is read."""
    require(viewer, "regulation", "view")
    faces, trees = faces_known(), texts(reckoned_on(version))
    found: dict[int, list[Read]] = {}
    names: dict[int, str] = {}
    for clause in version.clauses.all():
        names[clause.chapter_number] = clause.chapter
        found.setdefault(clause.chapter_number, []).append(_read(viewer, clause, faces, trees))
    return [Chapter(number, names[number], tuple(its)) for number, its in found.items()]


def _read(viewer: Viewer, clause: Clause, faces: Mapping[str, Face], trees: Mapping[str, Mapping[str, Any]]) -> Read:
    text = anchors.filled(clause.text, trees)
    return Read(
        clause=clause,
        article=article(clause.number),
        paragraphs=tuple(line.strip() for line in text.splitlines() if line.strip()),
        chips=tuple(carriers.chips(viewer, clause.carried_by, faces)),
        policies=tuple(dict.fromkeys(policies_of(clause))),
        table=_table(policies_of(clause), faces, trees),
    )


def _table(policies: Sequence[str], faces: Mapping[str, Face], trees: Mapping[str, Mapping[str, Any]]) -> Table | None:
    """The table of entitlements among the policies, as the day of the version has it (POL-10)."""
    code = next((one for one in policies if trees.get(one, {}).get("kind") == "entitlement"), None)
    return table(parse(trees[code], Catalogue(policies=faces)).content, faces) if code else None


def policies_of(clause: Clause) -> list[str]:
    """Codes of the policies that carry a clause out."""
    found = [carriers.read(text) for text in clause.carried_by]
    return [one.code for one in found if one is not None and one.kind == "policy"]


def said(version: RegulationVersion) -> list[Said]:
    """The clauses of a version with their numbers filled in, to be compared."""
    trees = texts(reckoned_on(version))
    return [
        Said(one.key, one.number, one.chapter, one.title, anchors.filled(one.text, trees), tuple(one.carried_by))
        for one in version.clauses.all()
    ]


def clause(viewer: Viewer, code: str, key: str) -> tuple[RegulationVersion, Read]:
    """One clause of the version in force."""
    found = version(viewer, code)
    row = found.clauses.filter(key=key).first()
    if row is None:
        raise Http404(_("《%(title)s》没有这一条") % {"title": found.title})
    return found, _read(viewer, row, faces_known(), texts(reckoned_on(found)))


def place_of(viewer: Viewer, policy: str) -> tuple[str, str] | None:
    """In which document and under which key a policy's clause stands today; None where no document names it."""
    require(viewer, "regulation", "view")
    rows = (
        Clause.objects.filter(in_force(clock.today(), "version__")).order_by("version_id", "number").select_related("version__regulation")
    )
    return next(((row.version.regulation.code, row.key) for row in rows if policy in policies_of(row)), None)


def href_of(name: str) -> str:
    """The address of a clause as refusals name it: 《客户管理制度》第十六条, with or without 「，第 1 版」 behind; empty for an unknown one."""
    found = NAMED.search(name)
    if found is None:
        return ""
    rows = Clause.objects.filter(in_force(clock.today(), "version__"), version__title=found.group(1)).select_related("version__regulation")
    row = next((one for one in rows if article(one.number) == found.group(2)), None)
    return reverse("engine:regulation_clause", args=[row.version.regulation.code, row.key]) if row else ""


# --- gaps -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gaps:
    """Clauses without a rule: (document, version, clause as read); policies in force that no clause names."""

    clauses: tuple[tuple[RegulationVersion, Read], ...]
    policies: tuple[tuple[Policy, PolicyVersion], ...]


def gaps(viewer: Viewer) -> Gaps:
    """What is written and not carried out, and what is carried out and not written, today."""
    require(viewer, "regulation", "view")
    faces, trees = faces_known(), texts()
    open_clauses = []
    named: set[str] = set()
    for row in (
        Clause.objects.filter(in_force(clock.today(), "version__")).select_related("version__regulation").order_by("version_id", "number")
    ):
        named.update(policies_of(row))
        read = _read(viewer, row, faces, trees)
        if read.orphan or read.broken:
            open_clauses.append((row.version, read))
    book = Rulebook(clock.today())
    without = [(one.policy, one) for code, one in book.versions.items() if code not in named]
    return Gaps(tuple(open_clauses), tuple(without))


def in_force(day: date, prefix: str = "") -> Q:
    """The condition that keeps versions in force on a day."""
    return Q(**{f"{prefix}status": "published", f"{prefix}effective_from__lte": day}) & (
        Q(**{f"{prefix}superseded_on": None}) | Q(**{f"{prefix}superseded_on__gt": day})
    )
