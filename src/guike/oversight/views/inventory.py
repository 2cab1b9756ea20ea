"""个人信息清单, on screen and as a workbook."""

from tempfile import SpooledTemporaryFile
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guike.oversight import selectors
from guike.platform import clock
from guike.platform.access import page, require
from guike.platform.exports.services import export_table
from guike.platform.sheets.writer import Heading
from guike.platform.ui.components import Tab

WIDTHS = (14, 36, 14, 28, 30, 34, 40, 30)


@page("personal_field")
def inventory(request: HttpRequest) -> HttpResponse:
    """Every personal field; `?export=xlsx` is the same as a file."""
    whose, text = request.GET.get("whose", "")[:20], request.GET.get("q", "").strip()[:40]
    lines = selectors.inventory(request.viewer, whose, text)
    if request.GET.get("export") == "xlsx":
        return _file(request, lines)
    choices = [Tab(code, str(label), f"?whose={code}") for code, label in [("", _("全部")), *selectors.about()]]
    return render(request, "oversight/inventory.html", {"lines": lines, "whose": whose, "text": text, "choices": choices})


def _file(request: HttpRequest, lines: list[Any]) -> HttpResponse:
    require(request.viewer, "personal_field", "export")
    spool: Any = SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115 the response closes it
    headings = [Heading(label, "", width) for label, width in zip(selectors.headings(), WIDTHS, strict=True)]
    # what is exported names fields, no person: it does not count against the day's rows
    export_table(_("个人信息清单"), headings, (line.cells() for line in lines), "xlsx", spool, actor=request.viewer, object="personal_field", approved="-")
    spool.seek(0)
    name = f"{_('个人信息清单')}_{clock.today():%Y%m%d}.xlsx"
    return FileResponse(spool, as_attachment=True, filename=name)  # type: ignore[return-value]
