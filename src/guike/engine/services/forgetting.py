"""Subjects that are no more."""

from collections.abc import Sequence

from guike.engine.models import Standing
from guike.engine.obligations import services as obligations
from guike.platform.access import Viewer
from guike.platform.verbs import verb


@verb("engine.forget")
def forget(subject_kind: str, subject_ids: Sequence[int], *, actor: Viewer, reason: str) -> int:
    """Rows were removed because their import was undone: nothing holds for them and nothing is due with them any more.

    What was decided and asked of them stays as history. Returns how many outcomes held.
    """
    obligations.withdraw_of(subject_kind, subject_ids, actor=actor, reason=reason)
    return Standing.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids)).delete()[0]
