"""Submitting a request, opening its steps one after another, and what happens when the last one is passed (PLT-05)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from guike.engine.approvals import duties, registry, routing, rules
from guike.engine.events import ApprovalAsked, ApprovalDecided
from guike.engine.models import Approval, ApprovalAct, ApprovalSigner, ApprovalStep
from guike.engine.policies import facts
from guike.engine.policies.authority import step_words
from guike.engine.policies.compile import InForce
from guike.engine.policies.content import Content, Step
from guike.engine.rulebook import Rulebook
from guike.organisation.calendar.selectors import add_workdays
from guike.organisation.selectors import Directory
from guike.platform import clock, events, numbering
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb

Verb = ApprovalAct.Verb
COMMENT = 500


@dataclass(frozen=True)
class Request:
    """What a domain asks to be signed. `facts` are codes of `policies.facts`; `changes` are (label, before, after) in words.

    `payload` comes back with the callback; `owner_id` is who owns the subject (signs steps of `who: owner`).
    """

    kind: str
    subject_kind: str
    subject_id: int
    title: str
    subject_name: str = ""
    amount: Decimal | None = None
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    changes: Sequence[tuple[str, str, str]] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    department_id: int | None = None


@verb("approvals.submit")
def submit(request: Request, *, actor: Viewer, reason: str = "") -> Approval:
    """Send a request on its way. The verb that calls this has authorised its own record; `actor` is the applicant, SYSTEM for nobody.

    Refuses where no authority policy is in force for the kind, and where a step has nobody who could sign. A route without steps
    is approved at once, and the domain is called back before this returns.
    """
    book, directory = Rulebook(clock.today()), Directory()
    found = routing.authority(request.kind, book)
    if found is None:
        raise Refused(_("还没有规定「%(kind)s」由谁批，先发布一份核决权限") % {"kind": registry.kind(request.kind).label}, code="no_authority")
    given = _facts(request, actor, directory)
    values = routing.measured(found.content, request.subject_kind, request.subject_id, clock.today(), given)
    way = routing.route(found.content, values, book.catalogue, directory, actor.person_id, request.owner_id)
    approval = _create(request, actor, directory, values)
    set_out(approval, found, way, directory, request.owner_id)
    note(approval, Verb.SUBMIT, actor, comment=request.reason)
    advance(approval, actor)
    return approval


def _facts(request: Request, actor: Viewer, directory: Directory) -> dict[str, Any]:
    role = directory.primary_roles.get(actor.person_id or 0, "")
    given = {"request.applicant_role": role or None, **request.facts}
    if request.amount is not None:
        given.setdefault("request.amount", request.amount)
    if unknown := [code for code in given if facts.fact(code) is None and not code.startswith("context.")]:
        raise ValueError(f"{request.kind}: undeclared facts {unknown}")
    return given


def _create(request: Request, actor: Viewer, directory: Directory, values: Mapping[str, Any]) -> Approval:
    base = actor.person_id or request.owner_id or 0
    return Approval.objects.create(
        number=numbering.take("approval"),
        kind=request.kind,
        subject_kind=request.subject_kind,
        subject_id=request.subject_id,
        subject_name=request.subject_name[:120],
        title=request.title[:160],
        amount=request.amount,
        reason=request.reason.strip()[:COMMENT],
        facts={**values, "owner": request.owner_id},
        changes=[{"label": str(label), "before": str(before), "after": str(after)} for label, before, after in request.changes],
        payload=dict(request.payload),
        requested_by_id=actor.person_id,
        department_id=request.department_id or directory.departments.get(base),
        requested_at=clock.now(),
        requested_on=clock.today(),
    )


def _clause(book: Rulebook, content: Content) -> str:
    """Under which clause somebody signs; with the table's where that names the signers by grade (POL-10)."""
    own = book.clause(content.code)
    return _("%(clause)s，批准人按%(source)s") % {"clause": own, "source": book.source(content.code)} if content.from_table else own


