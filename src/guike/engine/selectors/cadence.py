"""What cadence policies ask for (ACT-02): outcome → interval, channels, escalation; as rows and as SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from guike.engine.metrics.measure import literal
from guike.engine.obligations.requirements import Requirement
from guike.engine.policies.content import Content, Pace
from guike.engine.policies.others import every
from guike.engine.rulebook import Rulebook
from guike.platform import clock


@dataclass(frozen=True)
class CadenceRule:
    """One outcome of one cadence in force: the policy followed, the outcome, and the pace."""

    policy_code: str
    follows: str
    outcome: str
    pace: Pace


def cadence_rules(as_of: date | None = None) -> list[CadenceRule]:
    """Every pace of every cadence in force on the day (default today)."""
    book = Rulebook(as_of or clock.today())
    return [
        CadenceRule(content.code, content.follows, pace.outcome, pace)
        for content in map(book.content, book.versions)
        if content.kind == "cadence"
        for pace in content.paces
    ]


def cadence_for(outcomes: Iterable[tuple[str, str]], as_of: date | None = None) -> list[CadenceRule]:
    """The rules for some (policy code, outcome) pairs: what one subject's standings ask for, the tightest first."""
    wanted = set(outcomes)
    found = [rule for rule in cadence_rules(as_of) if (rule.follows, rule.outcome) in wanted]
    return sorted(found, key=lambda rule: rule.pace.days)


def cadence_requirements(as_of: date | None = None) -> list[Requirement]:
    """The same as the obligations' set-based refresh wants it."""
    book = Rulebook(as_of or clock.today())
    found = []
    for code in book.versions:
        content = book.content(code)
        if content.kind == "cadence" and content.follows in book.versions:
            found += [_requirement(book, content, code, pace) for pace in content.paces]
    return found


def _requirement(book: Rulebook, content: Content, code: str, pace: Pace) -> Requirement:
    version, followed = book.versions[code], book.versions[content.follows]
    label = book.content(content.follows).label(pace.outcome)
    return Requirement(
        policy_id=version.policy_id,
        version_id=version.pk,
        outcome_policy_id=followed.policy_id,
        outcome=pace.outcome,
        outcome_label=label,
        subject_kind=content.subject,
        interval_days=pace.days,
        channels=pace.channels,
        rest_day=pace.rest_day,
        factor=float(pace.factor),
        phrase=pace.phrase or _("%(label)s%(every)s联系") % {"label": label, "every": every(pace.days)},
        clause=(book.source(code) if pace.from_table else book.clause(code))[:60],
        title=pace.title or _("例行联系"),
        escalation_days=pace.escalation_days,
        in_force_from=_in_force_from(book, content, code, pace),
    )


def _in_force_from(book: Rulebook, content: Content, code: str, pace: Pace) -> date:
    """The later one of the cadence and the table that gives its number."""
    codes = [code, *([content.from_table] if pace.from_table else [])]
    return max(book.versions[one].effective_from or book.as_of for one in codes)


def cadence_due_sql(as_of: date | None = None) -> str:
    """SQL: subject_id, policy_id, outcome, interval_days, since of every subject that a cadence asks something for."""
    rules = cadence_requirements(as_of)
    if not rules:
        return "SELECT NULL::bigint AS subject_id, NULL::bigint AS policy_id, ''::text AS outcome, 0 AS interval_days, NULL::date AS since WHERE FALSE"
    rows = ", ".join(f"({rule.outcome_policy_id}, {rule.policy_id}, {literal(rule.outcome)}, {rule.interval_days})" for rule in rules)
    return (
        "SELECT st.subject_id, c.policy_id, st.outcome, c.interval_days, st.since FROM engine_standing st"  # noqa: S608 — literals
        f" JOIN (VALUES {rows}) c(followed_id, policy_id, outcome, interval_days) ON c.followed_id = st.policy_id AND c.outcome = st.outcome"
    )
