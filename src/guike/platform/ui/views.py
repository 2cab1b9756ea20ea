"""The kit's own pages: navigation as a page, search, pickers, display preferences, the style guide."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from guike.platform.access import signed_in
from guike.platform.errors import Forbidden
from guike.platform.ui import guide as style_guide
from guike.platform.ui import navigation, pickers, shell
from guike.platform.ui.forms import ChipField, Form
from guike.platform.ui.sheets import safe_next

YEAR = 365 * 24 * 3600
PALETTE_ROWS, PAGE_ROWS, PALETTE_PAGES = 5, 20, 8


@signed_in
def menu(request: HttpRequest) -> HttpResponse:
    """Every page this login may open: 更多 on the phone."""
    return render(request, "ui/menu.html", {"groups": navigation.groups(request.viewer, request.path)})


@signed_in
@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """The counts of the side bar as JSON, fetched after the page."""
    return JsonResponse(navigation.counts(request.viewer))


@signed_in
def keys(request: HttpRequest) -> HttpResponse:
    """All keyboard shortcuts."""
    entries = [e for e in navigation.visible_entries(request.viewer) if e.shortcut]
    return render(request, "ui/keys.html", {"entries": entries})


class PreferencesForm(Form):
    """How pages look on this machine."""

    theme = ChipField(
        label=gettext_lazy("外观"),
        choices=[("light", gettext_lazy("浅色")), ("dark", gettext_lazy("深色")), ("auto", gettext_lazy("跟随系统"))],
    )
    density = ChipField(label=gettext_lazy("行距"), choices=[("comfortable", gettext_lazy("宽松")), ("compact", gettext_lazy("紧凑"))])
    language = ChipField(label=gettext_lazy("语言"), choices=settings.LANGUAGES)


@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """Theme, density and language, kept with the account and in this browser (for the log-in page)."""
    present = {
        "theme": shell.preference(request, "theme", shell.THEMES),
        "density": shell.preference(request, "density", shell.DENSITIES),
        "language": shell.preference(request, "language", tuple(code for code, _name in settings.LANGUAGES)),
    }
    form = PreferencesForm(request.POST or None, initial=present, viewer=request.viewer)
    if not form.is_valid():
        return render(request, "ui/preferences.html", {"form": form})
    shell.keep_preferences(request.viewer, form.cleaned_data)
    shell.keep_preferences(request.viewer, form.cleaned_data)
    response = redirect(safe_next(request, "/"))
    for name, value in form.cleaned_data.items():
        response.set_cookie(f"gk_{name}", value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response


@signed_in
@require_GET
def pick(request: HttpRequest, code: str) -> HttpResponse:
    """What a picker offers for ?q=; other parameters are the form's filters."""
    filters = {name: str(value) for name, value in request.GET.items() if name != "q"}
    try:
        rows = pickers.found(request.viewer, code, request.GET.get("q", "")[:80], filters)
    except pickers.NoPicker:
        raise Http404(_("没有「%(code)s」这种选择框") % {"code": code}) from None
    return JsonResponse({"results": [row.as_json() for row in rows]})


@signed_in
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The search box: rows of every palette picker, and pages by name."""
    text = request.GET.get("q", "").strip()[:80]
    target = getattr(request.htmx, "target", "") or ""
    in_box = target.startswith("gk-palette")
    sections = pickers.palette(request.viewer, text, PALETTE_ROWS if in_box else PAGE_ROWS) if text else []
    here = [label[:40] for label in request.GET.getlist("here")[:40]]
    context = {
        "text": text,
        "sections": sections,
        "actions": navigation.named(request.viewer, text)[:PALETTE_PAGES],
        "in_box": in_box,
        "here": here,
        "doing": [(place, label) for place, label in enumerate(here) if navigation.sounds_like(label, text)][:PALETTE_PAGES]
        if in_box
        else [],
    }
    template = {"gk-palette-body": "ui/palette.html", "gk-palette-results": "ui/parts/results.html"}.get(target, "ui/search.html")
    return render(request, template, context)


@signed_in
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Every component with realistic content; administrators only."""
    if not request.viewer.has_role("administrator"):
        raise Forbidden(_("样式指南只对管理员开放"))
    return render(request, "ui/guide.html", style_guide.context(request.viewer, request.POST or None))
