"""A copy for the person: everything that is held about them, as a workbook and as JSON, with their files (个人信息保护法 第四十五条)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from guike.oversight.models import PersonalRequest
from guike.oversight.selectors.looks import ACTIONS
from guike.oversight.services import erasing, gathering, keeping, requests
from guike.oversight.services.gathering import Someone
from guike.platform import access, audit, clock, files, history, jobs, privacy
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.models import AccessLog, Attachment
from guike.platform.privacy import Erase
from guike.platform.verbs import verb

COPY = "oversight.copy"
#: The object a copy hangs on: the request, but only for who may hand copies over; whoever recorded the request sees no copy.
HELD_BY = "personal_copy"
#: Days for which a copy can be fetched; then it is removed.
FETCHED_WITHIN = 30
#: Files that go into the copy, together; more is named and handed over apart.
FILES_LIMIT = 12 * 2**20


@verb("oversight.ask_for_copy")
def ask_for_copy(pk: int, *, actor: Viewer, version: int | None = None, reason: str = "") -> PersonalRequest:
    """Make a copy in the background; it hangs on the request. Nobody gets one before the identity is checked."""
    found = requests.taken(pk, actor=actor, version=version, action="copy")
    if found.way == PersonalRequest.Way.TERM:
        raise Refused(_("不是本人提的请求，没有人要副本"), code="term")
    requests.require_checked(found)
    if gathering.row_of(found.subject_kind, found.subject_id) is None:
        raise Refused(_("没有这个人的资料"))
    run = jobs.start(COPY, _("个人信息副本 %(number)s") % {"number": found.number}, actor=actor, request=found.pk, account=actor.account_id, who=actor.name)
    audit.note(actor, "copy", found.subject_kind, found.subject_id, detail={"what": found.number})
    return requests.written(found, job=run)


@jobs.task(COPY)
@transaction.atomic
def run(progress: jobs.Progress, request: int, account: int | None, who: str) -> dict[str, Any]:
    """Gather and keep it with the request. A second delivery makes no second copy."""
    found = PersonalRequest.objects.select_for_update(of=("self",)).get(pk=request)
    name = _("个人信息副本") + f"_{found.number}_{clock.today():%Y%m%d}.zip"
    if Attachment.objects.filter(subject_kind=HELD_BY, subject_id=found.pk, name=name, removed_at=None).exists():
        return {}
    somebody = gathering.someone(found.subject_kind, found.subject_id)
    if somebody is None:
        raise Refused(_("没有这个人的资料"))
    content = bundle(somebody)
    upload = SimpleUploadedFile(name, content, "application/zip")
    files.attach(upload, HELD_BY, found.pk, actor=Viewer(account_id=account, name=who))
    return {"bytes": len(content)}


def bundle(who: Someone) -> bytes:
    """The zip: 个人信息副本.xlsx for reading, .json for taking elsewhere, and the files."""
    held = dict(_held(who))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_("个人信息副本") + ".json", json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        packed.writestr(_("个人信息副本") + ".xlsx", _workbook(held))
        for name, content in _files(who):
            packed.writestr(name, content)
    return target.getvalue()


def _held(who: Someone) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Part → lines: what is on file, what it was before, dealings, files, who looked."""
    yield _("资料"), [line for found in gathering.gathered(who) if not found.is_history for line in _own_lines(found)]
    yield _("改动"), [line for code, pk in who.selves for line in _changes(code, pk)]
    yield _("往来"), list(_dealings(who))
    yield _("文件"), [{_("文件名"): one.name, _("上传时间"): one.uploaded_at} for one in _attachments(who)]
    yield _("谁看过"), list(_looks(who))


