"""What the pages about policies read beyond the lists: choices, decisions as lines, texts to compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import F
from django.http import Http404

from guike.engine.metrics.registry import REGISTRY
from guike.engine.models.decision import Decision, Override
from guike.engine.models.policy import PolicyVersion
from guike.engine.policies.parse import inputs
from guike.engine.rulebook import Rulebook, content_of
from guike.engine.selectors.listing import policy, versions
from guike.engine.selectors.metrics import metric_values
from guike.platform import clock, history
from guike.platform.access import Viewer, require, row, rows
from guike.platform.errors import Refused

PAGE = 50


def outcomes_of(viewer: Viewer, code: str) -> list[tuple[str, str]]:
    """Code and label of what the version in force can decide, best first."""
    require(viewer, "policy", "view")
    content = Rulebook(clock.today()).holding(code).content
    return [(one.code, one.label) for one in content.outcomes]


def override_of(viewer: Viewer, pk: int) -> Override:
    """One override of a subject in sight; `Http404` otherwise."""
    found = Override.objects.select_related("policy", "signer").filter(pk=pk).first()
    if found is None:
        raise Http404
    row(viewer, found.subject_kind, found.subject_id, "view")
    return found


@dataclass(frozen=True)
class DecisionLine:
    """One decision as the list shows it: whose, from what to what, by which version, why."""

    pk: int
    as_of: date
    policy_code: str
    title: str
    version: int
    subject_kind: str
    subject_id: int
    number: str
    name: str
    url: str
    previous: str
    previous_label: str
    outcome: str
    label: str
    rank: int
    direction: str
    score: Any
    reasons: str
    trigger: str
    overridden: bool


@dataclass(frozen=True)
class Asked:
    """What the list of decisions is narrowed to; `before` is the id of the last line of the page before."""

    policy: str = ""
    previous: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None
    trigger: str = ""
    before: int | None = None


def decisions(viewer: Viewer, asked: Asked, subject_kind: str = "customer") -> tuple[list[DecisionLine], int | None]:
    """A page of changes of subjects in sight, newest first, and the id to go on from (None at the end)."""
    require(viewer, "policy", "view")
    found = Decision.objects.filter(subject_kind=subject_kind, subject_id__in=rows(viewer, subject_kind).values("pk")).exclude(
        outcome=F("previous")
    )
    narrowed = {"policy__code": asked.policy, "previous": asked.previous, "outcome": asked.outcome, "trigger": asked.trigger}
    found = found.filter(**{name: value for name, value in narrowed.items() if value})
    if asked.since:
        found = found.filter(as_of__gte=asked.since)
    if asked.until:
        found = found.filter(as_of__lte=asked.until)
    if asked.before:
        found = found.filter(pk__lt=asked.before)
    page = list(found.select_related("policy", "policy_version").order_by("-pk")[: PAGE + 1])
    return _lines(page[:PAGE], subject_kind), page[PAGE - 1].pk if len(page) > PAGE else None


def _lines(page: Sequence[Decision], subject_kind: str) -> list[DecisionLine]:
    subject = REGISTRY.subject(subject_kind)
    model = apps.get_model(subject.model)
    named = {
        pk: (number, name)
        for pk, number, name in model._default_manager.filter(pk__in={one.subject_id for one in page}).values_list(
            "pk", subject.number, subject.name
        )
    }
    return [_line(one, *named.get(one.subject_id, ("", "")), subject.url) for one in page]


def _line(one: Decision, number: Any, name: Any, url: str) -> DecisionLine:
    content = content_of(one.policy_version)
    before, after = content.rank(one.previous), content.rank(one.outcome)
    return DecisionLine(
        pk=one.pk,
        as_of=one.as_of,
        policy_code=one.policy.code,
        title=one.policy.title,
        version=one.policy_version.number,
        subject_kind=one.subject_kind,
        subject_id=one.subject_id,
        number=str(number),
        name=str(name),
        url=url.format(id=one.subject_id) if url else "",
        previous=one.previous,
        previous_label=content.label(one.previous),
        outcome=one.outcome,
        label=content.label(one.outcome),
        rank=after,
        direction="" if not one.previous or before == after else "up" if after < before else "down",
        score=one.score,
        reasons=one.reasons,
        trigger=one.get_trigger_display(),
        overridden=one.override_id is not None,
    )


@dataclass(frozen=True)
class Wording:
    """A text that can be compared: a version, or a state in which the draft was once saved. `key` names it in an address."""

    key: str
    label: str
    status: str
    yaml: str
    content: dict[str, Any]
    clause_text: str

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"


def wordings(viewer: Viewer, code: str) -> list[Wording]:
    """Everything of a policy that can be set side by side, newest first: the draft, its earlier states, the versions."""
    found: list[Wording] = []
    for version in versions(viewer, code).exclude(status="withdrawn"):
        draft = version.status == "draft"
        found.append(_wording(f"v{version.number}", f"草案（第 {version.number} 版）" if draft else f"第 {version.number} 版", version))
        if draft:
            found += _earlier(version)
    return found


def _wording(key: str, label: str, version: Any) -> Wording:
    return Wording(key, label, version.status, version.yaml, version.content, version.clause_text)


def _earlier(draft: PolicyVersion) -> list[Wording]:
    """States of the draft as saved before, from its history; the present one is left out."""
    events = history.event_model(PolicyVersion).objects.filter(pgh_obj_id=draft.pk).order_by("-pgh_id")[1:20]  # type: ignore[attr-defined]
    return [
        _wording(f"s{one.pgh_id}", f"草案，{clock.local(one.pgh_created_at):%m-%d %H:%M} 保存", one)
        for one in events
        if one.yaml != draft.yaml
    ]


def wording(viewer: Viewer, code: str, key: str) -> Wording:
    """One of them; refuses a key that names none."""
    found = next((one for one in wordings(viewer, code) if one.key == key), None)
    if found is None:
        raise Refused(f"《{policy(viewer, code).title}》没有「{key[:20]}」这一版")
    return found


def draft_of(viewer: Viewer, code: str) -> PolicyVersion | None:
    """The policy's draft, if it has one."""
    return versions(viewer, code).filter(status=PolicyVersion.Status.DRAFT).first()


