"""The kind `finds`: one row per possible customer, as they come back from a fair or a search (CUS-08, PLT-03)."""

from typing import Any

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import rules as customer_rules
from guike.customers import selectors as customers
from guike.marketing.models import Find
from guike.marketing.services.collecting import derive
from guike.platform import clock, dictionaries, numbering
from guike.platform.access import Right, field_right
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Row
from guike.platform.sheets import values as v

WORDS = {"source": "customer_source", "industry": "industry", "product_line": "product_line"}
PLAIN = ("place_found", "found_on", "scale", "trend", "province", "city", "address", "contact", "position", "note")


def _label_of(code: str) -> Any:
    kept: dict[str, str] = {}

    def show(value: Any) -> Any:
        if value not in kept:
            kept.update(dictionaries.labels(code))
        return kept.get(value, value)

    return show


def _word(code: str, label: Any, *synonyms: str, example: str = "") -> Column:
    dictionary = WORDS[code]
    return Column(
        code=code,
        label=label,
        parser=v.Text(60),
        synonyms=synonyms,
        example=example,
        show=_label_of(dictionary),
        offers=lambda: [word.label for word in dictionaries.entries(dictionary)][:60],
    )


def _choice(code: str, label: Any, choices: Any, *synonyms: str) -> Column:
    return Column(
        code=code,
        label=label,
        parser=v.Choice({value: str(word) for value, word in choices}),
        synonyms=synonyms,
        offers=lambda: [str(word) for _code, word in choices],
    )


