"""Writing the timeline. Called by the verbs of other domains, inside their transaction; the caller has authorised its own record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from guike.engine.models.activity import Activity
from guike.platform import clock

TEXT_SHOWN = 2000


@dataclass(frozen=True)
class Happening:
    """What a record says of itself for the timeline. `at` without a time of day is taken as noon of the day."""

    kind: str
    subject_kind: str
    subject_id: int
    happened_on: date
    source_kind: str
    source_id: int
    at: time | None = None
    channel: str = ""
    person_id: int | None = None
    counterpart: str = ""
    title: str = ""
    text: str = ""
    amount: Decimal | None = None


def moment(day: date, at: time | None) -> datetime:
    """The instant in the company's time zone; a day without a time stands at noon, so that it sorts inside its day."""
    return timezone.make_aware(datetime.combine(day, at or time(12)))


def _fields(happening: Happening) -> dict:
    return {
        "kind": happening.kind,
        "channel": happening.channel,
        "subject_kind": happening.subject_kind,
        "subject_id": happening.subject_id,
        "happened_on": happening.happened_on,
        "happened_at": moment(happening.happened_on, happening.at),
        "person_id": happening.person_id,
        "counterpart": happening.counterpart[:100],
        "title": happening.title[:160],
        "text": happening.text[:TEXT_SHOWN],
        "amount": happening.amount,
        "source_kind": happening.source_kind,
        "source_id": happening.source_id,
    }


def record(happening: Happening) -> Activity:
    """Put one record on the timeline."""
    return Activity.objects.create(**_fields(happening), recorded_at=clock.now())


def record_many(happenings: Iterable[Happening], *, batch: int = 2000) -> int:
    """Put many records on the timeline (imports); those that stand there already are left alone. Returns how many were given."""
    now = clock.now()
    rows = [Activity(**_fields(happening), recorded_at=now) for happening in happenings]
    Activity.objects.bulk_create(rows, batch_size=batch, ignore_conflicts=True)
    return len(rows)


def amend(happening: Happening) -> Activity:
    """Bring a record's line up to date after the record changed."""
    Activity.objects.filter(source_kind=happening.source_kind, source_id=happening.source_id, kind=happening.kind).update(
        **_fields(happening)
    )
    return Activity.objects.get(source_kind=happening.source_kind, source_id=happening.source_id, kind=happening.kind)


def retract(source_kind: str, source_ids: Iterable[int]) -> list[int]:
    """Take voided records off the timeline; the lines stay in the table. Returns the ids of the lines."""
    lines = Activity.objects.filter(source_kind=source_kind, source_id__in=list(source_ids), current=True)
    ids = list(lines.values_list("pk", flat=True))
    Activity.objects.filter(pk__in=ids).update(current=False)
    return ids
