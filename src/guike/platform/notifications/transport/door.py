"""The checked way out, where apprise's plug-ins expect `requests`, and its errors as failures of a delivery (PLT-06)."""

from contextvars import ContextVar
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from guike.platform import outgoing
from guike.platform.notifications.transport.outcome import After, Failure
from guike.platform.outgoing import ANSWER_BYTES, Inside, is_named, is_outside, problem

__all__ = ["ANSWER_BYTES", "Answer", "Door", "Inside", "failure_of", "is_named", "is_outside", "problem", "through"]


class Answer:
    """What came back from the last request, or why nothing did."""

    def __init__(self) -> None:
        self.response: requests.Response | None = None
        self.error: Exception | None = None


_answer: ContextVar[Answer | None] = ContextVar("guike_answer", default=None)


class Door:
    """Stands where apprise's plug-ins expect `requests`; everything else of it is passed on."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def post(self, url: str, **options: Any) -> requests.Response:
        return self.request("POST", url, **options)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request without redirects, proxies or keep-alive; its answer, of `limit` bytes at most, is kept for `through`."""
        kept = _answer.get() or Answer()
        try:
            kept.response = outgoing.asked(method, url, **options)
        except Exception as error:
            kept.error = error
            raise requests.ConnectionError from error
        return kept.response


class through:
    """`with through() as answer:` — what the plug-in's request brought is in `answer` afterwards."""

    def __enter__(self) -> Answer:
        self.answer = Answer()
        self._token = _answer.set(self.answer)
        return self.answer

    def __exit__(self, *_: object) -> None:
        _answer.reset(self._token)


def failure_of(error: Exception, host: str, *, unsure: After = After.UNCLEAR) -> Failure:
    """A network error in words; none of them holds the address, which is the secret. `unsure`: what follows when no answer came."""
    words = outgoing.words_of(error, host)
    if outgoing.is_inside(error):
        return Failure(words, After.GIVE_UP)
    inner = getattr(error.args[0] if error.args else None, "reason", None)
    sure = isinstance(error, requests.exceptions.SSLError | requests.exceptions.ConnectTimeout) or isinstance(inner, NewConnectionError)
    return Failure(words) if sure else Failure(words, unsure)
