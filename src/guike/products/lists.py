"""The list of products."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Column, ListPage, Phone, Quick, View
from guike.products import selectors
from guike.products.models import Product


def _categories(viewer: Viewer) -> list[tuple[str, str]]:
    return [(name, name) for name in selectors.categories(viewer)]


def _new_ones(viewer: Viewer) -> dict[str, Any]:
    return {"field": "new_until", "op": "gte", "value": clock.today().isoformat()}


class ProductList(ListPage):
    object = "product"
    title = _("产品")
    unit = _("种")
    icon = "package"
    columns = [
        Column("number", _("产品编号"), sort="number", fixed=True),
        Column("name", _("名称"), sort="name"),
        Column("spec", _("规格型号")),
        Column("category", _("类别")),
        Column("subcategory", _("子类别"), shown=False),
        Column("unit", _("单位")),
        Column("list_price", _("标准价"), kind="yuan"),
        Column("floor_price", _("最低价"), kind="yuan", field="floor_price", shown=False),
        Column("tax_rate", _("税率（%）"), kind="number", shown=False),
        Column("serial_tracked", _("按序列号管理"), kind="flag", shown=False),
        Column("new_until", _("新品截止"), kind="day", shown=False),
        Column("active", _("在售"), kind="flag"),
    ]
    fields = FieldSet(
        [
            Field("number", _("产品编号"), Kind.TEXT),
            Field("name", _("名称"), Kind.TEXT),
            Field("spec", _("规格型号"), Kind.TEXT),
            Field("category", _("类别"), Kind.TEXT),
            Field("subcategory", _("子类别"), Kind.TEXT),
            Field("list_price", _("标准价"), Kind.MONEY),
            Field("floor_price", _("最低价"), Kind.MONEY),
            Field("new_until", _("新品截止"), Kind.DATE),
            Field("serial_tracked", _("按序列号管理"), Kind.FLAG),
            Field("active", _("在售"), Kind.FLAG),
        ]
    )
    quick = [Quick("category", _("类别"), choices=_categories)]
    views = [
        View("active", _("在售"), where={"field": "active", "op": "eq", "value": True}),
        View("new", _("新品"), where=_new_ones),
        View("all", _("全部")),
    ]
    phone = Phone(title="name", second=("number", "spec"), figure="list_price")
    default_sort = "number"
    searchable = True
    search_hint = _("编号、名称、规格、拼音")
    empty_text = _("还没有产品。可以新建，也可以从 Excel 导入；导入订单时会一并新建")

    def queryset(self, viewer: Viewer) -> QuerySet[Product]:
        return selectors.products_for(viewer).order_by()

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        for word in selectors.words(text):
            rows = rows.filter(search__contains=word)
        return rows

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()
