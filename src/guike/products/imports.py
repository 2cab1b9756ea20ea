"""The catalogue from a spreadsheet (SAL-01, PLT-03)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from guike.platform import numbering
from guike.platform.access import Right, field_right
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Row
from guike.platform.sheets import values as v
from guike.products import rules
from guike.products.models import Product
from guike.products.selectors import products_numbered

_FIELDS = (
    "name", "spec", "category", "subcategory", "unit", "tax_rate", "serial_tracked", "new_until", "active", "list_price", "floor_price",
)  # fmt: skip


class Rate(v.Percent):
    """A VAT rate kept in percent points: 13, 13% and 0.13 are all 13.00."""

    def __call__(self, cell: Any) -> Decimal | None:
        share = super().__call__(cell)
        return None if share is None else (share * 100).quantize(Decimal("0.01"))

    def show(self, value: Any) -> Any:
        return None if value is None else value / 100


@register
class ProductsImport(ImportKind):
    code, label, object = "products", _("产品"), "product"
    key = ("number",)
    sheet_words = ("产品", "商品", "物料", "货品")
    story = _("一行一个产品；编号已有的产品会更新，没有编号的自动编号，空白单元格不改动原值")
    columns = [
        Column(
            code="number",
            label=_("产品编号"),
            parser=v.Text(60),
            synonyms=("产品 ID", "产品编码", "商品编号", "商品编码", "物料编码", "物料编号", "料号", "货号", "SKU", "存货编码"),
            example="ZF-050",
        ),
        Column(
            code="name",
            label=_("产品名称"),
            parser=v.Text(200),
            synonyms=("名称", "品名", "商品名称", "物料名称", "存货名称", "货品名称"),
            required=True,
            example="铸钢闸阀",
        ),
        Column(code="spec", label=_("规格型号"), parser=v.Text(120), synonyms=("规格", "型号", "产品规格"), example="Z41H-16C DN50"),
        Column(code="category", label=_("类别"), parser=v.Text(60), synonyms=("产品类别", "分类", "大类", "商品分类"), example="闸阀"),
        Column(code="subcategory", label=_("子类别"), parser=v.Text(60), synonyms=("小类", "二级分类"), example="铸钢闸阀"),
        Column(code="unit", label=_("单位"), parser=v.Text(12), synonyms=("计量单位", "基本单位"), example="台"),
        Column(
            code="tax_rate",
            label=_("税率"),
            parser=Rate(low=0, high=1),
            synonyms=("增值税率", "税率（%）"),
            help=_("13% 或 13"),
            example="13%",
        ),
        Column(code="serial_tracked", label=_("按序列号管理"), parser=v.Boolean(), synonyms=("序列号管理",), example="否"),
        Column(code="new_until", label=_("新品截止"), parser=v.Day(), synonyms=("新品截止日期",), example="2027-06-30"),
        Column(code="active", label=_("在售"), parser=v.Boolean(), synonyms=("启用", "是否启用", "上架"), example="是"),
        Column(
            code="list_price", label=_("标准价"), parser=v.Money(low=0), synonyms=("单价", "零售价", "指导价", "含税单价"), example="860"
        ),
        Column(code="floor_price", label=_("最低价"), parser=v.Money(low=0), synonyms=("最低售价", "底价", "限价"), example="760"),
    ]

    def begin(self) -> None:
        self.made: dict[str, Product] = {}
        self.may_floor, self.may_list = (field_right(self.viewer, "product", name) >= Right.WRITE for name in ("floor_price", "list_price"))

    def prepare(self, batch: Batch) -> None:
        known = products_numbered(self.viewer, batch.values("number"))
        if not self.may_floor and batch.values("floor_price"):
            self.note(_("没有修改最低价的权限，这一列没有写入"))
        if not self.may_list and batch.values("list_price"):
            self.note(_("没有修改标准价的权限，这一列没有写入"))
        for row in batch:
            row.target = known.get(row["number"]) or self.made.get(row["number"])
            list_price, floor_price = row["list_price"], row["floor_price"]
            if self.may_floor and rules.floor_above_list(list_price or getattr(row.target, "list_price", None), floor_price):
                row.refuse("floor_price", _("最低价高于标准价"))

    def write(self, batch: Batch) -> None:
        fresh: list[tuple[Row, Product]] = []
        changes: list[tuple[Row, Product, Mapping[str, Any]]] = []
        nameless = numbering.take_many("product", len(new)) if (new := [row for row in batch if not row["number"]]) else []
        numbers = dict(zip([row.number for row in new], nameless, strict=True))
        for row in batch:
            number = row["number"] or numbers[row.number]
            target = row.target or self.made.get(number)
            if target is None:
                self.made[number] = product = Product(number=number, **self._values(row))
                product.search = rules.search_text(number, product.name, product.spec)
                fresh.append((row, product))
            elif target.pk is None:
                row.skip(_("编号「%(number)s」在前面的行已有，这一行没有再建") % {"number": number})
            elif not self.settled(row):
                changes.append((row, target, self._changed(row, target)))
        self.create(fresh)
        self.update(changes)

    def _values(self, row: Row) -> dict[str, Any]:
        values = row.filled(*_FIELDS)
        if not self.may_floor:
            values.pop("floor_price", None)
        if not self.may_list:
            values.pop("list_price", None)
        return values

    def _changed(self, row: Row, target: Product) -> dict[str, Any]:
        values = self._values(row)
        name, spec = values.get("name", target.name), values.get("spec", target.spec)
        return {**values, "search": rules.search_text(target.number, name, spec)}
