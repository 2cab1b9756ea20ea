"""The automations of the company."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.engine.automations import content, registry, selectors
from guike.engine.automations.models import Automation
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Column, ListPage, Phone, Quick, View


def _triggers(viewer: Viewer | None = None) -> list[tuple[str, Any]]:
    return [(code, one.label) for code, one in registry.triggers().items()]


class AutomationList(ListPage):
    object = "automation"
    title = _("自动化")
    unit = _("条")
    icon = "settings-automation"
    columns = [
        Column("name", _("名称"), sort="name", fixed=True),
        Column("when", _("当"), render=lambda row: content.when_words(row.trigger, row.content)),
        Column("then", _("就"), render=lambda row: "；".join(content.then_words(row.content)), css="gk-cell-wide"),
        Column("active", _("启用"), kind="flag"),
        Column("number", _("版本"), kind="number"),
        Column("last_fired_at", _("上次执行"), kind="moment", sort="last_fired_at"),
    ]
    fields = FieldSet([Field("active", _("启用"), Kind.FLAG), Field("trigger", _("当"), Kind.CHOICE, choices=_triggers), Field("name", _("名称"))])
    quick = [Quick("trigger", _("当"), choices=_triggers)]
    views = [View("all", _("全部"), counted=False), View("on", _("启用的"), where=lambda viewer: Q(active=True))]
    phone = Phone(title="name", second=("when", "then"), figure="active")
    default_sort = "name"
    empty_text = _("还没有自动化；例如「等级变为 C」就给负责人安排一次回访")

    def queryset(self, viewer: Viewer) -> QuerySet[Automation]:
        return selectors.listed(viewer)

    def row_url(self, row: Automation) -> str:
        return reverse("automations:automation", args=[row.pk])
