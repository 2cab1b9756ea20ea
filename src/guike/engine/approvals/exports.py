"""Large exports wait for a signature (kind `export`, PLT-03, PLT-05): asked with a reason, made by the worker once signed, for the applicant only."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.approvals import registry, routing
from guike.engine.approvals import services as approvals
from guike.engine.approvals.forms import ExportForm
from guike.engine.models import Approval
from guike.engine.rulebook import Rulebook
from guike.organisation.selectors import Directory, viewer_of_person
from guike.platform import clock, files, jobs
from guike.platform.access import Viewer
from guike.platform.errors import Forbidden, Refused
from guike.platform.exports import limits
from guike.platform.exports.services import export_kind
from guike.platform.imports.services import kind_named
from guike.platform.notifications import registry as notifications
from guike.platform.notifications.services import notify
from guike.platform.ui import sheets
from guike.platform.ui.lists import ListPage
from guike.platform.ui.lists.export import write
from guike.platform.verbs import verb

KIND = "export"
SUBJECT = "export_file"
SALT = "guike.export"
MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}
notifications.register_kind(notifications.Kind("export.large", gettext_lazy("有人大量导出"), icon="download"))
notifications.register_kind(notifications.Kind("export.ready", gettext_lazy("导出文件好了"), icon="download"))


# --- the rule ---------------------------------------------------------------------------------------------------------------


def over(actor: Viewer, rows: int, rows_day: int) -> str:
    """The sentence that stops an export by the authority policy in force; "" where its route has no steps, or no policy speaks of exports."""
    book = Rulebook(clock.today())
    found = routing.authority(KIND, book)
    if found is None:
        return ""
    role = Directory().primary_roles.get(actor.person_id or 0, "")
    given = {"request.rows": rows, "request.rows_day": rows_day, "request.applicant_role": role or None}
    values = routing.measured(found.content, "person", actor.person_id or 0, clock.today(), given)
    place, reason = routing.way(found.content, values, book.catalogue)
    if not found.content.routes[place]:
        return ""
    names = {"rows": f"{rows:,}", "day": f"{rows_day:,}", "why": reason, "clause": book.clause(found.content.code)}
    return _("这次 %(rows)s 行，24 小时内合计 %(day)s 行：%(why)s，要先审批（%(clause)s）") % names


def ask_page(request: HttpRequest, asked: limits.Asked, form: Any = None) -> HttpResponse:
    """What would be taken out, and why it is asked for; what was asked travels signed, for this account only."""
    viewer = request.viewer  # type: ignore[attr-defined]
    sealed = signing.dumps({"asked": asdict(asked), "account": viewer.account_id}, salt=SALT)
    lines = [over(viewer, asked.rows, asked.rows + asked.recent), *(f"{label}：{words}" for label, words in _words(asked) if words)]
    return sheets.confirm(
        request,
        title=_("申请导出"),
        consequences=[line for line in lines if line],
        submit=_("提交申请"),
        cancel=request.META.get("HTTP_REFERER") or "/",
        form=form or ExportForm(viewer=viewer),
        hidden=[("sealed", sealed)],
        action=reverse("approvals:export"),
    )


def unsealed(request: HttpRequest) -> limits.Asked:
    """What a form carries along, if this account's page made it within the last hour."""
    try:
        found = signing.loads(request.POST.get("sealed", ""), salt=SALT, max_age=3600)
    except signing.BadSignature as error:
        raise Refused(_("页面放得太久了，回到列表重新导出")) from error
    if found["account"] != request.viewer.account_id:  # type: ignore[attr-defined]
        raise Forbidden(_("这不是你要的导出"))
    return limits.Asked(**found["asked"])


def _words(asked: limits.Asked) -> list[tuple[str, str]]:
    return [(_("内容"), asked.title), (_("条件"), asked.filter or _("全部")), (_("行数"), f"{asked.rows:,}"), (_("列"), "、".join(asked.columns))]


def noted(actor: Viewer, title: str, rows_day: int) -> None:
    """Above the line of alert the administrators hear of it, once a day and person."""
    if rows_day <= settings.EXPORT_ALERT_ROWS:
        return
    notify(
        "export.large",
        role="administrator",
        besides=[actor.person_id],
        title=lambda: _("%(who)s 24 小时内导出 %(n)s 行") % {"who": actor.name, "n": f"{rows_day:,}"},
        text=title,
        key=f"export.large:{actor.account_id}:{clock.today():%y%m%d}",
    )


