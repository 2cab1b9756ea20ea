"""Which facts can be subscribed to, and telling them (PLT-07). Domains register theirs and call `tell` from their reactions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from guike.platform import clock
from guike.platform.webhooks.models import Fact, Push, Webhook

ROUND = "guike.push"
#: Facts written at once; an import of 100,000 rows is told in so many parts.
CHUNK = 2000


@dataclass(frozen=True)
class Kind:
    """A fact that can be subscribed to: of which object, in words."""

    code: str
    object: str
    label: str | Promise


_kinds: dict[str, Kind] = {}


def register(code: str, object: str, label: str | Promise) -> None:
    _kinds[code] = Kind(code, object, label)


def kinds() -> dict[str, Kind]:
    return dict(_kinds)


def tell(code: str, subject_ids: Iterable[int] | Callable[[], Iterable[int]], told: Mapping[str, Any] | None = None) -> int:
    """Write a fact of these records for everybody who subscribed, in the present transaction. One query where nobody did; ids that
    have to be looked up first come as a function, called only where somebody wants them."""
    kind = _kinds[code]
    receivers = list(Webhook.objects.filter(active=True, kinds__contains=[code]).values_list("pk", flat=True))
    ids = list(subject_ids() if callable(subject_ids) else subject_ids) if receivers else []
    now = clock.now()
    for start in range(0, len(ids), CHUNK):
        facts = Fact.objects.bulk_create(
            [Fact(kind=code, object=kind.object, subject_id=pk, told=dict(told or {}), at=now) for pk in ids[start : start + CHUNK]]
        )
        Push.objects.bulk_create(
            [
                Push(webhook_id=receiver, fact=fact, object=fact.object, subject_id=fact.subject_id, due_at=now)
                for fact in facts
                for receiver in receivers
            ]
        )
    for receiver in receivers if ids else ():
        wake(receiver)
    return len(ids)


def wake(webhook_id: int) -> None:
    """Let the worker look at an address once the present transaction is over; asked twice, it looks once."""
    try:
        with transaction.atomic():
            queue.configure_task(ROUND, queueing_lock=f"push-{webhook_id}").defer(webhook_id=webhook_id)
    except AlreadyEnqueued:
        pass
