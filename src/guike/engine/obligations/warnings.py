"""Warnings of what will happen to subjects unless somebody acts: one open one per subject, brought in line as a whole (CUS-06)."""

from collections.abc import Sequence
from datetime import date

from guike.engine.models.obligation import Obligation
from guike.engine.obligations.selectors import LIVE
from guike.engine.obligations.services import Due, open_many
from guike.platform.access import Viewer
from guike.platform.verbs import verb

PIECE = 1000
_FOLLOWED = ("title", "reason", "due_on", "assignee_id", "department_id")


def warned_since(kind: str, subject_kind: str, subject_ids: Sequence[int] | None = None) -> dict[int, date]:
    """Subject → the day on which its open warning of a kind was given."""
    found = Obligation.objects.filter(kind=kind, subject_kind=subject_kind, state__in=LIVE)
    if subject_ids is not None:
        found = found.filter(subject_id__in=list(subject_ids))
    return dict(found.values_list("subject_id", "opened_on"))


@verb("obligations.bring_warnings_in_line")
def bring_in_line(
    kind: str, subject_kind: str, dues: Sequence[Due], *, actor: Viewer, answered: str, subject_ids: Sequence[int] | None = None
) -> tuple[int, int]:
    """Open the warnings that are new, bring the standing ones up to date, close the others as answered. Returns (opened, closed).

    `subject_ids` keeps to some subjects; the rest of the kind is left alone. A subject stands in `dues` once.
    """
    live = Obligation.objects.filter(kind=kind, subject_kind=subject_kind, state__in=LIVE)
    if subject_ids is not None:
        live = live.filter(subject_id__in=list(subject_ids))
    wanted = {due.subject_id: due for due in dues}
    standing = {one.subject_id: one for one in live.select_for_update()}
    opened = open_many([due for pk, due in wanted.items() if pk not in standing], actor=actor)
    _update([(one, wanted[pk]) for pk, one in standing.items() if pk in wanted])
    over = [one.pk for pk, one in standing.items() if pk not in wanted]
    closed = Obligation.objects.filter(pk__in=over).update(state=Obligation.State.WITHDRAWN, closed_reason=answered[:200])
    return opened, closed


def _update(pairs: Sequence[tuple[Obligation, Due]]) -> None:
    changed = []
    for one, due in pairs:
        if any(getattr(one, name) != getattr(due, name) for name in _FOLLOWED):
            one.title, one.reason, one.due_on = due.title, due.reason, due.due_on
            one.assignee_id, one.department_id = due.assignee_id, due.department_id
            changed.append(one)
    Obligation.objects.bulk_update(changed, ["title", "reason", "due_on", "assignee", "department"], batch_size=PIECE)
