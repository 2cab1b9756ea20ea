"""Documents as people read them: list, one document, one clause with its record, gaps (POL-09)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from guike.engine.models.regulation import Clause, RegulationVersion
from guike.engine.regulations import compliance, prints, reading, selectors
from guike.engine.regulations.carriers import ICONS
from guike.engine.regulations.rules import chapter as chapter_words
from guike.organisation.selectors import company, company_name
from guike.platform import clock
from guike.platform.access import Viewer, allowed, page, signed_in
from guike.platform.print import services as printing
from guike.platform.ui import navigation, sheets
from guike.platform.ui.shell import in_sheet


@page("regulation")
def regulation_list(request: HttpRequest) -> HttpResponse:
    """Every document with its version, draft and what waits to be read."""
    viewer: Viewer = request.viewer
    listed = selectors.regulations(viewer)
    gaps = selectors.gaps(viewer)
    context = {
        "listed": listed,
        "unread": [one for one in listed if one.current and reading.waiting_for(viewer, one.current.pk)],
        "gap_count": len(gaps.clauses) + len(gaps.policies),
    }
    return render(request, "engine/regulations/list.html", context)


@page("regulation")
def read(request: HttpRequest, code: str) -> HttpResponse:
    """One document as printed: chapters, clauses, what carries each out. `?version=2` for another version than the one in force."""
    viewer: Viewer = request.viewer
    number = request.GET.get("version", "")
    version = selectors.version(viewer, code, int(number) if number.isdigit() else None)
    today = clock.today()
    current = (
        version.status == "published"
        and bool(version.effective_from and version.effective_from <= today)
        and not (version.superseded_on and version.superseded_on <= today)
    )
    context = {
        "version": version,
        "regulation": version.regulation,
        "chapters": [(chapter_words(one.number), one) for one in selectors.chapters(viewer, version)],
        "versions": [one for one in selectors.versions(viewer, code) if one.status != "withdrawn"],
        "current": current,
        "icons": ICONS,
        "company": company_name(),
        "waiting": reading.waiting_for(viewer, version.pk),
        "confirmed": reading.confirmed_on(viewer, version.pk),
        "asked": reading.progress(version.pk) if allowed(viewer, "regulation", "publish") else None,
    }
    return render(request, "engine/regulations/read.html", context)


@page("regulation")
def figures(request: HttpRequest, code: str) -> HttpResponse:
    """The compliance figures of the document in force, fetched after the page and set into their places."""
    version = selectors.version(request.viewer, code)
    clauses = list(version.clauses.all())
    found = compliance.figures(request.viewer, clauses)
    pairs = [(clause, found[clause.key]) for clause in clauses if clause.key in found]
    return render(request, "engine/regulations/figures.html", {"regulation": version.regulation, "pairs": pairs})


MEDIA = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


@page("regulation")
def file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A version as PDF or Word; written into the log of looks."""
    if form not in MEDIA:
        raise Http404
    number = request.GET.get("version", "")
    version = selectors.version(request.viewer, code, int(number) if number.isdigit() else None)
    ours = company()
    imprint = printing.Imprint(ours.name or ours.short_name, request.viewer)
    content = (prints.pdf if form == "pdf" else prints.word)(request.viewer, version, imprint)
    printing.note(request.viewer, "regulation", [version.regulation_id], version.title, version=version.number, form=form)
    return printing.answer(content, f"{version.title} {prints.edition(version)}.{form}", MEDIA[form])


WHAT = {
    "open_late": lazy("逾期未办"),
    "done_late": lazy("逾期办结"),
    "on_time": lazy("按期办结"),
    "overridden": lazy("人工调整"),
    "released": lazy("放行"),
}


@page("regulation")
def clause(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One clause: its words, what carries it out, and how it was kept, down to the rows (`?what=open_late`)."""
    version, found = selectors.clause(request.viewer, code, key)
    return render(request, "engine/regulations/clause.html", _clause_context(request, version, found))


def _clause_context(request: HttpRequest, version: RegulationVersion, found: selectors.Read) -> dict:
    row: Clause = found.clause
    context = {"version": version, "regulation": version.regulation, "found": found, "icons": ICONS, "window": compliance.WINDOW_DAYS}
    figure = compliance.figures(request.viewer, [row]).get(row.key)
    what = request.GET.get("what", "")
    if what and what not in WHAT:
        raise Http404
    if figure:
        after = request.GET.get("after", "")
        chosen = what or ("open_late" if figure.open_late else "overridden" if figure.overridden and not figure.due else "on_time")
        lines, more = compliance.rows_behind(request.viewer, row, chosen, int(after) if after.isdigit() else None)
        tabs = [(name, label, getattr(figure, name)) for name, label in WHAT.items()]
        context |= {"figure": figure, "what": chosen, "lines": lines, "more": more, "tabs": tabs}
    return context


@page("policy")
def clause_of(request: HttpRequest, code: str) -> HttpResponse:
    """Where a policy's clause stands: in a document in force, else on the policy's own page. One address for every mention.

    In the sheet the clause itself answers: a redirect would leave the page below for it.
    """
    place = selectors.place_of(request.viewer, code)
    if place is None:
        return redirect(reverse("engine:policy", args=[code]) + "#clause")
    regulation, key = place
    if in_sheet(request):
        return clause(request, regulation, key)
    return redirect("engine:regulation_clause", regulation, key)


@page("regulation")
def gaps(request: HttpRequest) -> HttpResponse:
    """Clauses without a rule, rules without a clause."""
    return render(request, "engine/regulations/gaps.html", {"gaps": selectors.gaps(request.viewer)})


# --- who has read it ----------------------------------------------------------------------------------------------------


@page("regulation")
def to_read(request: HttpRequest, pk: int) -> HttpResponse:
    """From the obligation to the version that is to be read."""
    version = selectors.version_by_id(request.viewer, pk)
    return redirect(reverse("engine:regulation", args=[version.regulation.code]) + f"?version={version.number}")


@signed_in
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """「已读并理解」."""
    version = selectors.version_by_id(request.viewer, pk)
    reading.confirm(pk, actor=request.viewer)
    navigation.forget_counts(request.viewer)
    to = reverse("engine:regulation", args=[version.regulation.code]) + f"?version={version.number}"
    return sheets.done(request, _("已确认阅读《%(title)s》第 %(n)s 版") % {"title": version.title, "n": version.number}, to=to)
