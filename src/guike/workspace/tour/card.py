"""The small card on the pages of the tour: where one is, what to try, the next stop. No script: forms and a disclosure."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from guike.platform.access import Viewer
from guike.platform.ui.shell import viewer_of
from guike.workspace.tour import cast, progress, stops


def card(request: HttpRequest) -> str:
    """Nothing for who is not on the way, and on the page of the tour itself."""
    if progress.COOKIE not in request.COOKIES or request.path.startswith(reverse("workspace:tour")):
        return ""
    walked, viewer = progress.read(request), viewer_of(request)
    present = walked.present
    if present is None or not viewer.account_id:
        return ""
    upcoming = _next(present, viewer)
    parts = cast.parts()
    part = parts.get(upcoming.code) if upcoming else None
    context = {
        "stop": present,
        "number": stops.STOPS.index(present) + 1,
        "count": len(stops.STOPS),
        "upcoming": upcoming,
        "part": part if part and part.login != viewer.login else None,
    }
    return render_to_string("workspace/tour/card.html", context, request=request)


def _next(present: stops.Stop, viewer: Viewer) -> stops.Stop | None:
    """The next stop that one gets to: in the demo every one, else those one's roles open."""
    following = stops.after(present.code)
    while following is not None and following.code not in cast.parts() and not following.open_to(viewer):
        following = stops.after(following.code)
    return following
