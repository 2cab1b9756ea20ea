"""Moving customers through the stages of their life: by hand with a reason, or because facts happened (CUS-05)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pgtrigger
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guike.customers import rules, words
from guike.customers.events import StagesMoved
from guike.customers.models import Customer, CustomerFigures, LifecycleMove
from guike.customers.services.doors import changeable
from guike.engine.activities.services import Happening, record, record_many, retract
from guike.platform import clock, events
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb

BATCH = 2000


def _happening(move: LifecycleMove) -> Happening:
    names = rules.STAGES  # kept on the timeline in the language of the records
    return Happening(
        kind="customer.stage",
        subject_kind="customer",
        subject_id=move.customer_id,
        happened_on=move.on,
        person_id=move.moved_by_id,
        title=f"{names.get(move.from_stage, '—')} → {names[move.to_stage]}",
        text=move.why,
        source_kind="customers.lifecyclemove",
        source_id=move.pk,
    )


@verb("customers.move_stage")
def move_stage(customer_id: int, to_stage: str, *, actor: Viewer, reason: str) -> LifecycleMove:
    """Move a customer by hand. Needs a reason; refused where the table of moves does not allow it."""
    customer = changeable(actor, customer_id, action="move")
    if not reason.strip():
        raise Refused(_("改变阶段要写原因"), field="reason")
    if not rules.may_move(customer.stage, to_stage):
        allowed = "、".join(str(words.STAGES[stage]) for stage in words.STAGES if stage in rules.TRANSITIONS[customer.stage])
        raise Refused(
            _("「%(from)s」不能直接到「%(to)s」，可以到：%(allowed)s")
            % {"from": words.STAGES[customer.stage], "to": words.STAGES.get(to_stage, to_stage), "allowed": allowed},
            field="to_stage",
        )
    move = LifecycleMove.objects.create(**_move(customer, to_stage, clock.today(), reason, actor))
    customer.version += 1
    _enter(customer, to_stage, clock.today())
    record(_happening(move))
    events.emit(StagesMoved((customer.pk,)))
    return move


def _move(customer: Customer, to_stage: str, on: date, why: str, actor: Viewer) -> dict:
    return {
        "customer": customer,
        "from_stage": customer.stage,
        "to_stage": to_stage,
        "on": on,
        "days_before": max((on - customer.stage_since).days, 0),
        "why": why[:200],
        "moved_by_id": actor.person_id,
    }


def move_by_file(customer: Customer, to_stage: str, *, actor: Viewer) -> LifecycleMove:
    """A stage that an imported file sets, as a move by hand of today: not written yet, and asked of a customer that stands where it stood."""
    return LifecycleMove(**_move(customer, to_stage, clock.today(), _("导入客户资料"), actor))


def tell(moves: Sequence[LifecycleMove]) -> None:
    """Moves that are written: on the timeline, and to who listens."""
    record_many(_happening(move) for move in moves)
    events.emit(StagesMoved(tuple(dict.fromkeys(move.customer_id for move in moves))))


def _enter(customer: Customer, stage: str, on: date) -> None:
    customer.stage, customer.stage_since = stage, on
    customer.save(update_fields=["stage", "stage_since", "version"])


def _facts(customer: Customer, figures: CustomerFigures) -> rules.StageFacts:
    return rules.StageFacts(
        stage=customer.stage,
        first_contact_on=figures.last_contact_on,
        first_purchase_on=figures.first_purchase_on,
        last_purchase_on=figures.last_purchase_on,
        orders_12m=figures.orders_12m,
        supply_contract=customer.supply_contract_on is not None,
        deal_in_view=customer.expected_deal_on is not None and customer.need_state == Customer.NeedState.CLEAR,
    )


def _why(facts: rules.StageFacts, to_stage: str, today: date) -> str:
    idle = (today - facts.last_purchase_on).days if facts.last_purchase_on else 0
    return {
        "prospect": _("有了首次联系"),
        "negotiating": _("需求明确，有预计成交日"),
        "new": _("首张订单 %(day)s") % {"day": facts.first_purchase_on},
        "long_term": _("已签供货合同") if facts.supply_contract else _("12 个月内 %(n)d 张订单") % {"n": facts.orders_12m},
        "dormant": _("%(n)d 天未下单") % {"n": idle},
        "lost": _("%(n)d 天未下单") % {"n": idle},
    }.get(to_stage, "")


def _day(facts: rules.StageFacts, to_stage: str, since: date, today: date) -> date:
    """The day the fact happened, never before the present stage began."""
    found = {"prospect": facts.first_contact_on, "new": facts.first_purchase_on}.get(to_stage) or today
    return min(max(found, since), today)


def _next_moves(customer: Customer, today: date) -> list[LifecycleMove]:
    """All moves the facts demand now, in order: a lead that bought long ago becomes new, then dormant."""
    moves: list[LifecycleMove] = []
    for _step in rules.STAGES:
        facts = _facts(customer, customer.figures)
        wanted = rules.stage_by_facts(facts, today)
        if wanted == customer.stage:
            break
        on = _day(facts, wanted, customer.stage_since, today)
        moves.append(LifecycleMove(**_move(customer, wanted, on, _why(facts, wanted, today), SYSTEM), fact_kind="figures"))
        customer.stage, customer.stage_since = wanted, on
    return moves


@verb("customers.advance_stages", savepoint=False)
def advance_stages(
    customer_ids: Sequence[int] | None = None, *, actor: Viewer = SYSTEM, as_of: date | None = None, reason: str = ""
) -> int:
    """Move those whose facts demand it, from the kept figures (refresh them first). Returns how many customers moved."""
    today = as_of or clock.today()
    everybody = Customer.objects.select_related("figures").order_by("pk")
    some = everybody.filter(pk__in=list(customer_ids)) if customer_ids is not None else everybody.iterator(chunk_size=BATCH)
    moved, found = 0, []
    for customer in some:
        if _next_moves(customer, today):
            found.append(customer.pk)
        if len(found) >= BATCH:
            moved, found = moved + _write_moves(found, today), []
    return moved + _write_moves(found, today)


@verb("customers.take_back_stages", savepoint=False)
def take_back_stages(customer_ids: Sequence[int], *, since: datetime, actor: Viewer) -> int:
    """What facts moved since a moment is moved again by the facts there still are (refresh the figures first), as if the others had never been.

    A move by hand and what lies before it stands, and so does a stage that a file has set since. Moves that nothing demands any more are removed with their lines on the timeline: they
    were never true. Returns how many customers stand otherwise now.
    """
    since_then: dict[int, list[LifecycleMove]] = defaultdict(list)
    for move in LifecycleMove.objects.filter(customer__in=list(customer_ids), at__gte=since).order_by("pk"):
        since_then[move.customer_id].append(move)
    other = [customer.pk for customer in _locked(list(since_then)) if _taken_back(customer, since_then[customer.pk])]
    if other:
        events.emit(StagesMoved(tuple(other)))
    return len(other)


def _taken_back(customer: Customer, moves: list[LifecycleMove]) -> bool:
    by_hand = [place for place, move in enumerate(moves) if not move.fact_kind]
    moves = moves[by_hand[-1] + 1 :] if by_hand else moves
    if not moves or customer.stage != moves[-1].to_stage:
        return False
    stood = (customer.stage, customer.stage_since)
    customer.stage, customer.stage_since = moves[0].from_stage, moves[0].on - timedelta(days=moves[0].days_before or 0)
    again = _next_moves(customer, clock.today())
    if [(move.to_stage, move.on) for move in again] == [(move.to_stage, move.on) for move in moves]:
        return False
    gone = [move.pk for move in moves]
    retract("customers.lifecyclemove", gone)
    LifecycleMove.objects.filter(pk__in=gone).delete()
    made = LifecycleMove.objects.bulk_create(again)
    record_many(_happening(move) for move in made)
    with pgtrigger.ignore("customers.Customer:stage_moves_in_table"):  # back the way it came, which the table does not know
        Customer.objects.filter(pk=customer.pk).update(stage=customer.stage, stage_since=customer.stage_since)
    return (customer.stage, customer.stage_since) != stood


def _locked(customer_ids: Sequence[int]) -> QuerySet[Customer]:
    """Those found, as they are now that nobody else moves them: another round may have been here since they were looked at."""
    return Customer.objects.select_related("figures").select_for_update(of=("self",)).filter(pk__in=customer_ids).order_by("pk")


def _write_moves(found: Sequence[int], today: date) -> int:
    batch = [(customer, moves) for customer in _locked(found) if (moves := _next_moves(customer, today))] if found else []
    if not batch:
        return 0
    moves = LifecycleMove.objects.bulk_create([move for _customer, found in batch for move in found], batch_size=BATCH)
    steps = max(len(found) for _customer, found in batch)
    for step in range(steps):
        _write_step([(customer, found[step]) for customer, found in batch if len(found) > step])
    tell(moves)
    return len(batch)


def _write_step(pairs: list[tuple[Customer, LifecycleMove]]) -> None:
    """One step at a time: the database checks each against the table of moves."""
    rows = [Customer(pk=customer.pk, stage=move.to_stage, stage_since=move.on) for customer, move in pairs]
    Customer.objects.bulk_update(rows, ["stage", "stage_since"], batch_size=500)
