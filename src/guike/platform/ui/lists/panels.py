"""The list's tools that open in the sheet: columns, conditions, saving a view. Each is a plain form without script."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guike.platform.ui.lists import builder, saved
from guike.platform.ui.lists.state import BadState, State
from guike.platform.ui.models import SavedView

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage


def respond(page: "ListPage", request: HttpRequest, wanted: State) -> HttpResponse:
    """The tool that ?panel= names."""
    tools = {"columns": _columns, "builder": builder.respond, "save": _save, "views": _views}
    tool = tools.get(request.GET["panel"])
    if tool is None:
        raise BadState(_("列表没有「%(name)s」这个工具") % {"name": request.GET["panel"][:40]})
    return tool(page, request, wanted)


def _columns(page: "ListPage", request: HttpRequest, wanted: State) -> HttpResponse:
    """Which columns, in which order: the form's boxes stand in the order that was dragged."""
    chosen = [c for code in wanted.columns for c in page.usable_columns if c.code == code]
    rest = [c for c in page.usable_columns if c not in chosen]
    others = [(n, v) for n, v in wanted.pairs() if n not in ("col", "after", "before")]
    return render(request, "ui/lists/columns.html", {"page": page, "chosen": chosen, "rest": rest, "others": others})


def _save(page: "ListPage", request: HttpRequest, wanted: State) -> HttpResponse:
    mine = [v for v in page.saved_views if v.account_id == page.viewer.account_id]
    current = next((v for v in mine if f"s{v.pk}" == wanted.view), None)
    context = {"page": page, "state": wanted, "current": current, "action": wanted.url(), "audiences": SavedView.Audience.choices}
    return render(request, "ui/lists/save.html", context)


def _views(page: "ListPage", request: HttpRequest, wanted: State) -> HttpResponse:
    """All views of the list: whose, for whom, which one it opens with; one's own to rename, share and delete."""
    own = {f"s{view.pk}": view for view in page.saved_views}
    lines = [{**view, "kept": own.get(view["code"]), "href": f"?view={view['code']}"} for view in page.all_views]
    for line in lines:
        line["mine"] = line["kept"] is not None and line["kept"].account_id == page.viewer.account_id
        line["opens"] = line["code"] == page.opening_view
    context = {
        "page": page,
        "lines": lines,
        "audiences": SavedView.Audience.choices,
        "chosen": saved.opening_view(page.viewer, page.list_code),
    }
    return render(request, "ui/lists/views.html", context)
