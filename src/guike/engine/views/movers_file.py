"""The movers of a trial as a workbook (POL-06)."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from guike.engine import selectors
from guike.engine.approvals.simulate import Line
from guike.engine.models.policy import PolicyVersion
from guike.engine.selectors.moving import Mover
from guike.platform.exports import services as exports


def workbook(request: HttpRequest, version: PolicyVersion, found: Iterable[Mover]) -> FileResponse:
    """Number, name, outcome and score before and after, reasons, what the new outcome brings."""
    title = _("%(title)s第 %(n)s 版试算") % {"title": version.policy.title, "n": version.number}
    headings = [exports.Heading(text) for text in (_("客户编号"), _("客户"), _("现行"), _("草案"), _("现行得分"), _("草案得分"), _("原因"), _("待遇变化"))]
    target = tempfile.TemporaryFile()  # noqa: SIM115 — the response closes it
    exports.export_table(title, headings, _rows(found, version.policy.code), "xlsx", target, actor=request.viewer, object="policy", filter=title)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{title}.xlsx")


def routes_workbook(request: HttpRequest, version: PolicyVersion, found: Iterable[Line]) -> FileResponse:
    """Every request and document of the quarter with its way before and after."""
    title = _("%(title)s第 %(n)s 版试算") % {"title": version.policy.title, "n": version.number}
    words = (_("日期"), _("事项"), _("申请人"), _("现行路径"), _("现行签批人"), _("草案路径"), _("草案签批人"), _("换路径"))
    target = tempfile.TemporaryFile()  # noqa: SIM115 — the response closes it
    headings = [exports.Heading(text) for text in words]
    exports.export_table(title, headings, _route_rows(found), "xlsx", target, actor=request.viewer, object="policy", filter=title)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{title}.xlsx")


def _route_rows(found: Iterable[Line]) -> Iterator[list[Any]]:
    for one in found:
        changed = _("是") if one.changed else ""
        yield [one.on, one.title, one.applicant, one.before, one.before_people, one.after, one.after_people, changed]


def _rows(found: Iterable[Mover], policy: str) -> Iterator[list[Any]]:
    brings = selectors.changes_between(policy)
    for one in found:
        changed = "；".join(map(str, brings(one.before, one.after)))
        yield [one.number, one.name, one.before_label, one.after_label, one.before_score, one.after_score, "；".join(one.reasons), changed]
