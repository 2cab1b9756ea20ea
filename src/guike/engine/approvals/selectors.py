"""Reading approvals: what waits for whom, one request with its route and trace (PLT-05). The viewer comes first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from guike.engine.approvals import registry, routing, rules
from guike.engine.metrics.registry import REGISTRY
from guike.engine.models import Approval, ApprovalAct, ApprovalSigner, ApprovalStep
from guike.engine.rulebook import Rulebook
from guike.organisation.selectors import Directory
from guike.platform import access, clock
from guike.platform.access import Viewer

DECISIONS = ("approve", "return", "reject")


def governed(kind: str) -> bool:
    """Does an authority policy in force say who signs this kind of document? Without one the domain goes on as before."""
    return routing.authority(kind, Rulebook(clock.today())) is not None


# --- whose it is ------------------------------------------------------------------------------------------------------------


def _signers(viewer: Viewer, **given: Any) -> QuerySet[ApprovalSigner]:
    return ApprovalSigner.objects.filter(approval=OuterRef("pk"), person=viewer.person_id or 0, **given)


def waits_for(viewer: Viewer) -> Q:
    """待我批: I am asked at a step whose turn it is."""
    return Q(Exists(_signers(viewer, state="waiting", step__state=rules.OPEN)), state=rules.PENDING)


def requested_by(viewer: Viewer) -> Q:
    """我发起的."""
    return Q(requested_by=viewer.person_id or 0)


def signed_by(viewer: Viewer) -> Q:
    """我批过的."""
    acts = ApprovalAct.objects.filter(approval=OuterRef("pk"), person=viewer.person_id or 0, verb__in=(*DECISIONS, "delegate"))
    return Q(Exists(acts))


def copied_to(viewer: Viewer) -> Q:
    """抄送."""
    return Q(Exists(_signers(viewer, state="copy")))


def approvals(viewer: Viewer) -> QuerySet[Approval]:
    """Every request in reach, with who is to sign now."""
    now = ApprovalSigner.objects.filter(approval=OuterRef("pk"), state="waiting", step__state=rules.OPEN).order_by("pk")
    return access.rows(viewer, "approval").annotate(waits_for=Subquery(now.values("person__name")[:1]))


def waiting(viewer: Viewer) -> QuerySet[Approval]:
    """What waits for the viewer's signature, the one due first on top."""
    if not viewer.person_id:
        return Approval.objects.none()
    mine = ApprovalSigner.objects.filter(person=viewer.person_id, state="waiting", step__state=rules.OPEN).values("approval")
    return Approval.objects.filter(pk__in=mine, state=rules.PENDING).order_by("due_on", "pk")


def waiting_count(viewer: Viewer) -> int:
    """How many wait for the viewer, for the side bar. One query."""
    return waiting(viewer).order_by().count()


def next_waiting(viewer: Viewer, after: int = 0) -> int | None:
    """The request to go on with after one was signed: the next of the own list, or its first."""
    ids = list(waiting(viewer).values_list("pk", flat=True)[:200])
    return next((pk for pk in ids if pk > after), ids[0] if ids else None) if ids != [after] else None


# --- for the domain that asks -------------------------------------------------------------------------------------------------


def of_subjects(kind: str, subject_kind: str, subject_ids: Sequence[int]) -> QuerySet[Approval]:
    """Every request of a kind about some subjects, for the domain that sent them and has authorised its reader."""
    return Approval.objects.filter(kind=kind, subject_kind=subject_kind, subject_id__in=list(subject_ids))


def live_of(kind: str, subject_kind: str, subject_ids: Sequence[int]) -> QuerySet[Approval]:
    """Those of them that still wait, for signatures or for the applicant."""
    return of_subjects(kind, subject_kind, subject_ids).filter(state__in=[rules.PENDING, rules.RETURNED])


def last_signer(approval: Any) -> int | None:
    """Who signed a request last."""
    return ApprovalAct.objects.filter(approval=approval, verb="approve").order_by("-pk").values_list("person_id", flat=True).first()


# --- one request ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Signature:
    """One person at a step: asked, or signed with what and when; `mark` is approve, return, reject, waiting or later."""

    name: str
    mark: str
    note: str = ""
    comment: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class StepShown:
    """One step as drawn: its words, how it stands, who, until when."""

    words: str
    state: str
    joint: str
    together: bool
    signatures: Sequence[Signature]
    due_on: date | None
    late: bool
    days: int


@dataclass(frozen=True)
class Trace:
    """One line of what happened."""

    at: datetime
    who: str
    what: str
    comment: str
    verb: str


@dataclass(frozen=True)
class Card:
    """A request with everything needed to decide it."""

    approval: Approval
    kind: registry.Kind
    applicant: str
    subject_url: str
    steps: Sequence[StepShown]
    copies: Sequence[str]
    trace: Sequence[Trace]
    may_sign: bool
    may_withdraw: bool
    may_remind: bool
    may_resubmit: bool
    for_whom: str
    values: Sequence[Sequence[str]]
    again_url: str = ""
    own: bool = False


