"""The page of the tour, going to a stop (in the demo as whom it needs), ending it (PLT-12)."""

from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from guike.organisation import selectors as organisation
from guike.organisation import services as organisation_verbs
from guike.platform.access import ROLES, Viewer, public
from guike.workspace.tour import cast, progress
from guike.workspace.tour.stops import STOPS, Stop, stop

BACKEND = "guike.organisation.backend.AccountBackend"


@public
@never_cache
def tour(request: HttpRequest) -> HttpResponse:
    """All stops. In the demo open to everybody, elsewhere to who is logged in."""
    parts, viewer = cast.parts(), request.viewer  # type: ignore[attr-defined]
    if not parts and not viewer.account_id:
        return redirect_to_login(request.get_full_path())
    walked = progress.read(request)
    listed = [
        {
            "stop": one,
            "number": number,
            "seen": one.code in walked.seen,
            "part": parts.get(one.code),
            "role": _(ROLES[one.role]),
            "opens": one.code in parts or one.open_to(viewer),
        }
        for number, one in enumerate(STOPS, start=1)
    ]
    first = next((line for line in listed if line["opens"] and not line["seen"]), None)
    context = {
        "stops": listed,
        "first": first,
        "seen": len(walked.seen),
        "count": len(STOPS),
        "share": 100 * len(walked.seen) // len(STOPS),
        "frame": "ui/page.html" if viewer.account_id else "ui/bare.html",
        "is_demo": bool(parts),
    }
    return render(request, "workspace/tour/tour.html", context)


@public
@never_cache
@require_POST
def go(request: HttpRequest, code: str) -> HttpResponse:
    """To a stop: as its part of the demo, by its published password and the same door as everybody; elsewhere as oneself."""
    wanted = stop(code)
    if wanted is None:
        raise Http404(_("导览没有这一站"))
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    part = cast.parts().get(code)
    if part is not None and viewer.login != part.login:
        refused, viewer = _become(request, part)
        if refused:
            messages.error(request, refused)
            return redirect("workspace:tour")
    if not viewer.account_id:
        return redirect_to_login(reverse("workspace:tour"))
    return _to(request, wanted, viewer)


def _become(request: HttpRequest, part: cast.Part) -> tuple[str, Viewer]:
    """(why not, who one is now)."""
    where = {"address": request.META.get("REMOTE_ADDR", ""), "device": request.META.get("HTTP_USER_AGENT", "")[:200]}
    attempt = organisation_verbs.sign_in(part.login, part.password, **where)
    if attempt.account is None:
        return _("%(name)s 登录不了：%(why)s") % {"name": part.name, "why": attempt.message}, request.viewer  # type: ignore[attr-defined]
    if request.viewer.account_id:  # type: ignore[attr-defined]
        organisation_verbs.note_sign_out(request.viewer.account_id, **where)  # type: ignore[attr-defined]
    start_session(request, attempt.account, backend=BACKEND)
    return "", organisation.viewer_for(attempt.account)


def _to(request: HttpRequest, wanted: Stop, viewer: Viewer) -> HttpResponse:
    address = wanted.address(viewer) if wanted.open_to(viewer) else None
    if address is None:
        words = {"title": wanted.title}
        told = _("「%(title)s」还没有可看的内容") if wanted.open_to(viewer) else _("「%(title)s」要别的岗位才看得到")
        messages.warning(request, told % words)
        return redirect("workspace:tour")
    walked = progress.read(request).reach(wanted.code)
    return progress.write(redirect(address), walked, secure=request.is_secure())


@public
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Leave the way; what was seen stays ticked."""
    return progress.write(redirect("workspace:tour"), progress.read(request).leave(), secure=request.is_secure())


@public
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """From the beginning."""
    return progress.write(redirect("workspace:tour"), progress.Progress(), secure=request.is_secure())
