"""What another grade would change for one subject, before anybody sets it (POL-10): entitlements, due days, the pool, the owner's cap."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.models import Activity
from guike.engine.models.decision import Standing
from guike.engine.models.obligation import Obligation
from guike.engine.obligations import registry, rules
from guike.engine.obligations.requirements import Requirement
from guike.engine.policies.catalogue import OUTCOME
from guike.engine.policies.content import Content
from guike.engine.policies.entitlement import Change, changes
from guike.engine.policies.holding import CONTACT, DEAL, remaining
from guike.engine.rulebook import Rulebook, rules_read_once
from guike.engine.selectors.cadence import cadence_requirements
from guike.engine.selectors.entitlements import tables
from guike.engine.selectors.metrics import metric_values
from guike.organisation import selectors as organisation
from guike.organisation.calendar import is_workday
from guike.platform import clock
from guike.platform.access import Viewer, row, rows

NOTHING = "—"


@dataclass(frozen=True)
class Preview:
    """From which outcome to which, what changes line by line, what to heed, and the clauses that say so."""

    before: str
    after: str
    lines: tuple[Change, ...]
    warnings: tuple[str, ...]
    sources: tuple[str, ...]


def preview(viewer: Viewer, subject_kind: str, subject_id: int, policy: str, outcome: str) -> Preview:
    """Today's state against the day after the change. Nothing is written; the viewer must see the subject."""
    found = row(viewer, subject_kind, subject_id, "view")
    with rules_read_once():
        book = Rulebook(clock.today())
        grading = book.holding(policy)
        held = Standing.objects.filter(policy_id=grading.policy_id, subject_kind=subject_kind, subject_id=subject_id).first()
        before = held.outcome if held else ""
        owner = getattr(found, book.registry.subject(subject_kind).owner or "", None)
        case = _Case(viewer, book, subject_kind, subject_id, policy, grading.policy_id, before, outcome, owner)
        known = tables(book, policy)
        given = [one for table in known for one in changes(table.grants, before, outcome)]
        more = [*case.due_days(), *case.pool_days()] if outcome != before else []
        return Preview(
            grading.content.label(before),
            grading.content.label(outcome),
            (*more, *given),
            tuple(case.full()) if outcome != before else (),
            tuple(book.source(table.code) for table in known) if given else (),
        )


@dataclass(frozen=True)
class _Case:
    """One subject that would get another outcome of one grading."""

    viewer: Viewer
    book: Rulebook
    kind: str
    subject_id: int
    policy: str
    policy_id: int
    before: str
    after: str
    owner: int | None

    def due_days(self) -> Iterator[Change]:
        """The next contact of every cadence that follows the grading: as it stands on the list, as it would be reckoned."""
        asked = [one for one in cadence_requirements(self.book.as_of) if one.outcome_policy_id == self.policy_id and one.outcome == self.after]
        standing = Obligation.objects.filter(kind="cadence", subject_kind=self.kind, subject_id=self.subject_id, state__in=["open", "snoozed"])
        following = [code for code in self.book.versions if self._follows(code, "cadence")]
        present = {one.policy_id or 0: one for one in standing.filter(policy__code__in=following)}
        wanted = {one.policy_id: one for one in asked if self.owner is not None}
        for policy_id in dict.fromkeys([*present, *wanted]):
            open_, requirement = present.get(policy_id), wanted.get(policy_id)
            was, becomes = open_.due_on if open_ else None, self._due_on(requirement) if requirement else None
            if was != becomes:
                title = requirement.title if requirement else open_.title if open_ else ""
                yield Change("due_on", _("下次%(title)s") % {"title": title}, _day(was), _day(becomes))

    def _due_on(self, asked: Requirement) -> date:
        counting = Activity.objects.filter(subject_kind=self.kind, subject_id=self.subject_id, current=True, happened_on__lte=self.book.as_of)
        counting = counting.filter(channel__in=asked.channels) if asked.channels else counting.exclude(channel="")
        last = counting.order_by("-happened_on").values_list("happened_on", flat=True).first()
        cadence = rules.Cadence(asked.interval_days, frozenset(asked.channels), asked.rest_day)
        taken = registry.subjects(self.kind).rows().filter(pk=self.subject_id).first()
        return rules.due_on(cadence, last, max(self.book.as_of, asked.in_force_from), is_workday, taken[-1] if taken else None)

    def pool_days(self) -> Iterator[Change]:
        """How many days are left until the pool takes the subject."""
        if self.owner is None:
            return
        for code in self.book.versions:
            if self._follows(code, "holding"):
                was, becomes = (self._left(self.book.content(code), outcome) for outcome in (self.before, self.after))
                if was != becomes:
                    yield Change("pool", _("距进公海"), was, becomes)

    def _left(self, content: Content, outcome: str) -> str:
        found = metric_values(self.viewer, [CONTACT, DEAL], self.kind, [self.subject_id], self.book.as_of).get(self.subject_id, {})
        left = remaining(content, {**found, f"{OUTCOME}{self.policy}": outcome})
        if left is None:
            return NOTHING
        return _("还有 %(n)s 天（%(why)s）") % {"n": left.days, "why": left.words} if left.days > 0 else _("今夜（%(why)s）") % {"why": left.words}

    def full(self) -> Iterator[str]:
        """Caps of the owner that the new outcome would break."""
        if self.owner is None:
            return
        name = organisation.person_names([self.owner]).get(self.owner, "")
        for code in self.book.versions:
            content = self.book.content(code)
            for cap in content.caps if content.kind == "quota" and "owner" in content.per else ():
                if cap.outcome == self.after and self._follows_table(content) and (held := self._held()) + 1 > cap.cap:
                    names = {"name": name, "label": cap.label, "n": held, "cap": cap.cap, "clause": self.book.source(code)}
                    yield _("%(name)s名下%(label)s已有 %(n)s 家，上限 %(cap)s 家（%(clause)s）；调级照做，之后要调整负责人") % names

    def _held(self) -> int:
        """How many others with the new outcome the owner has."""
        own: Any = {self.book.registry.subject(self.kind).owner: self.owner}
        mine = rows(self.viewer, self.kind).filter(**own).exclude(pk=self.subject_id).order_by().values("pk")
        return Standing.objects.filter(policy_id=self.policy_id, subject_kind=self.kind, outcome=self.after, subject_id__in=mine).count()

    def _follows(self, code: str, kind: str) -> bool:
        content = self.book.content(code)
        return content.kind == kind and content.follows == self.policy

    def _follows_table(self, content: Content) -> bool:
        return content.from_table in self.book.versions and self.book.content(content.from_table).follows == self.policy


def _day(day: date | None) -> str:
    return day.isoformat() if day else NOTHING
