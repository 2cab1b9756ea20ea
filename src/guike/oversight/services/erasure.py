"""The way to erasing: looked at, proposed, confirmed by another person, carried out in the background (08-quality privacy)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guike.customers import events as customer_events
from guike.customers import services as customers
from guike.marketing import rules as marketing_rules
from guike.marketing import services as marketing
from guike.organisation import selectors as organisation
from guike.oversight import rules
from guike.oversight.models import PersonalRequest
from guike.oversight.services import erasing, gathering, keeping, requests, retention, telling
from guike.oversight.services.erasing import Plan
from guike.platform import audit, clock, events, jobs, privacy
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb

ERASE, COUNT = "oversight.erase", "oversight.count"
FIND = "find"


@verb("oversight.count_up")
def count_up(pk: int, *, actor: Viewer, version: int | None = None, reason: str = "") -> PersonalRequest:
    """Work out in the background what erasing would empty, replace and keep: every table is read. Nothing of it is written."""
    found = requests.taken(pk, actor=actor, version=version, action="erase")
    if found.wish != PersonalRequest.Wish.ERASE:
        raise Refused(_("本人要的不是删除：另登记一条删除请求"))
    _require_clear(found)
    run = jobs.start(COUNT, _("清点 %(number)s") % {"number": found.number}, actor=actor, request=found.pk)
    return requests.written(found, job_id=run.pk)


@jobs.task(COUNT)
def count(progress: jobs.Progress, request: int) -> dict[str, Any]:
    """The figures stand with the request."""
    found = PersonalRequest.objects.get(pk=request)
    made = _plan_of(found)
    with transaction.atomic():
        found = PersonalRequest.objects.select_for_update().get(pk=request)
        if found.state == "open":
            requests.written(found, plan=figures(made))
    return {}


def figures(made: Plan) -> dict[str, Any]:
    """A plan in figures, without any value of the person: stands with the request for good."""
    own: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    past = 0
    for edit in made.edits:
        if edit.found.is_history:
            past += 1
        else:
            (own if edit.own else texts)[str(edit.found.of._meta.verbose_name)] += 1
    kept = [{"words": one.words, "until": one.until.isoformat(), "all": one.everything} for one in made.pauses if one.until >= clock.today()]
    shared = [{"number": f"****{text[-4:]}", "kind": _kind_of(row), "id": row.pk} for text, row in made.shared]
    return {"own": dict(own), "texts": dict(texts), "past": past, "files": len(made.files), "kept": kept, "shared": shared}


def _kind_of(row: Any) -> str:
    return gathering.CONTACT if hasattr(row, "customer_id") else gathering.CUSTOMER


def obstacle(found: PersonalRequest) -> str:
    """What stands against erasing now, in words; "" where nothing does. Cheap: nothing is gathered."""
    if gathering.row_of(found.subject_kind, found.subject_id) is None:
        return _("没有这个人的资料了：写明理由拒绝，或看是否已删过")
    if found.way == PersonalRequest.Way.TERM and (why := retention.why_not_due(found.subject_kind, found.subject_id)):
        return why
    blocked = [one.words for one in privacy.retained(found.subject_kind, found.subject_id) if one.blocks]
    other = PersonalRequest.objects.filter(subject_kind=found.subject_kind, subject_id=found.subject_id).exclude(pk=found.pk)
    still_open = other.exclude(state__in=("done", "refused"))
    code = rules.why_not_erase(checked=bool(found.checked), state=found.state, other_open=still_open.count(), open_orders=len(blocked))
    words = {
        "state": _("%(number)s 的状态是「%(state)s」，现在不能删"),
        "identity": _("先核对申请人的身份"),
        "requests": _("同一个人还有请求没办结：%(others)s"),
        "orders": _("合同没有履行完，不能删：%(orders)s"),
    }
    told = {
        "number": found.number,
        "state": _(rules.REQUEST_STATES[found.state]),
        "others": "、".join(still_open.values_list("number", flat=True)),
        "orders": "；".join(blocked),
    }
    return words[code] % told if code else ""


def _require_clear(found: PersonalRequest) -> None:
    if problem := obstacle(found):
        raise Refused(problem, code="obstacle")


def _plan_of(found: PersonalRequest) -> Plan:
    """Everything that would be done; the person is there, `_require_clear` has looked."""
    made = erasing.plan(found.subject_kind, found.subject_id)
    if made is None:
        raise Refused(_("没有这个人的资料"), code="obstacle")
    return made


@verb("oversight.propose_erasure")
def propose_erasure(pk: int, *, actor: Viewer, version: int | None = None, reason: str = "", several: bool = False) -> PersonalRequest:
    """Having looked at what would go: a second person is asked; where one is enough, the work begins. `several`: one message for all of them."""
    found = requests.taken(pk, actor=actor, version=version, action="erase")
    if found.wish != PersonalRequest.Wish.ERASE:
        raise Refused(_("本人要的不是删除：另登记一条删除请求"))
    _require_clear(found)
    if not found.plan:
        raise Refused(_("先清点：看过要删什么、留什么再提交"), code="uncounted")
    told = {"planned_by_id": actor.person_id, "planned_at": clock.now()}
    if not requests.terms().two_people:
        return _begin(found, actor, **told)
    found = requests.written(found, state="waiting", **told)
    people = {one.pk for role in ("administrator", "executive", "audit_admin") for one in organisation.people_with_role(role)}
    if several:
        telling.confirm_several(people, besides=actor.person_id)
    else:
        telling.confirm(found, people, besides=actor.person_id)
    return found


@verb("oversight.confirm_erasure")
def confirm_erasure(pk: int, *, actor: Viewer, version: int | None = None, reason: str = "") -> PersonalRequest:
    """The second person's word. Whoever proposed it cannot confirm it."""
    found = requests.taken(pk, actor=actor, version=version, action="confirm")
    if found.state != "waiting":
        raise Refused(_("%(number)s 没有等复核") % {"number": found.number}, code="state")
    if actor.person_id == found.planned_by_id:
        raise Refused(_("提出删除的人不能自己复核，由另一位管理员、总经理或审计管理员来"), code="two_people")
    return _begin(found, actor, confirmed_by_id=actor.person_id)


