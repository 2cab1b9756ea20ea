"""Reading one step ahead: a batch is read while the database writes the one before (PRF-5)."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from django.db import connection
from django.utils import translation

T = TypeVar("T")


class Ahead(Generic[T]):
    """Goes through a stream; `start` has a second thread make the next item, so call it when there is something to wait for.

    Begun earlier it would only take turns with the work that the database is waiting for. The thread has the language of this
    one, and no database: what it asked there would stand outside the transaction.
    """

    def __init__(self, stream: Iterator[T]):
        self._stream = stream
        self._coming: Future[T | None] | None = None

    def start(self) -> None:
        """Make the next item beside what follows; once an item, further calls change nothing."""
        if self._coming is None:
            self._coming = self._reader.submit(self._one, translation.get_language())

    def __iter__(self) -> Iterator[T]:
        with ThreadPoolExecutor(1, "import-ahead") as self._reader:
            while True:
                self.start()
                item = self._coming.result()  # type: ignore[union-attr]
                if item is None:
                    return
                self._coming = None
                yield item

    def _one(self, language: str | None) -> T | None:
        with translation.override(language), connection.execute_wrapper(_no_query):
            return next(self._stream, None)


def _no_query(*_: Any) -> Any:
    raise RuntimeError("rows are read ahead of the transaction: no query here, look up in prepare")
