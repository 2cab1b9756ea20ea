"""One verb = one function = one transaction, written into the history with who and why (PLT-02)."""

import functools
import json
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from guike.platform import kept

P = ParamSpec("P")
R = TypeVar("R")
_current: ContextVar[str | None] = ContextVar("guike_verb", default=None)
#: Every verb's name, as its service declares it, with the module it stands in.
DECLARED: dict[str, str] = {}


def _note_in_history(name: str, actor: object, why: str) -> None:
    """Set for this transaction what the history triggers write beside every changed row.

    `pgtrigger.ignore` is set to nothing because a trigger that finds it unset catches an error for every row, and each such error walks
    all checks that are waiting for the commit: 80,000 rows took minutes instead of seconds.
    """
    note = {
        "verb": name,
        "who": getattr(actor, "name", ""),
        "account": getattr(actor, "account_id", None),
        "person": getattr(actor, "person_id", None),
        "why": why,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true), "
            "set_config('pgtrigger.ignore', '{}', true)",
            [str(uuid.uuid4()), json.dumps(note, ensure_ascii=False)],
        )


def verb(name: str, *, savepoint: bool = True) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a service `f(…, *, actor, reason="")`: all of it commits or nothing does; a verb called by a verb joins it.

    Called by a verb it has a savepoint of its own, so that the caller may go on after its refusal. `savepoint=False` spares that
    for verbs that refuse nothing: an error in one ends the caller too.
    """

    def decorate(service: Callable[P, R]) -> Callable[P, R]:
        DECLARED[name] = service.__module__

        @functools.wraps(service)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if "actor" not in kwargs:
                raise TypeError(f"{name} needs actor=")
            if _current.get() and connection.in_atomic_block:
                with transaction.atomic(savepoint=savepoint):
                    return service(*args, **kwargs)
            kept.forget()
            token = _current.set(name)
            try:
                with transaction.atomic():
                    _note_in_history(name, kwargs["actor"], str(kwargs.get("reason") or ""))
                    return service(*args, **kwargs)
            finally:
                _current.reset(token)

        run.verb = name  # type: ignore[attr-defined]
        return run

    return decorate
