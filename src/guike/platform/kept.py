"""What is set up once and read on every page is kept in process, and read again when the database says that it changed.

Dictionaries, own fields, saved views: `@kept("dictionaries")` on the reader, `marks("dictionaries")` among the table's triggers.
A request reads the present marks together with its viewer (`noted`). Without them (writes, jobs, the command line)
nothing is kept: every reader asks the database, so that nobody reads what was before their own change.
"""

import functools
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any, TypeVar

import pgtrigger
from django.db import connection

Read = TypeVar("Read", bound=Callable[..., Any])
#: Answers kept in one process; each is a few words or columns.
MOST = 2_000
#: The marks as a column of a larger query: name → a number that was never there before.
MARKS = "(SELECT jsonb_object_agg(name, mark) FROM (SELECT name, sum(number)::text AS mark FROM platform_mark GROUP BY name) marks)"

_noted: ContextVar[Mapping[str, str] | None] = ContextVar("guike_marks", default=None)
_answers: OrderedDict[tuple, Any] = OrderedDict()
_guard = Lock()


def marks(name: str) -> pgtrigger.Trigger:
    """The trigger that marks every change of a table. It adds a row and locks none, so writers never wait for one another."""
    return pgtrigger.Trigger(
        name=f"marks_{name}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"INSERT INTO platform_mark (name, number) VALUES ('{name}', (random() * 1099511627776)::bigint); RETURN NULL;",  # noqa: S608 — a word of our own
    )


@contextmanager
def noted(found: Mapping[str, str] | None) -> Iterator[None]:
    """The marks that hold for this request; None = keep nothing."""
    token = _noted.set(found)
    try:
        yield
    finally:
        _noted.reset(token)


def forget() -> None:
    """From here on this request reads everything anew: it is about to write."""
    _noted.set(None)


def gather() -> None:
    """Fold the rows of each name into one with the same sum: what was kept stays kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM platform_mark RETURNING name, number)"
            " INSERT INTO platform_mark (name, number) SELECT name, sum(number) FROM gone GROUP BY name"
        )


def kept(name: str) -> Callable[[Read], Read]:
    """Decorate a reader of what `name` marks. Its arguments must be hashable, its answer is shared and must not be changed."""

    def decorate(read: Read) -> Read:
        @functools.wraps(read)
        def ask(*args: Any) -> Any:
            present = _noted.get()
            if present is None:
                return read(*args)
            key = (read, args, present.get(name))
            with _guard:
                if key in _answers:
                    _answers.move_to_end(key)
                    return _answers[key]
            answer = read(*args)
            with _guard:
                _answers[key] = answer
                while len(_answers) > MOST:
                    _answers.popitem(last=False)
            return answer

        return ask  # type: ignore[return-value]

    return decorate
