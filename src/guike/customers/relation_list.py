"""The list of all relations in sight (CUS-15)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import rules, selectors
from guike.customers.models import Relation
from guike.platform.access import Viewer, allowed
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Action, Column, ListPage, Phone, Quick, View


def _kinds(_viewer: Viewer | None = None) -> list[tuple[str, str]]:
    return [(code, __(kind.label)) for code, kind in rules.RELATION_KINDS.items()]


def _sides(row: Relation) -> str:
    """上级单位 → 下级单位; one word for both where they are the same to each other."""
    kind = row.kind_of
    return __(kind.upper_word) if kind.mutual else f"{__(kind.upper_word)} → {__(kind.lower_word)}"


class RelationList(ListPage):
    object = "customer_relation"
    title = _("客户关系")
    unit = _("条")
    icon = "hierarchy-2"
    searchable = True
    search_hint = _("客户名称、拼音、编号")
    default_sort = "-since"
    empty_text = _("没有符合条件的关系；在客户页的「关系」里登记，或从 Excel 导入")
    columns = [
        Column("upper", _("甲方"), path="upper__name", fixed=True),
        Column("sides", _("关系"), path="kind", sort="kind", render=_sides, plain=_sides, nullable=False),
        Column("lower", _("乙方"), path="lower__name"),
        Column("since", _("开始日期"), kind="day", sort="since"),
        Column("until", _("结束日期"), kind="day", sort="until"),
        Column("note", _("说明")),
        Column("owner", _("乙方负责人"), path="lower__owner__name", shown=False),
    ]
    fields = FieldSet(
        [
            Field("kind", _("关系"), Kind.CHOICE, choices=_kinds),
            Field("upper", _("甲方"), Kind.REFERENCE, path="upper_id"),
            Field("lower", _("乙方"), Kind.REFERENCE, path="lower_id"),
            Field("since", _("开始日期"), Kind.DATE),
            Field("until", _("结束日期"), Kind.DATE),
        ]
    )
    quick = [
        Quick("kind", _("关系"), choices=_kinds),
        Quick("upper", _("甲方"), picker="customer"),
        Quick("lower", _("乙方"), picker="customer"),
    ]
    views = [
        View("open", _("现有"), where=lambda viewer: Q(until=None), counted=False),
        View("ended", _("已结束"), where=lambda viewer: Q(until__isnull=False), sort="-until", counted=False),
        View("all", _("全部"), counted=False),
    ]
    phone = Phone(title="upper", second=("sides", "lower"), figure="since")

    def queryset(self, viewer: Viewer) -> QuerySet[Relation]:
        return selectors.relations_for(viewer)

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        found = selectors.search(selectors.customers(viewer), text, viewer).values("pk")
        return rows.filter(Q(upper__in=found) | Q(lower__in=found))

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()


def actions(viewer: Viewer) -> list[Action]:
    """What stands beside the title."""
    if not allowed(viewer, "customer_relation", "import"):
        return []
    return [Action(__("导入"), f"{reverse('imports:start')}?kind=relations", "file-import")]
