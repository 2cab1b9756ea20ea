"""审计: looks, log-ins, changes, who has seen a record, and the check against the seals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.oversight import selectors, services
from guike.oversight.lists import ChangeList, LoginList, LookList
from guike.oversight.selectors import VERIFY
from guike.oversight.words import verb_word
from guike.platform import access, jobs, telling
from guike.platform.access import page
from guike.platform.ui.lists import Action


def _elsewhere(present: str) -> list[Action]:
    """The other lists of the trail."""
    places = {"looks": _("访问记录"), "logins": _("登录记录"), "changes": _("修改记录"), "verify": _("核对审计记录")}
    icons = {"looks": "eye", "logins": "key", "changes": "history", "verify": "shield-check"}
    return [Action(label, reverse(f"oversight:{name}"), icons[name]) for name, label in places.items() if name != present]


@page("access_log")
def looks(request: HttpRequest) -> HttpResponse:
    return LookList().respond(request, actions=_elsewhere("looks"))


@page("login_record")
def logins(request: HttpRequest) -> HttpResponse:
    return LoginList().respond(request, actions=_elsewhere("logins"))


@page("change_record")
def changes(request: HttpRequest) -> HttpResponse:
    return ChangeList().respond(request, actions=_elsewhere("changes"))


@page("change_record")
def change(request: HttpRequest, context: str) -> HttpResponse:
    """What one verb changed, before and after."""
    note, rows, total = selectors.change(request.viewer, context)
    verb = note.metadata.get("verb", "")
    told = {"verb": verb_word(verb), "why": telling.reason(verb, note.metadata.get("why", ""))}
    return render(request, "oversight/change.html", {"note": note, **told, "rows": rows, "total": total, "more": total - len(rows)})


@page("look")
def seen(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """谁看过: the newest looks at one record, for those who lead people and may see the record."""
    if code not in access.declarations():
        return redirect("oversight:looks")
    rows = list(selectors.seen_by(request.viewer, code, pk))
    lines = [(row, selectors.ACTIONS.get(row.action, row.action)) for row in rows]
    return render(request, "oversight/seen.html", {"lines": lines, "record": access.row(request.viewer, code, pk)})


@page("seal")
def verify(request: HttpRequest) -> HttpResponse:
    """核对审计记录: the last result, and a button that checks everything in the background."""
    if request.method == "POST":
        run = jobs.start(VERIFY, _("核对审计记录"), actor=request.viewer)
        return redirect(f"{reverse('oversight:verify')}?run={run.pk}")
    context: dict[str, Any] = {"last": services.last_seal(), "run": selectors.last_check(), "copy": str(services.outside())}
    return render(request, "oversight/verify.html", context)
