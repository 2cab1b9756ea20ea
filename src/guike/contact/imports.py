"""The import kind `follow-ups`: one row per contact with a customer, as other people's visit and call sheets have them (PLT-03)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.contact import messages, rules
from guike.contact.events import FollowUpsImported, FollowUpsWithdrawn
from guike.contact.models import FollowUp
from guike.contact.services.consequences import happening
from guike.customers import rules as customer_rules
from guike.engine.activities import services as timeline
from guike.platform import clock, events
from guike.platform.access import Reach, Viewer, reach, rows
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Row
from guike.platform.sheets import values as v

METHOD_WORDS = {
    code: [label, rules.SHORT[code], *(word for word, way in rules.METHOD_SYNONYMS.items() if way == code)]
    for code, label in rules.METHODS.items()
}
TEXTS = ("topic", "feedback", "place", "next_step")

_MARK_FIRST = """
WITH first AS (
    SELECT DISTINCT ON (customer_id) id FROM contact_followup
     WHERE customer_id = ANY(%s) AND voided_at IS NULL ORDER BY customer_id, happened_on, id)
UPDATE contact_followup f SET first_contact = (f.id IN (SELECT id FROM first))
 WHERE f.customer_id = ANY(%s) AND f.voided_at IS NULL AND f.first_contact IS DISTINCT FROM (f.id IN (SELECT id FROM first)) AND {which}
