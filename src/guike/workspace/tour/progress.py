"""How far a browser has come. Kept in a signed cookie: in the demo one walks as several people, and a log-in ends the session."""

import json
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse

from guike.workspace.tour.stops import STOPS, Stop, stop

COOKIE = "guike_tour"
AGE = 60 * 60 * 24 * 180


@dataclass(frozen=True)
class Progress:
    """Where one stands ("" = not on the way) and which stops one has seen."""

    at: str = ""
    seen: frozenset[str] = frozenset()

    @property
    def present(self) -> Stop | None:
        return stop(self.at)

    @property
    def upcoming(self) -> Stop | None:
        """The first stop that was not seen; None when all were."""
        return next((one for one in STOPS if one.code not in self.seen), None)

    @property
    def complete(self) -> bool:
        return self.upcoming is None

    def reach(self, code: str) -> "Progress":
        return Progress(code, self.seen | {code})

    def leave(self) -> "Progress":
        return replace(self, at="")


def read(request: HttpRequest) -> Progress:
    """What the cookie tells; a broken or foreign one tells nothing."""
    try:
        kept = json.loads(request.get_signed_cookie(COOKIE, default="{}", salt=COOKIE) or "{}")
        at, seen = kept.get("at", ""), kept.get("seen", [])
    except Exception:
        return Progress()
    known = {one.code for one in STOPS}
    return Progress(at if at in known else "", frozenset(seen) & known)


def write(response: HttpResponse, progress: Progress, *, secure: bool) -> HttpResponse:
    value = json.dumps({"at": progress.at, "seen": sorted(progress.seen)})
    response.set_signed_cookie(COOKIE, value, salt=COOKIE, max_age=AGE, httponly=True, samesite="Lax", secure=secure)
    return response
