"""What somebody owes goes to somebody else, and back: for hand-overs, which remember every row as it stood (CUS-06)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from guike.engine.models.obligation import Obligation
from guike.engine.obligations.selectors import LIVE
from guike.platform.access import Viewer
from guike.platform.verbs import verb

#: What a hand-over may change of an obligation.
COLUMNS = ("assignee_id", "department_id", "as_owner", "escalation_level", "escalated_to_id", "escalated_at", "state")


def rows_of(person_id: int, subject_kind: str, subject_ids: Sequence[int], *, lock: bool = False) -> dict[int, dict[str, Any]]:
    """Open obligations that a person owes anywhere, and those of some subjects: id → its columns as JSON knows them."""
    found = Obligation.objects.filter(Q(assignee=person_id) | Q(subject_kind=subject_kind, subject_id__in=list(subject_ids)))
    return _as_rows(found.filter(state__in=LIVE), lock)


def rows_by_id(ids: Sequence[int], *, lock: bool = False) -> dict[int, dict[str, Any]]:
    """The same for named ones, closed ones included."""
    return _as_rows(Obligation.objects.filter(pk__in=list(ids)), lock)


def _as_rows(found: Any, lock: bool) -> dict[int, dict[str, Any]]:
    found = found.select_for_update().order_by("pk") if lock else found.order_by("pk")
    return {one.pk: {name: _plain(getattr(one, name)) for name in COLUMNS} for one in found}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def owed_apart(person_id: int) -> list[tuple[int, str, int]]:
    """(id, subject kind, subject id) of what a person owes in his own name, not as the subject's owner; and not by cadence."""
    found = Obligation.objects.filter(assignee=person_id, as_owner=False, state__in=LIVE).exclude(kind="cadence")
    return list(found.order_by("pk").values_list("pk", "subject_kind", "subject_id"))


def counts_of(person_id: int) -> dict[str, int]:
    """Kind → how many a person owes."""
    counted: dict[str, int] = {}
    for kind in Obligation.objects.filter(assignee=person_id, state__in=LIVE).values_list("kind", flat=True):
        counted[kind] = counted.get(kind, 0) + 1
    return counted


@verb("obligations.pass_on")
def pass_on(ids: Sequence[int], *, person_id: int, department_id: int | None, actor: Viewer) -> int:
    """Give open obligations to somebody else, whatever their kind; escalations begin anew. Returns how many."""
    live = Obligation.objects.filter(pk__in=list(ids), state__in=LIVE)
    return live.update(assignee_id=person_id, department_id=department_id, escalation_level=0, escalated_to=None, escalated_at=None)


@verb("obligations.put_back")
def put_back(rows: Mapping[int, Mapping[str, Any]], *, actor: Viewer) -> int:
    """Set open obligations to how they stood. The caller has made sure that nobody changed them since. Returns how many."""
    done = 0
    for pk, columns in rows.items():
        done += Obligation.objects.filter(pk=pk, state__in=LIVE).update(**columns)
    return done
