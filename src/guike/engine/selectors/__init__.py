"""What pages, the command line and upper domains read. The first argument is the viewer; results are frozen values."""

from guike.engine.selectors.cadence import cadence_due_sql, cadence_for, cadence_requirements, cadence_rules
from guike.engine.selectors.explaining import Explanation, explain
from guike.engine.selectors.listing import draft_problems, in_force, overrides, policies, policy, proposals, runs, text_problems, versions
from guike.engine.selectors.metrics import catalogue, metric_rows, metric_summary, metric_values
from guike.engine.selectors.outcomes import (
    distribution,
    movements,
    outcome_history,
    primary_policy,
    primary_standings_sql,
    standing,
    standings,
)
from guike.engine.selectors.quota import quota_room, quota_state
from guike.engine.selectors.reading import (
    Asked,
    DecisionLine,
    Wording,
    decisions,
    draft_of,
    metric_examples,
    metric_uses,
    outcomes_of,
    override_of,
    subject_names,
    version_of,
    wording,
    wordings,
)
from guike.engine.selectors.simulating import Simulation, movers, simulate

__all__ = [
    "Asked",
    "DecisionLine",
    "Explanation",
    "Simulation",
    "Wording",
    "cadence_due_sql",
    "cadence_for",
    "cadence_requirements",
    "cadence_rules",
    "catalogue",
    "decisions",
    "distribution",
    "draft_of",
    "draft_problems",
    "explain",
    "in_force",
    "metric_examples",
    "metric_rows",
    "metric_summary",
    "metric_uses",
    "metric_values",
    "movements",
    "movers",
    "outcome_history",
    "outcomes_of",
    "override_of",
    "overrides",
    "policies",
    "policy",
    "primary_policy",
    "primary_standings_sql",
    "proposals",
    "quota_room",
    "quota_state",
    "runs",
    "simulate",
    "standing",
    "standings",
    "subject_names",
    "text_problems",
    "version_of",
    "versions",
    "wording",
    "wordings",
]