def _own_lines(found: gathering.Found) -> Iterator[dict[str, Any]]:
    declared = {one.column: one for one in privacy.columns_of(found.of) if one.erase is not Erase.DERIVED}
    for row in found.own:
        for column in row._meta.concrete_fields:
            value = getattr(row, column.attname)
            one = declared.get(column.name)
            if one is None or value in (None, "", [], {}):
                continue
            shown = str(dict(column.flatchoices).get(value, value)) if column.choices else value
            yield {
                _("资料"): str(found.of._meta.verbose_name),
                _("字段"): one.label,
                _("内容"): shown,
                _("用途"): str(one.purpose),
                _("依据"): str(one.ground.label),
                _("保存多久"): str(one.term.label),
            }


def _changes(code: str, pk: int) -> Iterator[dict[str, Any]]:
    row = gathering.row_of(code, pk)
    declared = {one.column for one in privacy.columns_of(type(row))} if row is not None else set()
    for entry in history.of(row) if row is not None else ():
        for change in entry.changes:
            if change.field in declared:
                yield {_("时间"): clock.local(entry.at), _("字段"): change.label, _("改前"): change.before, _("改后"): change.after}


def _dealings(who: Someone) -> Iterator[dict[str, Any]]:
    """Follow-ups in which the person took part. What colleagues noted about others is not theirs."""
    model: Any = access.declarations()["follow_up"].model_class()
    rows = model._base_manager.filter(customer_id=who.customer_id)
    if who.kind == gathering.CONTACT:
        rows = rows.filter(contacts__pk=who.pk)
    for row in rows.order_by("happened_on", "pk"):
        yield {_("日期"): row.happened_on, _("方式"): row.get_method_display(), _("主题"): row.topic, _("沟通内容"): row.said, _("客户反馈"): row.feedback}


def _attachments(who: Someone) -> list[Attachment]:
    return [one for one in erasing.files_of(who) if one.subject_kind != HELD_BY and one.removed_at is None]


def _files(who: Someone) -> Iterator[tuple[str, bytes]]:
    room = FILES_LIMIT
    for number, one in enumerate(_attachments(who), 1):
        if one.size <= room and files.is_there(one.sha256):
            room -= one.size
            with files.opened(one.sha256) as source:
                yield f"{_('文件')}/{number:03} {one.name.replace('/', '_')}", source.read()


def _looks(who: Someone) -> Iterator[dict[str, Any]]:
    """On which days their data was opened, taken away; not by whom: colleagues are persons too."""
    for code, pk in who.selves:
        for one in AccessLog.objects.filter(object=code, subject_id=pk).order_by("at"):
            yield {_("时间"): clock.local(one.at), _("动作"): str(ACTIONS.get(one.action, one.action))}


def _workbook(held: dict[str, list[dict[str, Any]]]) -> bytes:
    """A sheet a part; text stays text."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "remove_timezone": True})
    bold, moment, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), book.add_format({"num_format": "yyyy-mm-dd"})
    for part, lines in held.items():
        sheet = book.add_worksheet(part)
        heads = list(dict.fromkeys(name for line in lines for name in line))
        for column, name in enumerate(heads):
            sheet.write_string(0, column, name, bold)
            sheet.set_column(column, column, 24)
        for place, line in enumerate(lines, 1):
            for column, name in enumerate(heads):
                value = line.get(name)
                if isinstance(value, datetime):
                    sheet.write_datetime(place, column, value.replace(tzinfo=None), moment)
                elif isinstance(value, date):
                    sheet.write_datetime(place, column, value, day)
                elif value not in (None, ""):
                    sheet.write_string(place, column, "、".join(map(str, value)) if isinstance(value, list) else str(value)[:32_000])
    book.close()
    return target.getvalue()


def remove_old_copies() -> int:
    """The night's round: copies that were made more than 30 days ago are gone."""
    limit = clock.now() - timedelta(days=FETCHED_WITHIN)
    old = Attachment.objects.filter(subject_kind=HELD_BY, uploaded_at__lt=limit, removed_at=None)
    removed = keeping.remove_files(list(old), (), PersonalRequest())
    keeping.sweep()
    return removed


def copies(request: PersonalRequest) -> list[Attachment]:
    """The copies that hang on a request."""
    return files.of(HELD_BY, request.pk)