def set_out(approval: Approval, found: InForce, way: routing.Route, directory: Directory, owner: int | None) -> None:
    """Write down the route: why, the steps in their places, who gets a copy."""
    approval.policy_id, approval.policy_version_id = found.policy_id, found.version_id
    approval.clause = _clause(Rulebook(clock.today()), found.content)[:80]
    approval.route = {
        "code": way.code,
        "label": way.label,
        "row": way.place + 1,
        "reason": way.reason,
        "values": [list(pair) for pair in way.values],
        "version": found.number,
        "title": found.content.title,
    }
    approval.save(update_fields=["policy", "policy_version", "clause", "route"])
    places = rules.places([step.together for step in way.steps])
    ApprovalStep.objects.bulk_create(
        _step(approval, step, place, number) for number, (step, place) in enumerate(zip(way.steps, places, strict=True))
    )
    copied = routing.copies(way.steps, directory, approval.requested_by_id, owner)
    known = set(approval.signers.filter(state="copy").values_list("person_id", flat=True))
    ApprovalSigner.objects.bulk_create(
        ApprovalSigner(approval=approval, person_id=person, seat_id=person, state="copy", asked_at=clock.now(), why=_("制度规定抄送"))
        for person in copied
        if person not in known
    )


def _step(approval: Approval, step: Step, place: int, position: int) -> ApprovalStep:
    return ApprovalStep(
        approval=approval,
        round=approval.round,
        place=place,
        position=position,
        words=step_words(step)[:80],
        sign=step.sign,
        rule=asdict(step),
        days=step.days,
        remind=step.remind,
        escalation_days=list(step.escalation_days),
    )


def note(approval: Approval, what: str, actor: Viewer, **given: Any) -> ApprovalAct:
    """Write one entry of the trace."""
    comment = str(given.pop("comment", "")).strip()[:COMMENT]
    return ApprovalAct.objects.create(approval=approval, verb=what, person_id=actor.person_id, comment=comment, at=clock.now(), **given)


# --- step by step -----------------------------------------------------------------------------------------------------------


def current(approval: Approval) -> list[ApprovalStep]:
    """The steps of the present round, in order."""
    return list(ApprovalStep.objects.filter(approval=approval, round=approval.round).order_by("place", "position"))


def advance(approval: Approval, actor: Viewer) -> None:
    """Open what comes next; approve the request where nothing is left. The request's row is locked by the caller."""
    steps = current(approval)
    waiting = [step.place for step in steps if step.state == rules.WAITING]
    opened = [step.place for step in steps if step.state == rules.OPEN]
    place = rules.next_place(waiting, opened)
    if place is not None:
        for step in steps:
            if step.place == place and step.state == rules.WAITING:
                _open(approval, step, actor)
    elif not opened:
        finish(approval, rules.APPROVED, actor)
    _due(approval)


def _open(approval: Approval, step: ApprovalStep, actor: Viewer) -> None:
    """The step's turn: ask those who sign today, and their deputies."""
    due = add_workdays(clock.today(), step.days)
    moved = ApprovalStep.objects.filter(pk=step.pk, state=rules.WAITING).update(state=rules.OPEN, opened_at=clock.now(), due_on=due)
    if not moved:
        raise Refused(_("这一步刚被别人动过，刷新再看"), code="stale")
    step.state, step.due_on = rules.OPEN, due
    ask(approval, step, seats(approval, step, Directory()), actor)


def seats(approval: Approval, step: ApprovalStep, directory: Directory) -> list[int]:
    """For whom signatures are asked at a step today; where a post fell vacant meanwhile, the nearest superior, else an administrator."""
    applicant, owner = approval.requested_by_id, approval.facts.get("owner")
    if named := step.rule.get("person_id"):
        found = [named] if named in directory.present else directory.chain(named)[:1]
    else:
        found = list(routing.signers(routing.step_of(step.rule), directory, applicant, owner))
    if not found:
        base = applicant if applicant is not None else owner
        found = [*directory.chain(base)[:1]] or directory.roles.get("administrator", [])
    return [person for person in found if person != applicant]