"""


@register
class FollowUpsImport(ImportKind):
    code, label, object = "follow-ups", _("跟进"), "follow_up"
    sheet_words = ("跟进", "跟踪", "拜访", "回访", "联系记录")
    story = _("一行一次联系；客户按编号认，没有编号按名称认。同一天、同一方式、同样内容的已有记录会跳过")
    columns = [
        Column(code="customer_number", label=_("客户编号"), parser=v.Reference(_("客户编号"), 40), source="customer__number",
               synonyms=("客户ID", "客户代码"), example="KH-000123"),
        Column(code="customer", label=_("客户名称"), parser=v.Reference(_("客户名称"), 120), source="customer__name",
               synonyms=("客户", "企业名称", "公司名称", "单位"), example="温州瓯泰阀门有限公司"),
        Column(code="happened_on", label=_("日期"), parser=v.Day(), required=True, synonyms=("跟进日期", "跟进时间", "拜访日期", "联系时间", "回访日期"), example="2026-11-13"),
        Column(code="method", label=_("方式"), parser=v.Choice(METHOD_WORDS), synonyms=("跟进方式", "联系方式", "拜访方式"), example="电话",
               show=lambda code: rules.METHODS.get(code, code), offers=lambda: list(rules.METHODS.values())),
        Column(code="said", label=_("沟通内容"), parser=v.Text(4000, lines=True), required=True, synonyms=("内容", "跟进内容", "跟进情况", "拜访内容", "备注"), example="希望账期放宽到 75 天"),
        Column(code="contacts", label=_("联系人"), parser=v.Text(100), synonyms=("客户联系人", "拜访对象", "和谁"), source="", example="周建国"),
        Column(code="person", label=_("跟进人"), parser=v.Reference(_("跟进人"), 40), source="person__name", synonyms=("业务员", "负责人", "拜访人"), example="陈思远"),
        Column(code="topic", label=_("主题"), parser=v.Text(120)),
        Column(code="feedback", label=_("客户反馈"), parser=v.Text(2000, lines=True), synonyms=("反馈",)),
        Column(code="place", label=_("地点"), parser=v.Text(120)),
        Column(code="next_on", label=_("下次日期"), parser=v.Day(), synonyms=("下次联系", "下次跟进时间", "下次回访")),
        Column(code="next_step", label=_("下一步"), parser=v.Text(160), synonyms=("下一步计划", "下步安排")),
    ]  # fmt: skip
    bears_on = {"contact.FollowUp": "customer_id"}
    dependants = {"contact.FollowUp": {"contact.FollowUp_contacts": "followup_id"}}

    def begin(self) -> None:
        self.people: dict[str, list[int]] = defaultdict(list)
        for pk, name, number in rows(self.viewer, "person").values_list("pk", "name", "number"):
            self.people[name].append(pk)
            self.people[number].append(pk)
        self.speaks_for = _speaks_for(self.viewer)
        self.touched: set[int] = set()
        self.taken: set[tuple] = set()

    # --- finding -----------------------------------------------------------------------------------------------------

    def prepare(self, batch: Batch) -> None:
        listed = list(batch)
        self._find_customers(listed)
        good = [row for row in listed if row.good]
        for row in good:
            self._check(row)
        ids = {row.found["customer"].pk for row in good}
        days = {row["happened_on"] for row in good}
        there = FollowUp.objects.filter(customer__in=ids, happened_on__in=days, voided_at=None)
        known = set(there.values_list("customer_id", "happened_on", "method", "said"))
        for row in good:
            self._settle(row, known)
        self._find_contacts([row for row in good if row.good], ids)

    def _find_customers(self, listed: Sequence[Row]) -> None:
        numbers = {row["customer_number"] for row in listed if row["customer_number"]}
        keys = {customer_rules.name_key(row["customer"]) for row in listed if row["customer"] and not row["customer_number"]}
        found = list(rows(self.viewer, "customer").filter(Q(number__in=numbers) | Q(name_key__in=keys)))
        by_number = {one.number: [one] for one in found}
        by_key: dict[str, list[Any]] = defaultdict(list)
        for one in found:
            by_key[one.name_key].append(one)
        for row in listed:
            self._choose(row, by_number, by_key)

    @staticmethod
    def _choose(row: Row, by_number: dict[str, list[Any]], by_key: dict[str, list[Any]]) -> None:
        column = "customer_number" if row["customer_number"] else "customer"
        said = row[column]
        if not said:
            row.refuse("customer", __("没有写客户：填客户编号或客户名称"))
            return
        fits = by_number.get(said, []) if column == "customer_number" else by_key[customer_rules.name_key(said)]
        if len(fits) == 1:
            row.found["customer"] = fits[0]
        elif fits:
            row.refuse(column, __("有 %(n)d 家客户叫「%(name)s」，填客户编号区分") % {"n": len(fits), "name": said})
        else:
            row.refuse(column, __("没有客户「%(name)s」，或不在可见范围内") % {"name": said})

    def _check(self, row: Row) -> None:
        draft = rules.Draft(method=row["method"] or "other", said=row["said"] or "", happened_on=row["happened_on"])
        for problem in rules.problems(draft, today=clock.today(), founded_on=row.found["customer"].founded_on):
            row.refuse(problem.field, messages.sentence(problem))
        fits = self.people.get(row["person"] or "", []) if row["person"] else [self.viewer.person_id]
        if len(set(fits)) == 1 and fits[0]:
            row.found["person"] = fits[0]
            if self.speaks_for is not None and fits[0] not in self.speaks_for:
                row.refuse("person", __("「%(name)s」的跟进要由本人或上级导入") % {"name": row["person"]})
        else:
            row.refuse("person", __("没有跟进人「%(name)s」，或有同名，填工号") % {"name": row["person"] or self.viewer.name})

    def _settle(self, row: Row, known: set[tuple]) -> None:
        key = (row.found["customer"].pk, row["happened_on"], row["method"] or "other", row["said"])
        if row.good and (key in known or key in self.taken):
            row.skip(__("已有同样的记录"))
        self.taken.add(key)

    def _find_contacts(self, good: Sequence[Row], ids: set[int]) -> None:
        by_name: dict[tuple[int, str], Any] = {}
        for contact in rows(self.viewer, "contact").filter(customer__in=ids) if any(row["contacts"] for row in good) else []:
            by_name[contact.customer_id, contact.name] = contact
        for row in good:
            words = (row["contacts"] or "").replace("，", "、").replace(",", "、").replace(" ", "、").split("、")
            row.found["contacts"] = [by_name[key] for word in words if (key := (row.found["customer"].pk, word.strip())) in by_name]
            row.found["names"] = "、".join(word.strip() for word in words if word.strip())

    # --- writing -----------------------------------------------------------------------------------------------------

    def write(self, batch: Batch) -> None:
        good = [row for row in batch if row.good]
        made = self.create((row, self._new(row)) for row in good)
        through = FollowUp.contacts.through
        through.objects.bulk_create(
            [
                through(followup_id=follow_up.pk, contact_id=contact.pk)
                for row, follow_up in zip(good, made, strict=True)
                for contact in row.found["contacts"]
            ]
        )
        timeline.record_many(happening(follow_up, row.found["names"]) for row, follow_up in zip(good, made, strict=True))  # type: ignore[arg-type]
        self.touched.update(row.found["customer"].pk for row in good)

    def _new(self, row: Row) -> FollowUp:
        return FollowUp(
            customer=row.found["customer"],
            person_id=row.found["person"],
            department_id=row.found["customer"].department_id,
            happened_on=row["happened_on"],
            method=row["method"] or "other",
            said=row["said"],
            next_on=row["next_on"],
            recorded_at=clock.now(),
            **{name: row[name] or "" for name in TEXTS},
        )

    def finish(self) -> None:
        """The earliest contact of each customer gets its mark; then cadences, figures and standings follow."""
        if not self.touched:
            return
        ids = sorted(self.touched)
        _mark_first(ids)
        events.emit(FollowUpsImported(tuple(ids)))

    @classmethod
    def undone(cls, ids: Sequence[int], since: datetime, before: Any) -> None:
        _mark_first(ids)
        events.emit(FollowUpsWithdrawn(tuple(ids), since))


def _speaks_for(viewer: Viewer) -> set[int] | None:
    """In whose name somebody may bring follow-ups: one's own, with the reach of a department those who have or had a post in it; None = everybody's."""
    extent = reach(viewer, "follow_up", "import")
    if extent is Reach.ALL:
        return None
    departments = {Reach.DEPARTMENT: viewer.department_ids, Reach.BELOW: viewer.department_tree_ids}.get(extent, frozenset())
    posts = apps.get_model("organisation", "Post").objects.filter(department__in=departments)
    return {viewer.person_id or 0, *posts.values_list("person_id", flat=True)}


def _mark_first(customer_ids: Sequence[int]) -> None:
    """The earliest contact of each customer carries the mark: taken off the old one before it is given to another."""
    ids = list(customer_ids)
    with connection.cursor() as cursor:
        for which in ("f.first_contact", "NOT f.first_contact"):
            cursor.execute(_MARK_FIRST.format(which=which), [ids, ids])