@register
class FindsImport(ImportKind):
    code, label, object = "finds", _("市场线索"), "find"
    key = ("number", "name", "phone")
    sheet_words = ("线索", "潜在客户", "展会", "名片")
    story = _("一行一家潜在客户；名称相同、电话不矛盾的是同一条线索，还没接收的会更新，空白单元格不改动原值。像已有客户的会标出来，不拒绝")
    columns = [
        Column(code="number", label=_("线索编号"), parser=v.Text(40), help=_("不填自动编号")),
        Column(code="name", label=_("名称"), parser=v.Text(120), required=True, synonyms=("公司名称", "企业名称", "客户名称", "单位名称", "公司", "单位", "客户"), example="台州恒捷泵业有限公司"),
        Column(code="contact", label=_("联系人"), parser=v.Text(60), synonyms=("姓名", "联系人姓名"), example="周建国"),
        Column(code="position", label=_("职务"), parser=v.Text(60), synonyms=("职位", "岗位")),
        Column(code="phone", label=_("电话"), parser=v.Phones(), synonyms=("手机", "联系电话", "手机号", "电话号码"), example="13800138000"),
        _word("source", _("来源"), "客户来源", "线索来源", "来源渠道", example="展会活动"),
        Column(code="place_found", label=_("在哪里找到"), parser=v.Text(120), synonyms=("展会", "展会名称", "网址", "活动"), example="温州泵阀展"),
        Column(code="found_on", label=_("发现日期"), parser=v.Day(), synonyms=("日期", "登记日期", "收集日期")),
        Column(code="province", label=_("省"), parser=v.Text(40), synonyms=("省份",), example="浙江省"),
        Column(code="city", label=_("市"), parser=v.Text(40), synonyms=("城市", "地市"), example="台州市"),
        Column(code="address", label=_("地址"), parser=v.Text(240), synonyms=("详细地址", "公司地址")),
        _word("product_line", _("产品线"), "产品", "意向产品", "产品类别"),
        _word("industry", _("行业"), "所属行业"),
        _choice("scale", _("规模"), Find.Scale.choices, "企业规模"),
        _choice("trend", _("发展趋势"), Find.Trend.choices, "趋势"),
        Column(code="uscc", label=_("统一社会信用代码"), parser=v.Uscc(), synonyms=("信用代码", "社会信用代码")),
        Column(code="note", label=_("情况"), parser=v.Text(2000, lines=True), synonyms=("备注", "说明", "需求")),
        Column(code="state", label=_("状态"), parser=v.Text(20), help=_("只导出"), show=lambda value: str(dict(Find.State.choices).get(value, value))),
    ]  # fmt: skip

    def begin(self) -> None:
        self.taken: dict[str, list[tuple[int, frozenset[str]]]] = {}
        self.words: dict[str, dict[str, str]] = {name: {} for name in WORDS}
        self.may_phone = field_right(self.viewer, "find", "phone") >= Right.WRITE

    def prepare(self, batch: Batch) -> None:
        listed = list(batch)
        good = [row for row in listed if row.good]
        for name, dictionary in WORDS.items():
            known = self.words[name]
            known.update(dictionaries.resolve_many(dictionary, {row[name] for row in good if row[name]} - set(known), create=True))
        if not self.may_phone and batch.values("phone"):
            self.note(_("没有填写电话的权限，这一列没有写入"))
        for row in good:
            row.found["key"] = customer_rules.name_key(row["name"])
            row.found["phones"] = self._phones(row)
        keys, numbers = {row.found["key"] for row in good}, {row["number"] for row in good if row["number"]}
        there = Find.objects.exclude(state="dropped")
        self.by_number = {one.number: one for one in there.filter(number__in=numbers)}
        self.by_key: dict[str, list[Find]] = {}
        for one in there.filter(name_key__in=keys):
            self.by_key.setdefault(one.name_key, []).append(one)
        codes = {row["uscc"].number for row in good if row["uscc"]}
        self.known = customers.exactly_there(keys, codes, {number for row in good for number in row.found["phones"]})
        for row in good:
            self._settle(row)

    def _phones(self, row: Row) -> frozenset[str]:
        return frozenset(customer_rules.phone_key(one.number) for one in row["phone"] or ()) if self.may_phone else frozenset()

    def _settle(self, row: Row) -> None:
        if row["found_on"] and row["found_on"] > clock.today():
            row.refuse("found_on", __("发现日期在今天之后"))
            return
        mine, key = row.found["phones"], row.found["key"]
        for earlier, phones in self.taken.get(key, ()):
            if earlier != row.number and (not mine or not phones or mine & phones):
                row.skip(__("与第 %(row)s 行是同一家") % {"row": earlier})
                return
        row.target = self._there(row)
        if row.target is not None and row.target.state == Find.State.ACCEPTED:
            row.skip(__("「%(name)s」已被接收，资料在客户那里改") % {"name": row.target.name})
        elif not self.settled(row):
            self.taken.setdefault(key, []).append((row.number, mine))

    def _there(self, row: Row) -> Find | None:
        if row["number"]:
            return self.by_number.get(row["number"])
        mine = row.found["phones"]
        same = [one for one in self.by_key.get(row.found["key"], ()) if not mine or not one.phone_keys or mine & set(one.phone_keys)]
        return same[0] if same else None

    def write(self, batch: Batch) -> None:
        listed = list(batch)
        fresh = [row for row in listed if row.target is None]
        nameless = iter(numbering.take_many("find", sum(not row["number"] for row in fresh)) if fresh else [])
        self.create([(row, self._new(row, row["number"] or next(nameless))) for row in fresh])
        self.update([(row, row.target, self._changed(row)) for row in listed if row.target is not None])

    def _values(self, row: Row) -> dict[str, Any]:
        values = row.filled("name", *PLAIN)
        values |= {name: self.words[name][row[name]] for name in WORDS if row[name]}
        if row["uscc"] and row["uscc"].kind == "uscc":
            values["uscc"] = row["uscc"].number
        if self.may_phone and row["phone"]:
            values["phone"] = "、".join(str(one) for one in row["phone"])[:40]
        return values

    def _new(self, row: Row, number: str) -> Find:
        made = Find(number=number, found_by_id=self.viewer.person_id, **self._values(row))
        derive(made)
        made.alike = self._alike(row)
        return made

    def _changed(self, row: Row) -> dict[str, Any]:
        values = self._values(row)
        shadow = Find(number=row.target.number, kind=row.target.kind, name=values["name"])
        shadow.contact, shadow.phone = values.get("contact", row.target.contact), values.get("phone", row.target.phone)
        return {**values, **{name: getattr(shadow, name) for name in derive(shadow)}, "alike": self._alike(row)}

    def _alike(self, row: Row) -> int:
        """What is the same to the sign counts here; the page of a find looks closer."""
        names, codes, phones = self.known
        if row["uscc"] and row["uscc"].number in codes:
            return 100
        if row.found["key"] in names:
            return 90
        return 70 if row.found["phones"] & phones else 0