def ask(approval: Approval, step: ApprovalStep, seated: Sequence[int], actor: Viewer, why: str = "") -> list[ApprovalSigner]:
    """Ask each seat, and the deputy of whoever is absent; a duty for those who can act."""
    directory, made, taken = Directory(), [], set(step.signers.filter(state="waiting").values_list("person_id", flat=True))
    for seat in seated:
        deputy = directory.deputy(seat)
        for person in (seat, deputy):
            if person is None or person in taken or person == approval.requested_by_id:
                continue
            words = why if person == seat else _("代%(name)s") % {"name": directory.names.get(seat, "")}
            made.append(ApprovalSigner(approval=approval, step=step, person_id=person, seat_id=seat, asked_at=clock.now(), why=words))
            taken.add(person)
    ApprovalSigner.objects.bulk_create(made)
    acting = [one for one in made if one.person_id != one.seat_id or directory.deputy(one.seat_id) in (None, approval.requested_by_id)]
    duties.open_for(approval, step, [one.person_id for one in acting], actor=actor)
    events.emit(ApprovalAsked(approval.pk, tuple(one.person_id for one in made), approval.title))
    return made


def _due(approval: Approval) -> None:
    """The nearest end of an open step, for the list."""
    open_steps = ApprovalStep.objects.filter(approval=approval, round=approval.round, state=rules.OPEN)
    approval.due_on = open_steps.order_by("due_on").values_list("due_on", flat=True).first()
    Approval.objects.filter(pk=approval.pk).update(due_on=approval.due_on, version=F("version") + 1)


def finish(approval: Approval, state: str, actor: Viewer, reason: str = "") -> None:
    """Close or return a request: conditional on its being open, void what was not walked, call the domain back, tell who asks."""
    closed_at = clock.now() if state in rules.CLOSED else None
    moved = Approval.objects.filter(pk=approval.pk, state=approval.state).update(
        state=state, closed_at=closed_at, closed_reason=reason[:COMMENT], due_on=None
    )
    if not moved or not rules.may_become(approval.state, state):
        raise Refused(_("这件审批刚被别人处理过，刷新再看"), code="stale")
    approval.state, approval.closed_at, approval.closed_reason, approval.due_on = state, closed_at, reason, None
    ApprovalStep.objects.filter(approval=approval, round=approval.round, state__in=[rules.WAITING, rules.OPEN]).update(state=rules.VOID)
    ApprovalSigner.objects.filter(approval=approval, state="waiting").update(state="released")
    duties.close(approval, actor=actor, reason=_("审批%(state)s") % {"state": approval.get_state_display()})
    kind = registry.kind(approval.kind)
    call = {rules.APPROVED: kind.approved, rules.REJECTED: kind.rejected}.get(state, kind.dropped)
    if state != rules.RETURNED:
        call(approval, actor)
    events.emit(ApprovalDecided(approval.pk, approval.kind, state, approval.requested_by_id, approval.title))


@verb("approvals.lapse_groundless")
def lapse_groundless(
    kind: str, subject_kind: str, subject_ids: Sequence[int], gone: Callable[[Approval], bool], *, actor: Viewer, reason: str
) -> int:
    """Close open requests about some subjects whose ground is gone, as `gone` says. Returns how many.

    One that somebody signs at this very moment is passed over: that signature holds its row and waits for the subject that our caller
    has locked; the domain it calls back finds out by itself.
    """
    live = Approval.objects.filter(kind=kind, subject_kind=subject_kind, subject_id__in=list(subject_ids))
    waiting = live.filter(state__in=[rules.PENDING, rules.RETURNED]).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    ids = [one.pk for one in waiting if gone(one)]
    return lapse(kind, ids, actor=actor, reason=reason) if ids else 0


@verb("approvals.lapse")
def lapse(kind: str, ids: Sequence[int], *, actor: Viewer, reason: str) -> int:
    """Close open requests whose matter is gone (a newer evaluation, a removed customer). `ids` are approvals. Returns how many."""
    found = Approval.objects.select_for_update().filter(pk__in=list(ids), kind=kind, state__in=[rules.PENDING, rules.RETURNED])
    count = 0
    for approval in found.order_by("pk"):
        note(approval, Verb.LAPSE, SYSTEM, comment=reason)
        finish(approval, rules.LAPSED, actor, reason)
        count += 1
    return count
