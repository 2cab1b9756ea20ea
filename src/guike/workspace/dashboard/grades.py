"""Grades now, and where customers moved in a period."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.engine import selectors as engine
from guike.platform.access import allowed
from guike.platform.ui.components import Bar, Heat, transitions
from guike.workspace.dashboard.scope import Scope

#: Days that the movements look back, by choice.
PERIODS = (30, 90, 365)
#: More changes than this in a period are not counted one by one.
MOST = 5000


@dataclass(frozen=True)
class Grades:
    """`bars` one per grade with a link to its customers; `moves` the matrix of the period; `up`, `down` how many moved."""

    policy_title: str
    bars: list[Bar]
    ungraded: int
    moves: Heat | None
    up: int
    down: int
    decisions_href: str


def build(scope: Scope, today: date, days: int) -> Grades:
    """Two queries for the grades, two for the movements."""
    found = list(scope.customers.values("figures__grade").annotate(n=Count("pk"), rank=Min("figures__grade_rank")).order_by("rank"))
    graded = [(row["figures__grade"], row["n"]) for row in found if row["figures__grade"]]
    ungraded = sum(row["n"] for row in found if not row["figures__grade"])
    policy = engine.primary_policy() if allowed(scope.viewer, "policy", "view") else None
    since = today - timedelta(days=days)
    moves = _moves(scope, policy.code, since, today) if policy else Counter()
    outcomes = _outcomes(graded, moves)
    order = {outcome: place for place, outcome in enumerate(outcomes)}
    href = f"{reverse('engine:decisions')}?policy={policy.code}&since={since}" if policy else ""
    return Grades(
        policy_title=policy.title if policy else "",
        bars=[_bar(scope, grade, n, sum(n for _grade, n in graded)) for grade, n in graded],
        ungraded=ungraded,
        moves=_heat(outcomes, dict(moves), href) if moves and outcomes else None,
        up=sum(n for (before, after), n in moves.items() if order[after] < order[before]),
        down=sum(n for (before, after), n in moves.items() if order[after] > order[before]),
        decisions_href=href,
    )


def _bar(scope: Scope, grade: str, n: int, whole: int) -> Bar:
    share = round(100 * n / whole) if whole else 0
    href = f"{reverse('customers:list')}?view=all&f.grade={grade}{scope.query}"
    return Bar(
        _("%(grade)s 级") % {"grade": grade} if grade.isascii() else grade, n, _("%(n)d 家，%(share)d%%") % {"n": n, "share": share}, href
    )


def _moves(scope: Scope, policy_code: str, since: date, today: date) -> Counter:
    """(before, after) → how many; one line per decision, so a customer that went up and down again counts in both."""
    decisions = engine.movements(scope.viewer, policy_code, since, today, MOST)
    if scope.owner_id:
        mine = set(scope.customers.filter(pk__in={one.subject_id for one in decisions}).values_list("pk", flat=True))
        decisions = [one for one in decisions if one.subject_id in mine]
    return Counter((one.previous, one.outcome) for one in decisions if one.outcome)


def _heat(outcomes: list[str], moves: dict[tuple[str, str], int], href: str) -> Heat:
    drawn = transitions(outcomes, moves, href + "&previous={before}&outcome={after}")
    return replace(drawn, row_label=_("合计"), column_label=_("合计"))


def _outcomes(graded: list[tuple[str, int]], moves: Counter) -> list[str]:
    """Grades best first; those that nobody holds any more at the end."""
    known = [grade for grade, _n in graded]
    return known + sorted({outcome for pair in moves for outcome in pair} - set(known))
