"""The handbook's pages, for every login."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guike.platform.access import signed_in
from guike.workspace.help import book


@signed_in
def page(request: HttpRequest, name: str = book.CONTENTS) -> HttpResponse:
    """One page; `?section=` keeps to one heading, as the 「?」 of a page asks."""
    section = request.GET.get("section", "")[:60]
    found = book.page(name, section)
    if found is None:
        raise Http404(_("手册里没有这一页"))
    shown = section if any(section == words for _anchor, words in found.headings) else ""
    return render(request, "workspace/help/page.html", {"page": found, "section": shown, "names": book.names()})


@signed_in
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture of the handbook."""
    found = book.picture(name)
    if found is None:
        raise Http404(_("手册里没有这张图"))
    response = FileResponse(found.open("rb"), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=86400"
    return response