limits.register(limits.Rule(over, ask_page, noted))


# --- asked and signed -------------------------------------------------------------------------------------------------------


@verb("approvals.ask_export")
def ask_export(asked: limits.Asked, *, actor: Viewer, reason: str) -> Approval:
    """Send a large export on its way. Refuses without a reason, without a person, and a second one of the same content that still waits."""
    if actor.person_id is None:
        raise Refused(_("这个账号没有对应的人员，不能申请"))
    if not reason.strip():
        raise Refused(_("写明导出做什么用"), field="reason")
    again = dict(asked.again)
    waiting = Approval.objects.filter(kind=KIND, requested_by=actor.person_id, state__in=["pending", "returned"], payload=again)
    if other := waiting.first():
        raise Refused(_("%(number)s 还在审批，先等它办完") % {"number": other.number}, code="waiting")
    request = approvals.Request(
        kind=KIND,
        subject_kind="person",
        subject_id=actor.person_id,
        title=_("导出%(title)s %(n)s 行") % {"title": asked.title, "n": f"{asked.rows:,}"},
        reason=reason,
        facts={"request.rows": asked.rows, "request.rows_day": asked.rows + asked.recent},
        changes=[(label, "", words) for label, words in _words(asked)],
        payload=again,
    )
    return approvals.submit(request, actor=actor)


def approved(approval: Approval, actor: Viewer) -> None:
    """The worker makes the file once this transaction stands."""
    jobs.start("approvals.export", approval.title, actor=actor, approval_id=approval.pk)


@jobs.task("approvals.export")
def make(progress: jobs.Progress, approval_id: int) -> dict[str, Any]:
    """Make the file with the applicant's rights as they are now, keep it with the request, tell the applicant. A repetition makes no second one."""
    approval = Approval.objects.get(pk=approval_id)
    if files.of(SUBJECT, approval.pk):
        return {"rows": 0}
    viewer = viewer_of_person(approval.requested_by_id or 0)
    if viewer is None:
        raise Refused(_("申请人的账号已停用，没有导出"))
    with tempfile.TemporaryFile() as target:
        name, rows = _written(approval, viewer, target)
        size = target.tell()
        target.seek(0)
        upload = UploadedFile(file=target, name=name, size=size, content_type=MEDIA[approval.payload["form"]])
        files.attach(upload, SUBJECT, approval.pk, actor=viewer)
    notify(
        "export.ready",
        people=[approval.requested_by_id or 0],
        title=lambda: _("%(title)s，文件好了") % {"title": approval.title},
        href=reverse("approvals:card", args=[approval.pk]),
        key=f"export.ready:{approval.pk}",
        subject=("approval", approval.pk),
    )
    return {"rows": rows}


def _written(approval: Approval, viewer: Viewer, target: Any) -> tuple[str, int]:
    again: Mapping[str, Any] = approval.payload
    form = again["form"]
    if "kind" in again:
        kind = kind_named(again["kind"])
        record = export_kind(kind, form, target, actor=viewer, expression=again["filter"], approved=approval.number)
        return f"{kind.label}-{clock.today():%Y%m%d}.{form}", record.rows
    page = list_of(again["list"])
    page.viewer = viewer
    wanted = page.state(cast(HttpRequest, SimpleNamespace(GET=QueryDict(again["query"]))))
    record = write(page, wanted, again["only"], form, target, approved=approval.number)
    return f"{page.title}_{clock.today():%Y%m%d}.{form}", record.rows


def list_of(dotted: str) -> ListPage:
    """The list that "module:Class" names. Refused for anything else."""
    module, name = dotted.split(":")
    found = getattr(import_module(module), name, None)
    if not (isinstance(found, type) and issubclass(found, ListPage)):
        raise Refused(_("这张列表已经没有了"))
    return found()


def file_of(approval: Approval, viewer: Viewer) -> Any:
    """The file of a request, for the applicant alone: others have not the rights it was made with. None before it is made."""
    if approval.kind != KIND or viewer.person_id is None or viewer.person_id != approval.requested_by_id:
        return None
    return next(iter(files.of(SUBJECT, approval.pk)), None)


registry.register(registry.Kind(KIND, approved=approved))
