"""A person's request from the day it comes in until it is answered (08-quality privacy; 个人信息保护法 第四十四至五十条)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.obligations import registry
from guike.engine.obligations import services as obligations
from guike.engine.obligations.services import Due
from guike.organisation import selectors as organisation
from guike.organisation.calendar import add_workdays
from guike.oversight import rules
from guike.oversight.models import KINDS, DuePerson, PersonalRequest, PersonalTerms
from guike.oversight.selectors import people
from guike.oversight.services import telling
from guike.platform import access, clock, numbering
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

OBLIGATION = "personal_request"
registry.register_kind(
    registry.Kind(
        OBLIGATION, gettext_lazy("个人信息请求"), gettext_lazy("答复"), "user-shield", link="/personal/requests/{subject_id}/", by_record=True, ahead=True
    )
)
#: Days late until the first, second, third superior hears of it: the law leaves little room.
ESCALATION = (1, 3, 5)


def terms() -> PersonalTerms:
    """How the company handles requests."""
    return PersonalTerms.objects.select_related("responsible").first() or PersonalTerms()


@verb("oversight.set_terms")
def set_terms(
    *, actor: Viewer, responsible_id: int | None, two_people: bool, months: Mapping[str, int | None] | None = None, reason: str = ""
) -> PersonalTerms:
    """Who is responsible, whether erasing takes two people, and for how many months what is kept where the company wants it otherwise.

    `months` by the term's code; None there = as shipped; left out = as it was. Refused: what is less than a law asks for, or more than anybody needs.
    """
    access.require(actor, "personal_terms", "change")
    values: dict[str, Any] = {"responsible_id": responsible_id, "two_people": two_people}
    if months is not None:
        for code, count in months.items():
            least, most = rules.BOUNDS[code]
            if count is not None and not least <= count <= most:
                raise Refused(_("填 %(least)s 到 %(most)s 个月") % {"least": least, "most": most}, field=f"months_{code}")
        values["months"] = {code: count for code, count in months.items() if count is not None}
    found, _made = PersonalTerms.objects.update_or_create(only=True, defaults=values)
    return found


def _whose(kind: str, pk: int, actor: Viewer) -> Any:
    """The row of the person, in the actor's sight. A company is no person."""
    if kind not in dict(KINDS):
        raise Refused(_("只有联系人和个人客户可以提个人信息请求"))
    row = access.row(actor, kind, pk)
    if kind == "customer" and row.is_company:
        raise Refused(_("「%(name)s」是企业，请求要记在联系人名下") % {"name": row})
    return row


@verb("oversight.record_request")
def record_request(
    kind: str, pk: int, *, wish: str, asker: str, way: str, received_on: date, actor: Viewer, detail: str = "", checked: str = "", reason: str = ""
) -> PersonalRequest:
    """Write down what somebody asks; due 15 working days after the day it came in. Whoever sees the person may record it.

    Refused: a company, a day in the future, no name of who asks, the same wish still open.
    """
    access.require(actor, "personal_request", "add")
    _whose(kind, pk, actor)
    if received_on > clock.today():
        raise Refused(_("收到日期 %(day)s 在今天之后，改为今天或更早") % {"day": received_on}, field="received_on")
    if not asker.strip():
        raise Refused(_("写上申请人"), field="asker")
    same = PersonalRequest.objects.filter(subject_kind=kind, subject_id=pk, wish=wish).exclude(state__in=("done", "refused")).first()
    if same:
        raise Refused(_("同样的请求 %(number)s 还没办结，在那一条里办") % {"number": same.number}, field="wish", code="open")
    made = PersonalRequest.objects.create(
        number=numbering.take("personal_request"),
        wish=wish,
        subject_kind=kind,
        subject_id=pk,
        asker=asker.strip()[:60],
        way=way,
        detail=detail.strip()[:500],
        checked=checked,
        checked_by_id=actor.person_id if checked else None,
        received_on=received_on,
        due_on=answer_by(received_on),
        received_by_id=actor.person_id,
        department_id=department_of(actor),
        recorded_at=TransactionNow(),  # by the database, as its histories are: what was changed since then is found by it
    )
    made.refresh_from_db()
    _ask_for(made)
    telling.received(made, besides=actor.person_id)
    return made


def answer_by(received_on: date) -> date:
    """The last day for the answer."""
    return add_workdays(received_on, rules.WORKDAYS)


def department_of(actor: Viewer) -> int | None:
    return organisation.home_of(actor.person_id) if actor.person_id else None


def _ask_for(made: PersonalRequest) -> None:
    """Somebody owes the answer from today on; it goes up the chain when it is late."""
    responsible = terms().responsible_id or made.received_by_id
    obligations.open_obligation(
        Due(
            kind=OBLIGATION,
            subject_kind=OBLIGATION,
            subject_id=made.pk,
            title=_("个人信息请求 %(number)s：%(wish)s") % {"number": made.number, "wish": made.get_wish_display()},
            due_on=made.due_on,
            assignee_id=responsible,
            department_id=made.department_id,
            reason=_("%(day)s 收到，%(n)d 个工作日内答复") % {"day": f"{made.received_on:%m-%d}", "n": rules.WORKDAYS},
            escalation_days=ESCALATION,
        ),
        actor=SYSTEM,
    )


