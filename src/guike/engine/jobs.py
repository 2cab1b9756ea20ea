"""Background work of the engine (POL-04): the daily round and evaluations started from a page."""

from datetime import date
from typing import Any

from guike.engine import services
from guike.engine.approvals.services import turn_the_day
from guike.platform import clock, jobs
from guike.platform.access import SYSTEM


@jobs.daily
def evaluate_due_policies() -> None:
    """Policies whose version took effect or whose cycle turned; overrides that began or ended."""
    services.evaluate_due(actor=SYSTEM)


@jobs.daily
def turn_approvals() -> None:
    """Deputies that begin, reminders that fall due."""
    turn_the_day()


@jobs.task("engine.evaluate")
def evaluate(progress: jobs.Progress, policy_codes: list[str] | None = None, as_of: str | None = None) -> dict[str, Any]:
    """Evaluate from a page or after an import, away from the request."""
    day = date.fromisoformat(as_of) if as_of else clock.today()
    found = services.evaluate(policy_codes, as_of=day, trigger="demand", actor=SYSTEM)
    progress(1, 1)
    return {"policies": len(found), "changed": sum(one.changed for one in found)}
