"""The review list of whose data are past their term: erase, or keep on for a reason (08-quality privacy, CUS-12)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.oversight import selectors, services
from guike.oversight.forms import KeepForm, LookForm
from guike.oversight.models import ENDING, DuePerson
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Action, BulkAction, Column, ListPage, Phone, Quick, View

TO_DECIDE = Q(state="due", request__isnull=True)
KEPT = ("subject_name", "subject_kind", "state", "kept", "why", "subject_place")
UNDER_WAY = Q(request__isnull=False) & ~Q(state="erased")


def why(row: DuePerson) -> str:
    """Why somebody is on the list: 「最后一次往来 2023-01-05（订单），保存 36 个月」."""
    words = {"person": __("%(day)s 离职，保存 %(n)d 个月"), "personal_request": __("%(day)s 办结，保存 %(n)d 个月")}
    told = {"day": row.last_on, "n": row.months, "what": selectors.dealing_word(row.last_what)}
    if row.subject_kind == "find":
        return __("%(day)s 最后一次处理，保存 %(n)d 个月") % told
    if row.subject_kind in words:
        return words[row.subject_kind] % told
    if row.last_what:
        return __("最后一次往来 %(day)s（%(what)s），保存 %(n)d 个月") % told
    return __("%(day)s 以来没有往来，保存 %(n)d 个月") % told


def kept(row: DuePerson) -> str:
    """Why it is kept, by law or by decision; "" where it is not."""
    if row.state != "kept":
        return ""
    return f"{row.hold.get_ground_display()}，{row.hold.reason}" if row.hold else row.kept_why


def standing(row: DuePerson) -> str:
    """The state in words: the request that is under way, or until when it is kept."""
    if row.state == "kept":
        return __("保留到 %(day)s") % {"day": row.hold.until if row.hold else row.kept_until}
    if row.request and row.state == "due" and row.request.state not in ("done", "refused"):
        return f"{row.request.get_state_display()} {row.request.number}"
    return str(row.get_state_display())


def _tone(row: DuePerson) -> str:
    return "warn" if row.state == "due" and not row.request_id else ""


def _erase_lines(viewer: Viewer, rows: Sequence[Any]) -> Iterable[str]:
    yield __("每人记一条删除请求，在后台清点要清空什么、留下什么")
    yield __("清点以后在「个人信息请求」里提交，另一个人复核以后才删") if services.terms().two_people else __("清点以后在「个人信息请求」里提交，随即删除")


def _erase(viewer: Viewer, row: Any, values: Mapping[str, Any]) -> None:
    services.begin_erasure(row.pk, actor=viewer, reason=values["reason"])


def _keep(viewer: Viewer, row: Any, values: Mapping[str, Any]) -> None:
    services.keep_longer(row.pk, until=values["until"], reason=values["reason"], actor=viewer)


class DueList(ListPage):
    object = "personal_due"
    title = _("到期的个人信息")
    unit = _("人")
    icon = "calendar-x"
    default_sort = "ended_on"
    empty_text = _("没有到期的个人信息；每晚检查一次")
    columns = [
        Column("subject_name", _("姓名"), fixed=True, render=str, plain=str),
        Column("subject_kind", _("谁的"), kind="choice"),
        Column("state", _("状态"), render=standing, plain=standing, tone=_tone),
        Column("why", _("为什么到期"), render=why, plain=why, css="gk-cell-wide"),
        Column("ended_on", _("期满日"), kind="short_day", sort="ended_on", nullable=False),
        Column("subject_place", _("在哪里"), render=lambda row: row.subject_place, plain=lambda row: row.subject_place),
        Column("kept", _("保留的理由"), render=kept, plain=kept, css="gk-cell-wide", shown=False),
        Column("last_on", _("最后一次往来"), kind="short_day", sort="last_on", nullable=False, shown=False),
        Column("found_on", _("列入日期"), kind="short_day", shown=False),
        Column("erased_on", _("删除日期"), kind="short_day", shown=False),
    ]
    fields = FieldSet(
        [
            Field("subject_kind", _("谁的"), Kind.CHOICE, choices=ENDING),
            Field("state", _("状态"), Kind.CHOICE, choices=DuePerson.State.choices),
            Field("ended_on", _("期满日"), Kind.DATE),
            Field("last_on", _("最后一次往来"), Kind.DATE),
            Field("found_on", _("列入日期"), Kind.DATE),
        ]
    )
    quick = [Quick("subject_kind", _("谁的")), Quick("state", _("状态"))]
    views = [
        View("due", _("待处理"), where=lambda viewer: TO_DECIDE),
        View("begun", _("删除中"), where=lambda viewer: UNDER_WAY),
        View("kept", _("保留中"), where=lambda viewer: Q(state="kept"), columns=KEPT),
        View("erased", _("已删除"), where=lambda viewer: Q(state="erased"), counted=False),
        View("all", _("全部"), counted=False),
    ]
    bulk = [
        BulkAction("erase", _("删除"), "trash", ("personal_due", "erase"), _erase, form=LookForm, consequences=_erase_lines, danger=True),
        BulkAction("keep", _("再保留"), "calendar-plus", ("personal_due", "keep"), _keep, form=KeepForm),
    ]
    phone = Phone(title="subject_name", second=("subject_kind", "subject_place"), figure="ended_on", note="state")
    searchable = True
    search_hint = _("姓名")
    empty_action = Action(_("个人信息规则"), "/personal/terms/", "settings", sheet=True)

    def queryset(self, viewer: Viewer) -> QuerySet[DuePerson]:
        return selectors.due(viewer)

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        return rows.filter(selectors.searched(viewer, text))

    def complete(self, rows: Sequence[Any]) -> None:
        selectors.subjects(self.viewer, rows)

    def row_url(self, row: Any) -> str:
        return reverse("oversight:due_person", args=[row.pk])