def taken(pk: int, *, actor: Viewer, version: int | None, action: str = "change") -> PersonalRequest:
    """A request that is still open, locked. `Stale` when somebody worked on it meanwhile."""
    found = access.row(actor, "personal_request", pk, action, lock=True)
    if version is not None and found.version != version:
        raise Stale(_("%(number)s 刚被别人办过，刷新后再办") % {"number": found})
    if found.state in ("done", "refused"):
        raise Refused(_("%(number)s 已%(state)s，不能再改") % {"number": found, "state": _(rules.REQUEST_STATES[found.state]).removeprefix("已")}, code="closed")
    return found


def written(found: PersonalRequest, **values: Any) -> PersonalRequest:
    """Write some columns, one version on."""
    for name, value in {**values, "version": found.version + 1}.items():
        setattr(found, name, value)
    found.save(update_fields=[name.removesuffix("_id") for name in (*values, "version")])
    return found


@verb("oversight.check_identity")
def check_identity(pk: int, checked: str, *, actor: Viewer, version: int | None = None, reason: str = "") -> PersonalRequest:
    """How it was made sure that it is the person who asks."""
    found = taken(pk, actor=actor, version=version)
    return written(found, checked=checked, checked_by_id=actor.person_id)


def require_checked(found: PersonalRequest) -> None:
    """Nobody gets or loses data on a stranger's word."""
    if not found.checked:
        raise Refused(_("先核对申请人的身份"), code="identity")


@verb("oversight.refuse_request")
def refuse_request(pk: int, refusal: str, *, explained: str, actor: Viewer, version: int | None = None, reason: str = "") -> PersonalRequest:
    """Refuse for one of the reasons of the law, explained in words that the person is given."""
    found = taken(pk, actor=actor, version=version)
    if (refusal in rules.OWN_REFUSALS) != (found.way == PersonalRequest.Way.TERM):
        raise Refused(_("这个理由不能用在这件请求上"), field="refusal")
    if not explained.strip():
        raise Refused(_("写明拒绝的情况：告知本人时要用"), field="explained")
    if not rules.may_become(found.state, "refused"):
        raise Refused(_("正在等复核，先退回再拒绝"), code="state")
    found = written(found, state="refused", refusal=refusal, outcome=explained.strip()[:500], closed_on=clock.today(), closed_by_id=actor.person_id)
    DuePerson.objects.filter(request=found).update(request=None)  # whose term is over stands to be decided about again
    _settle(found)
    return found


@verb("oversight.close_request")
def close_request(pk: int, *, outcome: str, actor: Viewer, version: int | None = None, reason: str = "") -> PersonalRequest:
    """It was answered: a copy handed over, data corrected, consent taken back. Erasing closes by itself.

    A correction is closed only when the history shows one since the request came in; what was changed is kept with the outcome.
    """
    found = taken(pk, actor=actor, version=version)
    require_checked(found)
    if found.wish == PersonalRequest.Wish.ERASE:
        raise Refused(_("删除请求在删除后自动办结"), code="erase")
    words = outcome.strip()
    if found.wish == PersonalRequest.Wish.CORRECT:
        changed = people.changed_since(found)
        if not changed:
            raise Refused(_("收到请求以后资料没有改过：先更正，或写明理由拒绝"), code="unchanged")
        words = "；".join(part for part in (_("更正了%(what)s") % {"what": "、".join(changed)}, words) if part)
    if not words:
        raise Refused(_("写一句怎么办的"), field="outcome")
    found = written(found, state="done", outcome=words[:500], closed_on=clock.today(), closed_by_id=actor.person_id)
    _settle(found)
    return found


def _settle(found: PersonalRequest) -> None:
    obligations.close_of(OBLIGATION, found.pk, actor=SYSTEM, done=True)


def finished(found: PersonalRequest, outcome: str) -> PersonalRequest:
    """Closed by the work itself: what was asked is done."""
    found = written(found, state="done", outcome=outcome[:500], closed_on=clock.today(), closed_by_id=found.confirmed_by_id or found.planned_by_id)
    _settle(found)
    return found


def remind() -> int:
    """Requests with five working days left, and those that are late, are told once each. Returns how many."""
    today = clock.today()
    soon = add_workdays(today, rules.REMIND_DAYS)
    told = 0
    for one in PersonalRequest.objects.exclude(state__in=("done", "refused")).exclude(way=PersonalRequest.Way.TERM).filter(due_on__lte=soon):
        told += telling.due(one, late=one.due_on < today)
    return told