def version_of(viewer: Viewer, pk: int) -> PolicyVersion:
    """One version by its id; `Http404` where there is none."""
    require(viewer, "policy", "view")
    found = PolicyVersion.objects.select_related("policy").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def subject_names(viewer: Viewer, subject_kind: str, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Number and name by id, of those in sight."""
    subject = REGISTRY.subject(subject_kind)
    found = rows(viewer, subject_kind).filter(pk__in=set(ids)).values_list("pk", subject.number, subject.name)
    return {pk: (str(number), str(name)) for pk, number, name in found}


def metric_uses(viewer: Viewer, *, check: bool = True) -> dict[str, list[str]]:
    """Metric code → titles of the policies in force that look at it."""
    if check:
        require(viewer, "policy", "view")
    uses: dict[str, list[str]] = {}
    book = Rulebook(clock.today())
    for code in book.versions:
        content = book.content(code)
        for metric in inputs(content):
            uses.setdefault(metric, []).append(content.title)
    return uses


def metric_examples(viewer: Viewer, code: str, day: date, count: int) -> list[tuple[int, str, str, Any]]:
    """Some subjects in sight with their values, those with a value first."""
    metric = REGISTRY.metric(code)
    subject = REGISTRY.subject(metric.subject)
    ids = list(rows(viewer, metric.subject).order_by("pk").values_list("pk", flat=True)[: count * 3])
    values = metric_values(viewer, [code], metric.subject, ids, day)
    named = subject_names(viewer, subject.code, ids)
    found = [(pk, *named[pk], values.get(pk, {}).get(code)) for pk in ids]
    return sorted(found, key=lambda one: one[3] is None)[:count]