@verb("oversight.return_erasure")
def return_erasure(pk: int, *, actor: Viewer, reason: str, version: int | None = None) -> PersonalRequest:
    """The second person does not agree; it is open again."""
    found = requests.taken(pk, actor=actor, version=version, action="confirm")
    if found.state != "waiting":
        raise Refused(_("%(number)s 没有等复核") % {"number": found.number}, code="state")
    if not reason.strip():
        raise Refused(_("写明理由"), field="reason")
    return requests.written(found, state="open")


def _begin(found: PersonalRequest, actor: Viewer, **told: Any) -> PersonalRequest:
    _require_clear(_as_open(found))
    run = jobs.start(ERASE, _("删除个人信息 %(number)s") % {"number": found.number}, actor=actor, request=found.pk)
    return requests.written(found, state="erasing", job_id=run.pk, **told)


def _as_open(found: PersonalRequest) -> PersonalRequest:
    """The same request as if it were not on its way yet, to ask again what stands against it."""
    values = {column.attname: getattr(found, column.attname) for column in found._meta.concrete_fields}
    return PersonalRequest(**{**values, "state": "open"})


@jobs.task(ERASE)
def run(progress: jobs.Progress, request: int) -> dict[str, Any]:
    """All or nothing; files leave the disk once that is written."""
    done = erase(request, actor=SYSTEM, reason=PersonalRequest.objects.get(pk=request).number)
    keeping.sweep()
    return done


@jobs.when_failed
def open_again(failed: Any) -> None:
    """What could not be erased, or was never begun because its starter's account was shut, is open again with the reason."""
    if failed.kind != ERASE:
        return
    found = PersonalRequest.objects.select_for_update(of=("self",)).get(pk=failed.arguments["request"])
    if found.state == "erasing":
        requests.written(found, state="open", outcome=failed.error[:500])


@verb("oversight.erase")
def erase(pk: int, *, actor: Viewer, reason: str = "") -> dict[str, Any]:
    """Carry out a confirmed request. Done already: nothing happens (a job may be delivered twice)."""
    found = PersonalRequest.objects.select_for_update(of=("self",)).select_related("planned_by", "confirmed_by").get(pk=pk)
    if found.state != "erasing":
        return {}
    _require_clear(_as_open(found))
    made = _plan_of(found)
    by = str(found.confirmed_by or found.planned_by or _("系统"))
    done = erasing.carry_out(made, found, who=by)
    _out_of_use(made)
    found.refresh_from_db()
    requests.finished(found, _outcome(made, done))
    retention.erased(found, made.who.selves)
    audit.note(_named(found), "erase", found.subject_kind, found.subject_id, detail={"what": found.number})
    return done


def _outcome(made: Plan, done: dict[str, int]) -> str:
    words = [_("已删除：%(rows)d 条记录、%(files)d 个文件") % done]
    if done["kept"]:
        until = max(one.until for one in made.pauses)
        words.append(_("%(n)d 项依法锁存，最晚到 %(day)s") % {"n": done["kept"], "day": until})
    return "；".join(words)


def _named(found: PersonalRequest) -> Viewer:
    person = found.confirmed_by or found.planned_by
    return Viewer(name=str(person), person_id=person.pk) if person else SYSTEM


def _give_up(find: Any) -> None:
    """A find without anybody to call comes to nothing."""
    if marketing_rules.may_become(find.state, "dropped"):
        marketing.drop_find(find.pk, actor=SYSTEM, reason=_("删除个人信息"))


def _out_of_use(made: Plan) -> None:
    """Nobody is offered the row any more; what is worked out from it follows."""
    if made.who.kind == FIND:
        _give_up(made.who.row)
    if not made.who.customer_id:
        return
    for code, pk in made.who.selves:
        row = gathering.row_of(code, pk)
        if row is None or row.removed_at is not None:
            continue
        if code == gathering.CONTACT:
            customers.remove_contact(pk, actor=SYSTEM)
        else:
            customers.remove_customer(pk, actor=SYSTEM, reason=_("删除个人信息"))
    customers.refresh_key_dates([made.who.customer_id])
    events.emit(customer_events.CustomerChanged(made.who.customer_id, frozenset({"contacts"})))
