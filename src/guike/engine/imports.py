"""Entered facts from a spreadsheet: one row one value, with its day, source and evidence (POL-03, PLT-03)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.metrics.registry import REGISTRY
from guike.engine.models.metric import Assessment
from guike.engine.services.assessments import Entry, assessed_metric, built
from guike.platform.access import rows
from guike.platform.errors import Refused
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Outcome, Row
from guike.platform.sheets.values import Day

#: What makes two entries the same.
FACT = ("metric", "subject_kind", "subject_id", "observed_on", "number", "text")


@register
class Assessments(ImportKind):
    """Customers by number, metrics by code or label; nothing is overwritten: a later value counts from its day on."""

    code = "assessments"
    label = gettext_lazy("评价")
    object = "assessment"
    story = gettext_lazy("每行是一家客户一项指标在某天的取值。已有的评价不改动；同一指标以日期最近的为准。")
    sheet_words = (gettext_lazy("评价"),)
    columns = (
        Column(code="number", label=gettext_lazy("客户编号"), synonyms=("编号", "客户代码"), required=True, example="KH-000001", source=""),
        Column(code="metric", label=gettext_lazy("指标"), synonyms=("评价项目", "项目"), required=True, example=gettext_lazy("回款准时率")),
        Column(code="value", label=gettext_lazy("取值"), synonyms=("评价", "结果", "数值"), required=True, example="93.8", source=""),
        Column(
            code="observed_on",
            label=gettext_lazy("观察日期"),
            parser=Day(),
            synonyms=("日期", "评价日期"),
            required=True,
            example="2026-11-22",
        ),
        Column(code="source", label=gettext_lazy("来源"), synonyms=("出处",), example=gettext_lazy("财务部月报")),
        Column(code="evidence", label=gettext_lazy("凭据"), synonyms=("附注", "说明"), example=""),
    )

    def prepare(self, batch: Batch) -> None:
        """Find metric and subject of each row, check the value."""
        for row in batch:
            try:
                row.found["metric"] = assessed_metric(str(row["metric"]))
            except Refused as refusal:
                row.refuse("metric", refusal)
        for kind in {row.found["metric"].subject for row in batch}:
            self._find_subjects([row for row in batch if row.found["metric"].subject == kind], kind)
        for row in batch:
            self._build(row)
        self._leave_known([row for row in batch if row.target is not None])

    def _find_subjects(self, some: list[Row], kind: str) -> None:
        subject = REGISTRY.subject(kind)
        wanted = {str(row["number"]) for row in some}
        found = rows(self.viewer, kind).filter(**{f"{subject.number}__in": wanted}).values_list(subject.number, "pk")
        ids: dict[str, Any] = {str(number): pk for number, pk in found}
        for row in some:
            row.found["subject"] = ids.get(str(row["number"]))
            if row.found["subject"] is None:
                row.refuse("number", _("没有这个编号的%(subject)s，或不在可见范围内") % {"subject": subject.label})

    def _build(self, row: Row) -> None:
        try:
            row.target = built(
                Entry(
                    row.found["metric"].code,
                    row.found["subject"],
                    row["value"],
                    row["observed_on"],
                    str(row["source"] or ""),
                    str(row["evidence"] or ""),
                ),
                self.viewer,
            )
        except Refused as refusal:
            row.refuse(refusal.field or "value", refusal)

    def _leave_known(self, some: list[Row]) -> None:
        """What is on file exactly so stays as it is: the same sheet may come twice."""
        known = set(
            Assessment.objects.filter(
                subject_id__in={row.target.subject_id for row in some}, metric__in={row.target.metric for row in some}, withdrawn_at=None
            ).values_list(*FACT)
        )
        for row in some:
            fact = tuple(getattr(row.target, name) for name in FACT)
            if fact in known:
                row.target = None
            known.add(fact)

    def write(self, batch: Batch) -> None:
        """All new values of the batch at once."""
        self.create((row, row.target) for row in batch if row.target is not None)
        for row in batch:
            if row.target is None:
                row.is_(Outcome.UNCHANGED)
