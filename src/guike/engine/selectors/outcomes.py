"""What holds for whom: standings, their history, their distribution (POL-04, POL-11)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F

from guike.engine.metrics.measure import literal
from guike.engine.models.decision import Decision, Override, Standing
from guike.engine.models.policy import Policy
from guike.engine.policies.content import Content
from guike.engine.policies.holding import KEPT
from guike.engine.rulebook import Rulebook, content_of
from guike.platform import clock
from guike.platform.access import Viewer, require, row, rows


@dataclass(frozen=True)
class Held:
    """One outcome of one subject as a badge shows it. `tone`: 0 best … 3 worst of the version's outcomes, None for no outcome."""

    policy_code: str
    policy_title: str
    is_primary: bool
    subject_id: int
    outcome: str
    label: str
    computed: str
    computed_label: str
    score: Decimal | None
    rank: int
    tone: int | None
    since: date
    as_of: date
    strategy: str
    override_until: date | None
    decision_id: int | None

    @property
    def asks_nothing(self) -> bool:
        """A customer that simply stays with its owner: true of nearly all, so a badge would tell nothing (POL-02 holding)."""
        return self.outcome == KEPT


def standings(viewer: Viewer, subject_kind: str, subject_ids: Iterable[int]) -> dict[int, list[Held]]:
    """Outcomes of several subjects under all active policies, primary first. Subjects out of the viewer's sight are left out."""
    seen = list(rows(viewer, subject_kind).filter(pk__in=list(subject_ids)).values_list("pk", flat=True))
    return standings_of(subject_kind, seen)


def standings_of(subject_kind: str, subject_ids: Iterable[int]) -> dict[int, list[Held]]:
    """The same for a caller that has let the viewer through already."""
    seen = list(subject_ids)
    found = (
        Standing.objects.filter(subject_kind=subject_kind, subject_id__in=seen, policy__active=True)
        .exclude(outcome="")
        .select_related("policy", "override")
        .order_by("subject_id", "-policy__is_primary", "policy_id")
    )
    book = Rulebook(clock.today())
    held: dict[int, list[Held]] = {pk: [] for pk in seen}
    for one in found:
        held[one.subject_id].append(_held(one, book))
    return held


def standing(viewer: Viewer, subject_kind: str, subject_id: int) -> list[Held]:
    """Outcomes of one subject, primary first; `Http404` when out of sight."""
    row(viewer, subject_kind, subject_id, "view")
    return standings(viewer, subject_kind, [subject_id]).get(subject_id, [])


def _held(one: Standing, book: Rulebook) -> Held:
    content = book.content(one.policy.code) if one.policy.code in book.versions else None
    best = content.outcome(one.outcome.split("+")[0]) if content else None
    return Held(
        policy_code=one.policy.code,
        policy_title=one.policy.title,
        is_primary=one.policy.is_primary,
        subject_id=one.subject_id,
        outcome=one.outcome,
        label=content.label(one.outcome) if content else one.outcome,
        computed=one.computed,
        computed_label=content.label(one.computed) if content else one.computed,
        score=one.score,
        rank=one.rank,
        tone=tone(content, one.rank),
        since=one.since,
        as_of=one.as_of,
        strategy=best.strategy if best else "",
        override_until=one.override.ends_on if one.override else None,
        decision_id=one.decision_id,
    )


def tone(content: Content | None, rank: int) -> int | None:
    """A rank on the scale of four colours: first 0, last 3, the others between."""
    last = len(content.outcomes) - 1 if content else 0
    if not 0 <= rank <= last:
        return None
    return 0 if last == 0 else round(rank * 3 / last)


def primary_policy(subject_kind: str = "customer") -> Policy | None:
    """The policy whose outcome is *the* grade."""
    return Policy.objects.filter(subject_kind=subject_kind, is_primary=True, active=True).first()


def primary_standings_sql(subject_kind: str) -> str:
    """SQL for joins in lists and refreshes: subject_id, outcome, rank, score, since under the primary policy. Constant text."""
    policy = f"SELECT id FROM engine_policy WHERE is_primary AND active AND subject_kind = {literal(subject_kind)}"  # noqa: S608 — literal
    return f"SELECT subject_id, outcome, rank, score, since FROM engine_standing WHERE policy_id = ({policy})"  # noqa: S608 — literal


@dataclass(frozen=True)
class Change:
    """One dated line of a subject's history under a policy. `until` is the day before the next change."""

    decision_id: int
    as_of: date
    until: date | None
    previous: str
    outcome: str
    label: str
    score: Decimal | None
    reasons: str
    trigger: str
    version: int
    override: Override | None


def outcome_history(viewer: Viewer, subject_kind: str, subject_id: int, policy_code: str, limit: int = 200) -> list[Change]:
    """The newest `limit` changes, oldest first, labels as the version of that time had them."""
    row(viewer, subject_kind, subject_id, "view")
    return changes_of(subject_kind, subject_id, policy_code, limit)


def changes_of(subject_kind: str, subject_id: int, policy_code: str, limit: int = 200) -> list[Change]:
    """The same for a caller that has let the viewer through already."""
    found = Decision.objects.filter(subject_kind=subject_kind, subject_id=subject_id, policy__code=policy_code)
    decisions = list(found.select_related("policy_version", "override", "override__signer").order_by("-as_of", "-id")[:limit])[::-1]
    ends = [later.as_of for later in decisions[1:]] + [None]
    return [
        Change(
            one.pk,
            one.as_of,
            date.fromordinal(end.toordinal() - 1) if end else None,
            one.previous,
            one.outcome,
            content_of(one.policy_version).label(one.outcome),
            one.score,
            f"{one.reasons}：{one.override.reason}" if one.override else one.reasons,
            one.get_trigger_display(),
            one.policy_version.number,
            one.override,
        )
        for one, end in zip(decisions, ends, strict=False)
    ]


def distribution(viewer: Viewer, policy_code: str) -> list[tuple[str, str, int]]:
    """Outcome, label, number of subjects the viewer may see; best first."""
    require(viewer, "policy", "view")
    policy = Policy.objects.get(code=policy_code)
    counted = Standing.objects.filter(policy=policy, subject_id__in=rows(viewer, policy.subject_kind).values("pk")).exclude(outcome="")
    book = Rulebook(clock.today())
    content = book.content(policy_code) if policy_code in book.versions else None
    found = counted.values("outcome", "rank").annotate(n=Count("pk")).order_by("rank", "outcome")
    return [(one["outcome"], content.label(one["outcome"]) if content else one["outcome"], one["n"]) for one in found]


def movements(viewer: Viewer, policy_code: str, since: date, until: date, limit: int = 100) -> Sequence[Decision]:
    """Changes of outcome between two days, both included, of subjects the viewer may see; newest first."""
    require(viewer, "policy", "view")
    policy = Policy.objects.get(code=policy_code)
    found = Decision.objects.filter(policy=policy, as_of__range=(since, until)).exclude(outcome=F("previous"))
    seen = rows(viewer, policy.subject_kind).values("pk")
    return list(found.filter(subject_id__in=seen).exclude(previous="").order_by("-as_of", "-id")[:limit])
