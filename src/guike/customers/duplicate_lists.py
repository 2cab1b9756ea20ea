"""Lists of possible doubles and of merges (CUS-07)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import rules, selectors, services
from guike.customers.forms import ReasonForm
from guike.customers.models import CustomerMerge, DuplicateCluster
from guike.platform.access import Viewer, allowed
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Action, BulkAction, Column, ListPage, Phone, Quick, View


def reasons_in_words(codes: list[str]) -> str:
    """Why the customers of a finding look like one."""
    words = {**rules.REASONS, **rules.AGAINST}
    return "，".join(__(words[code][1]) for code in codes if code in words)


def _customers(row: DuplicateCluster) -> str:
    return __("%(name)s 等 %(n)d 家") % {"name": row.lead.name, "n": row.size}


def _dismiss(viewer: Viewer, row: DuplicateCluster, values: Mapping[str, Any]) -> None:
    services.dismiss(row.pk, actor=viewer, reason=values.get("reason", ""))


class DuplicateList(ListPage):
    object = "duplicate"
    title = _("疑似重复")
    unit = _("组")
    icon = "copy"
    default_sort = "-score"
    empty_text = _("没有疑似重复的客户")
    columns = [
        Column("customers", _("客户"), render=_customers, plain=_customers, path="lead__name", fixed=True),
        Column("score", _("相似度"), kind="number", sort="score", nullable=False),
        Column("reasons", _("理由"), render=lambda row: reasons_in_words(row.reasons), plain=lambda row: reasons_in_words(row.reasons)),
        Column("owner", _("负责人"), path="lead__owner__name"),
        Column("found_at", _("发现"), kind="ago", sort="found_at", nullable=False),
        Column("decided_by", _("处理人"), path="decided_by__name", shown=False),
        Column("reason", _("说明"), shown=False),
    ]
    fields = FieldSet(
        [
            Field("score", _("相似度"), Kind.NUMBER),
            Field("size", _("家数"), Kind.NUMBER),
            Field("owner", _("负责人"), Kind.REFERENCE, path="lead__owner_id"),
        ]
    )
    quick = [Quick("owner", _("负责人"), picker="person")]
    views = [
        View("open", _("待处理"), where=lambda viewer: Q(state="open")),
        View("certain", _("很可能"), where=lambda viewer: Q(state="open", score__gte=90)),
        View("dismissed", _("不是重复"), where=lambda viewer: Q(state="dismissed")),
        View("merged", _("已合并"), where=lambda viewer: Q(state="merged")),
    ]
    bulk = [BulkAction("dismiss", _("不是重复"), "x", ("duplicate", "decide"), _dismiss, form=ReasonForm)]
    phone = Phone(title="customers", second=("reasons", "owner"), figure="score")

    def queryset(self, viewer: Viewer) -> QuerySet[DuplicateCluster]:
        return super().queryset(viewer).select_related("lead__owner", "decided_by")

    def row_url(self, row: DuplicateCluster) -> str:
        return row.get_absolute_url()


class MergeList(ListPage):
    object = "customer_merge"
    title = _("合并记录")
    unit = _("次")
    icon = "arrows-join"
    default_sort = "-merged_at"
    empty_text = _("还没有合并过客户")
    columns = [
        Column("merged", _("并入的客户"), path="merged__name", fixed=True),
        Column("survivor", _("留下的客户"), path="survivor__name"),
        Column("merged_by", _("合并人"), path="merged_by__name"),
        Column("merged_at", _("时间"), kind="moment", sort="merged_at", nullable=False),
        Column("reason", _("原因")),
        Column("undone_at", _("撤销"), kind="moment"),
    ]
    fields = FieldSet([Field("merged_by", _("合并人"), Kind.REFERENCE, path="merged_by_id")])
    quick = [Quick("merged_by", _("合并人"), picker="person")]
    views = [View("all", _("全部"))]
    phone = Phone(title="merged", second=("survivor", "merged_by"), note="merged_at")

    def queryset(self, viewer: Viewer) -> QuerySet[CustomerMerge]:
        return selectors.merges(viewer)

    def row_url(self, row: CustomerMerge) -> str:
        return row.get_absolute_url()


def actions(viewer: Viewer) -> list[Action]:
    """What stands beside the title of the list of possible doubles."""
    found = [Action(_("合并记录"), reverse("customers:merges"), "history")]
    if allowed(viewer, "duplicate", "scan"):
        found.append(Action(_("重新扫描"), reverse("customers:scan"), "refresh", sheet=True))
    return found
