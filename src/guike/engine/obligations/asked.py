"""The alert policies in force, as the plain rows that `alerts.refresh_alerts` joins with."""

from datetime import date

from guike.engine.obligations import rules
from guike.engine.obligations.alerts import AlertTask
from guike.engine.rulebook import Rulebook


def alert_tasks(as_of: date) -> list[AlertTask]:
    """Every level of every alert in force on the day that makes something due; levels that only notify make none."""
    book = Rulebook(as_of)
    found = []
    for code, version in book.versions.items():
        content = book.content(code)
        if content.kind != "alert":
            continue
        for place, (row, response) in enumerate(zip(content.rows, content.responses, strict=True)):
            if response.due:
                found.append(
                    AlertTask(
                        policy_id=version.policy_id,
                        version_id=version.pk,
                        outcome=response.level,
                        subject_kind=content.subject,
                        title=response.due[:160],
                        reason="，".join(part for part in (content.label(response.level), row.reason) if part)[:300],
                        clause=book.clause(code)[:60],
                        days=response.days or 0,
                        factor=rules.grade_factor(place, len(content.rows)),
                        tells_superior="supervisor" in response.notify,
                    )
                )
    return found
