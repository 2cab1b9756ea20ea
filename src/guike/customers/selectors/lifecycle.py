"""Where customers stand in their life: one customer's steps, everybody's funnel (CUS-05)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count

from guike.customers import rules, words
from guike.customers.models import Customer, LifecycleMove
from guike.platform import clock
from guike.platform.access import Viewer, rows


@dataclass(frozen=True)
class StageStep:
    """A stage on one customer's stepper: days spent there, summed over returns; `state` is past, present or ahead."""

    code: str
    label: str
    state: str
    days: int | None
    since: date | None = None


def stage_steps(customer: Customer, moves: list[LifecycleMove] | None = None) -> list[StageStep]:
    """The stepper of a customer that the caller has authorised: main stages, and the side stage it stands in. One query."""
    found = list(customer.moves.all()) if moves is None else moves
    spent: dict[str, int] = {}
    for move in found:
        if move.from_stage:
            spent[move.from_stage] = spent.get(move.from_stage, 0) + (move.days_before or 0)
    here = (clock.today() - customer.stage_since).days
    stages = [*rules.FUNNEL] + ([customer.stage] if customer.stage not in rules.FUNNEL else [])
    passed = rules.FUNNEL.index(customer.stage) if customer.stage in rules.FUNNEL else -1
    return [_step(code, place, passed, customer, spent, here) for place, code in enumerate(stages)]


def _step(code: str, place: int, passed: int, customer: Customer, spent: dict[str, int], here: int) -> StageStep:
    if code == customer.stage:
        return StageStep(code, str(words.STAGES[code]), "present", spent.get(code, 0) + here, customer.stage_since)
    is_past = code in spent or place < passed
    return StageStep(code, str(words.STAGES[code]), "past" if is_past else "ahead", spent.get(code))


@dataclass(frozen=True)
class FunnelStage:
    """How many customers stand in a stage, how long they have stood there, how long it takes to leave it, how many left it and went on."""

    code: str
    label: str
    count: int
    standing_days: int | None
    leaving_days: int | None
    entered: int
    left: int
    went_on: int

    @property
    def rate(self) -> int | None:
        """Percent of all that stood in the stage during the period (those who left and those still there) that went on to a further one.

        None for the last stage, from which nothing leads further, and where nobody stood."""
        stood = self.left + self.count if self.code != rules.FUNNEL[-1] else 0
        return round(100 * self.went_on / stood) if stood else None


def funnel(viewer: Viewer, since: date, until: date) -> list[FunnelStage]:
    """The funnel of the viewer's customers now, with durations and moves between two days, both included. Three queries."""
    mine = rows(viewer, "customer")
    today = clock.today()
    counts = {one["stage"]: one for one in mine.values("stage").annotate(count=Count("pk"), since=Avg(today - _since()))}
    moves = LifecycleMove.objects.filter(customer__in=mine.order_by(), on__range=(since, until))
    entered = dict(moves.values_list("to_stage").annotate(count=Count("customer", distinct=True)).values_list("to_stage", "count"))
    left = {
        (m["from_stage"], m["to_stage"]): m for m in moves.values("from_stage", "to_stage").annotate(n=Count("pk"), days=Avg("days_before"))
    }
    return [_funnel_stage(code, counts.get(code), entered, left) for code in rules.STAGES]


def _since():
    from django.db.models import DateField, ExpressionWrapper, F

    return ExpressionWrapper(F("stage_since"), output_field=DateField())


def _funnel_stage(code: str, found: dict | None, entered: dict[str, int], left: dict) -> FunnelStage:
    order = list(rules.STAGES)
    onward = [move for (start, end), move in left.items() if start == code and end in rules.FUNNEL and order.index(end) > order.index(code)]
    away = [move for (start, _end), move in left.items() if start == code]
    total = sum(move["n"] for move in away)
    days = sum(move["n"] * float(move["days"] or 0) for move in away) / total if total else None
    standing = found["since"].days if found and found["since"] is not None else None
    return FunnelStage(
        code=code,
        label=str(words.STAGES[code]),
        count=found["count"] if found else 0,
        standing_days=standing,
        leaving_days=round(days) if days is not None else None,
        entered=entered.get(code, 0),
        left=total,
        went_on=sum(move["n"] for move in onward),
    )