def card(viewer: Viewer, pk: int, action: str = "view") -> Card:
    """One request in reach with route, signatures and trace; a fixed number of queries."""
    approval: Approval = access.row(viewer, "approval", pk, action)
    directory = Directory()
    names = directory.names
    signers = list(ApprovalSigner.objects.filter(approval=approval).select_related("step").order_by("pk"))
    acts = list(ApprovalAct.objects.filter(approval=approval).select_related("step").order_by("pk"))
    mine = [one for one in signers if one.person_id == viewer.person_id and one.state == "waiting" and one.step and one.step.state == rules.OPEN]
    own = viewer.person_id is not None and approval.requested_by_id == viewer.person_id
    pending = approval.state == rules.PENDING
    reminded = any(act.verb == "remind" and clock.local(act.at).date() == clock.today() for act in acts)
    return Card(
        approval=approval,
        kind=registry.kind(approval.kind),
        applicant=names.get(approval.requested_by_id or 0, _("制度提出")),
        subject_url=_subject_url(viewer, approval),
        steps=_steps(approval, signers, acts, directory),
        copies=[names.get(one.person_id, "") for one in signers if one.state == "copy"],
        trace=[_trace(act, names) for act in reversed(acts)],
        own=own,
        may_sign=pending and bool(mine) and not own,
        may_withdraw=own and approval.open,
        may_remind=own and pending and not reminded,
        may_resubmit=own and approval.state == rules.RETURNED,
        for_whom=next((names.get(one.seat_id, "") for one in mine if one.seat_id != viewer.person_id), ""),
        values=approval.route.get("values", []),
        again_url=again(approval) if own and (again := registry.kind(approval.kind).again) else "",
    )


def _subject_url(viewer: Viewer, approval: Approval) -> str:
    """The subject's page, for who may see the subject."""
    subject = REGISTRY.subjects.get(approval.subject_kind)
    if subject is None or not subject.url or not access.rows(viewer, approval.subject_kind).filter(pk=approval.subject_id).exists():
        return ""
    return subject.url.format(id=approval.subject_id)


def _steps(approval: Approval, signers: Sequence[Any], acts: Sequence[Any], directory: Directory) -> list[StepShown]:
    decided: dict[int, list[Any]] = defaultdict(list)
    for act in acts:
        if act.verb in DECISIONS and act.step_id:
            decided[act.step_id].append(act)
    asked: dict[int, list[Any]] = defaultdict(list)
    for one in signers:
        if one.state == "waiting" and one.step_id:
            asked[one.step_id].append(one)
    found, place = [], None
    for step in ApprovalStep.objects.filter(approval=approval, round=approval.round).order_by("place", "position"):
        if step.state == rules.VOID and not decided[step.pk]:
            continue
        signatures = [_signed(act, directory) for act in decided[step.pk]] + [_asked(one, directory) for one in asked[step.pk]]
        if step.state == rules.WAITING and not signatures:
            signatures = [Signature(directory.names.get(person, ""), "later") for person in _expected(approval, step, directory)]
        late = step.state == rules.OPEN and step.due_on is not None and step.due_on < clock.today()
        joint = _("会签") if step.sign == rules.ALL else _("任一人签") if len(signatures) > 1 and step.state != rules.PASSED else ""
        found.append(StepShown(step.words, step.state, joint, step.place == place, signatures, step.due_on, late, step.days))
        place = step.place
    return found


def _signed(act: Any, directory: Directory) -> Signature:
    for_whom = _("代%(name)s") % {"name": directory.names.get(act.seat_id, "")} if act.seat_id != act.person_id else ""
    return Signature(directory.names.get(act.person_id, ""), act.verb, for_whom, act.comment, act.at)


def _asked(one: Any, directory: Directory) -> Signature:
    return Signature(directory.names.get(one.person_id, ""), "waiting", one.why)


def _expected(approval: Approval, step: ApprovalStep, directory: Directory) -> list[int]:
    """Who would be asked if the step's turn came today."""
    if named := step.rule.get("person_id"):
        return [named]
    return list(routing.signers(routing.step_of(step.rule), directory, approval.requested_by_id, approval.facts.get("owner")))


def _trace(act: Any, names: Mapping[int, str]) -> Trace:
    """「林晓燕 转交 给孙敏」"""
    what = str(act.get_verb_display())
    if act.verb == "add":
        place = _("先签") if act.detail.get("place") == "before" else _("后签")
        what = _("加签%(name)s%(place)s") % {"name": names.get(act.to_id, ""), "place": place}
    elif act.verb == "delegate":
        what = _("转交给%(name)s") % {"name": names.get(act.to_id, "")}
    elif act.verb == "deputy":
        what = _("%(seat)s不在，由%(name)s代签") % {"seat": names.get(act.seat_id, ""), "name": names.get(act.to_id, "")}
    elif act.verb == "replace":
        what = _("改由%(name)s签") % {"name": names.get(act.to_id, "")}
    elif act.verb in ("remind", "notice"):
        people = "、".join(names.get(person, "") for person in act.detail.get("people", []))
        what = f"{what} {people}".strip()
    elif act.seat_id and act.seat_id != act.person_id:
        what = _("%(what)s（代%(name)s）") % {"what": what, "name": names.get(act.seat_id, "")}
    return Trace(act.at, names.get(act.person_id, _("系统")), what, act.comment, act.verb)
