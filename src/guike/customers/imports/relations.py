"""The kind `relations`: one row per relation between two customers (CUS-15)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import rules, selectors
from guike.customers.imports.contacts import CustomerNamed
from guike.customers.models import Customer, Relation
from guike.customers.services.relations import hold_trees
from guike.platform import clock
from guike.platform.access import Viewer, rows, within
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Row
from guike.platform.sheets import values as v

FIELDS = ("since", "until", "note")


def _sides() -> dict[str, str]:
    return {code: str(_(word)) for code, word in rules.sides().items()}


def _word(kind: str) -> str:
    return __(rules.RELATION_KINDS[kind].upper_word)


@register
class RelationsImport(CustomerNamed, ImportKind):
    code, label, object = "relations", _("客户关系"), "customer_relation"
    key = ("customer_number", "customer", "side", "other_number", "other")
    sheet_words = ("客户关系", "上下级单位", "集团")
    story = _(
        "一行一条关系：第一家客户的上级单位、供货经销商、介绍人……是第二家。现有的同样关系会更新日期和说明；填了结束日期就结束那条关系"
    )
    columns = [
        Column(code="customer_number", label=_("客户编号"), parser=v.Reference(_("客户编号"), 40), source="lower__number", example="KH-000123"),
        Column(code="customer", label=_("客户名称"), parser=v.Reference(_("客户名称"), 120), source="lower__name",
               synonyms=("客户", "企业名称", "单位"), example="温州瓯泰阀门有限公司"),
        Column(code="side", label=_("对方是"), parser=v.Choice(_sides()), required=True, source="kind", show=_word,
               synonyms=("关系", "关系类型"), example="上级单位", offers=lambda: [str(word) for word in _sides().values()]),
        Column(code="other_number", label=_("对方编号"), parser=v.Reference(_("对方编号"), 40), source="upper__number", example="KH-000007"),
        Column(code="other", label=_("对方名称"), parser=v.Reference(_("对方名称"), 120), source="upper__name",
               synonyms=("对方", "上级单位名称", "关联客户"), example="瓯泰集团有限公司"),
        Column(code="since", label=_("开始日期"), parser=v.Day(), synonyms=("起始日期",)),
        Column(code="until", label=_("结束日期"), parser=v.Day(), synonyms=("终止日期",)),
        Column(code="note", label=_("说明"), parser=v.Text(200), synonyms=("备注",)),
    ]  # fmt: skip

    @classmethod
    def export_rows(cls, viewer: Viewer) -> QuerySet:
        """Those of which both sides are in sight."""
        return selectors.relations_for(viewer).filter(within(viewer, cls.object, "export")).order_by("pk")

    def begin(self) -> None:
        """The trees as they stand, held until the import is through, so that a circle is told with its row."""
        hold_trees()
        self.taken: dict[tuple[str, int, int], int] = {}
        self.above: dict[str, dict[int, set[int]]] = {code: defaultdict(set) for code in rules.TREES}
        for kind, upper, lower in Relation.objects.filter(kind__in=rules.TREES, until=None).values_list("kind", "upper_id", "lower_id"):
            self.above[kind][lower].add(upper)

    def prepare(self, batch: Batch) -> None:
        listed = list(batch)
        self.find_customers(listed)
        self._find_others([row for row in listed if row.good])
        good = [row for row in listed if row.good]
        ids = {row.found[name].pk for row in good for name in ("customer", "other")}
        there = {
            _key(one.kind, one.upper_id, one.lower_id): one for one in Relation.objects.filter(until=None, upper__in=ids, lower__in=ids)
        }
        for row in good:
            self._settle(row, there)

    def _find_others(self, listed: Sequence[Row]) -> None:
        """The other side only has to be in sight."""
        numbers = {row["other_number"] for row in listed if row["other_number"]}
        keys = {rules.name_key(row["other"]) for row in listed if row["other"]}
        found = list(rows(self.viewer, "customer").filter(Q(number__in=numbers) | Q(name_key__in=keys)))
        for row in listed:
            fits = list(_fitting(found, row["other_number"], row["other"]))
            column, said = ("other_number", row["other_number"]) if row["other_number"] else ("other", row["other"] or "")
            if len(fits) == 1:
                row.found["other"] = fits[0]
            elif fits:
                row.refuse(column, __("有 %(n)d 家客户叫「%(name)s」，填客户编号区分") % {"n": len(fits), "name": said})
            else:
                row.refuse(column, __("没有客户「%(name)s」，或不在可见范围内") % {"name": said})

    def _settle(self, row: Row, there: dict[tuple[str, int, int], Relation]) -> None:
        kind, upper, lower = rules.relation_ends(row["side"], row.found["customer"].pk, row.found["other"].pk)
        row.found["ends"] = (kind, upper, lower)
        if fault := rules.relation_fault(row["since"], row["until"], clock.today()):
            words = {
                "since_later": __("开始日期在今天之后"),
                "until_later": __("结束日期在今天之后"),
                "ends_first": __("结束日期早于开始日期"),
            }
            row.refuse("since" if fault == "since_later" else "until", words[fault])
            return
        key = _key(kind, upper, lower)
        if key in self.taken:
            row.skip(__("与第 %(row)s 行是同一条关系") % {"row": self.taken[key]})
            return
        row.target = there.get(key)
        if row.target is None and not row["until"] and (problem := self._problem(kind, upper, lower)):
            row.refuse("other", problem)
            return
        if not self.settled(row):
            self.taken[key] = row.number
            if kind in self.above and row.target is None and not row["until"]:
                self.above[kind][lower].add(upper)

    def _problem(self, kind: str, upper: int, lower: int) -> str:
        if upper == lower:
            return __("客户不能和自己建关系")
        above = self.above.get(kind)
        if above is None:
            return ""
        if rules.RELATION_KINDS[kind].single and above[lower]:
            return __("下级那一家已有上级单位，先结束原来的关系")
        waiting, passed = [upper], set()
        while waiting:
            at = waiting.pop()
            if at == lower:
                return __("会绕成一圈：下级不能又作上级")
            if at not in passed:
                passed.add(at)
                waiting += above.get(at, ())
        return ""

    def write(self, batch: Batch) -> None:
        listed = list(batch)
        self.create([(row, self._new(row)) for row in listed if row.target is None])
        self.update([(row, row.target, row.filled(*FIELDS)) for row in listed if row.target is not None])

    def _new(self, row: Row) -> Relation:
        kind, upper, lower = row.found["ends"]
        values: dict[str, Any] = row.filled(*FIELDS)
        return Relation(kind=kind, upper_id=upper, lower_id=lower, noted_by_id=self.viewer.person_id, **values)


def _key(kind: str, one: int, other: int) -> tuple[str, int, int]:
    return kind, min(one, other), max(one, other)


def _fitting(found: Sequence[Customer], number: str | None, name: str | None) -> Iterator[Customer]:
    if number:
        return (one for one in found if one.number == number)
    key = rules.name_key(name) if name else None
    return (one for one in found if key and one.name_key == key)
