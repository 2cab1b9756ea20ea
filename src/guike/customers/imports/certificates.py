"""The kind `certificates`: one row per licence of a customer (CUS-13)."""

from typing import Any

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import rules
from guike.customers.imports.contacts import CustomerNamed
from guike.customers.models import Certificate
from guike.customers.services.key_dates import refresh_key_dates
from guike.platform import clock, dictionaries
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Row
from guike.platform.sheets import values as v

FIELDS = ("number", "scope", "issued_by", "issued_on", "expires_on", "note")
KIND = "certificate_kind"


@register
class CertificatesImport(CustomerNamed, ImportKind):
    code, label, object = "certificates", _("证照"), "certificate"
    key = ("customer_number", "customer", "kind", "number")
    sheet_words = ("证照", "资质", "许可证")
    story = _("一行一张证照；客户按编号认，没有编号按名称认。证照和证号都相同的会更新，空白单元格不改动原值")
    columns = [
        *CustomerNamed.CUSTOMER_COLUMNS,
        Column(code="kind", label=_("证照"), parser=v.Text(60), required=True, synonyms=("证照名称", "证照类型", "资质", "资质名称"), example="营业执照",
               offers=lambda: [word.label for word in dictionaries.entries(KIND)]),
        Column(code="number", label=_("证号"), parser=v.Text(60), synonyms=("证照编号", "许可证号", "证书编号"), example="91330303MA2XXXXX0X"),
        Column(code="issued_on", label=_("发证日期"), parser=v.Day(), synonyms=("发证时间",)),
        Column(code="expires_on", label=_("有效期至"), parser=v.Day(), synonyms=("到期日", "有效期", "到期日期", "有效期截止")),
        Column(code="issued_by", label=_("发证机关"), parser=v.Text(120), synonyms=("发证单位",)),
        Column(code="scope", label=_("许可范围"), parser=v.Text(300), synonyms=("经营范围", "授权范围")),
        Column(code="note", label=_("备注"), parser=v.Text(200)),
    ]  # fmt: skip

    def begin(self) -> None:
        self.taken: dict[tuple[int, str, str], int] = {}
        self.words: dict[str, str] = {}
        self.touched: set[int] = set()

    def prepare(self, batch: Batch) -> None:
        listed = list(batch)
        self.find_customers(listed)
        good = [row for row in listed if row.good]
        self.words.update(dictionaries.resolve_many(KIND, {row["kind"] for row in good} - set(self.words), create=True))
        ids = {row.found["customer"].pk for row in good}
        there = {(one.customer_id, one.kind, one.number): one for one in Certificate.objects.filter(customer__in=ids, ended_on=None)}
        for row in good:
            self._settle(row, there)

    def _settle(self, row: Row, there: dict[tuple[int, str, str], Certificate]) -> None:
        if fault := rules.certificate_fault(row["issued_on"], row["expires_on"], clock.today()):
            later = __("发证日期在今天之后") if fault == "issued_later" else __("有效期至早于发证日期")
            row.refuse("issued_on" if fault == "issued_later" else "expires_on", later)
            return
        key = (row.found["customer"].pk, self.words[row["kind"]], row["number"] or "")
        if key in self.taken:
            row.skip(__("与第 %(row)s 行是同一张证照") % {"row": self.taken[key]})
            return
        row.target = there.get(key)
        if not self.settled(row):
            self.taken[key] = row.number

    def write(self, batch: Batch) -> None:
        listed = list(batch)
        self.create([(row, self._new(row)) for row in listed if row.target is None])
        self.update([(row, row.target, self._values(row)) for row in listed if row.target is not None])

        self.touched |= {row.found["customer"].pk for row in listed}

    def finish(self) -> None:
        """Their ends stand among the important dates."""
        refresh_key_dates(sorted(self.touched))

    @staticmethod
    def _values(row: Row) -> dict[str, Any]:
        return row.filled(*FIELDS)

    def _new(self, row: Row) -> Certificate:
        by = self.viewer.person_id
        return Certificate(customer=row.found["customer"], kind=self.words[row["kind"]], noted_by_id=by, **self._values(row))
