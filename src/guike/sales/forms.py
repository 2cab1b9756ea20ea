"""Forms of orders and returns; rules are the services'."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform import clock
from guike.platform.ui import forms as ui
from guike.sales import rules
from guike.sales.services import LineDraft

ROWS_AT_FIRST, ROWS_MORE, ROWS_MOST = 4, 4, 60


def _blank(choices: Mapping[str, str]) -> list[tuple[str, Any]]:
    return [("", "—"), *((code, _(name)) for code, name in choices.items())]


class OrderForm(ui.VersionMixin, ui.Form):
    customer = ui.PickField("customer", label=_("客户"))
    ordered_on = ui.DayField(label=_("下单日期"), initial=clock.today)
    number = forms.CharField(label=_("订单号"), max_length=60, required=False, help_text=_("不填则自动编号"))
    promised_on = ui.DayField(label=_("承诺交期"), required=False)
    channel = forms.ChoiceField(label=_("渠道"), choices=_blank(rules.CHANNELS), required=False)
    external_number = forms.CharField(label=_("外部单号"), max_length=60, required=False)
    note = ui.TextAreaField(label=_("备注"), required=False, rows=2)

    def head(self) -> dict[str, Any]:
        """The head's fields for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("customer", "version")}


class LineForm(ui.Form):
    """One line; a line without product is left out. Discount in percent points taken off."""

    product = ui.PickField("product", label=_("产品"), required=False)
    quantity = forms.DecimalField(label=_("数量"), max_digits=18, decimal_places=4, required=False)
    unit_price = ui.MoneyField(label=_("单价"), required=False)
    discount = forms.DecimalField(label=_("让价 %"), max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("product"):
            for name, words in (("quantity", _("填数量")), ("unit_price", _("填单价"))):
                if values.get(name) is None and name not in self.errors:
                    self.add_error(name, words)
        return values

    def draft(self) -> LineDraft | None:
        values = self.cleaned_data
        if not values.get("product"):
            return None
        return LineDraft(values["product"], values["quantity"], values["unit_price"], (values.get("discount") or Decimal(0)) / 100)


class OrderLines:
    """The rows of an order form: as many as were shown, more on demand, without any script."""

    def __init__(self, posted: Any, *, viewer: Any, start: list[dict[str, Any]] | None = None):
        start = start or []
        asked = str(posted.get("rows", "")) if posted is not None else ""
        self.count = min(int(asked), ROWS_MOST) if asked.isdigit() else max(ROWS_AT_FIRST, len(start) + 1)
        self.wants_more = posted is not None and "more" in posted
        shown = min(self.count + ROWS_MORE, ROWS_MOST) if self.wants_more else self.count
        start += [{}] * (shown - len(start))
        self.forms = [LineForm(posted, viewer=viewer, prefix=f"line{n}", initial=start[n]) for n in range(shown)]
        self.count = shown

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])  # noqa: C419 — every row shows its own errors

    def drafts(self) -> list[LineDraft]:
        return [draft for form in self.forms if (draft := form.draft())]


class CancelForm(ui.Form):
    reason = ui.TextAreaField(label=_("原因"), rows=2, phrases=[_("客户改型号"), _("重复下单"), _("交期不符")])


class DeliverForm(ui.Form):
    delivered_on = ui.DayField(label=_("发货日期"), initial=clock.today)


class RegisterReturnForm(ui.Form):
    """Of which order something came back; `known` from the order's own page, where its number need not be typed."""

    order_number = forms.CharField(label=_("原订单号"), max_length=60)
    reason = ui.ChipField(label=_("原因"), choices=[(code, _(name)) for code, name in rules.RETURN_REASONS.items()])
    note = ui.TextAreaField(label=_("备注"), required=False, rows=2)

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["order_number"]


class ConfirmReturnForm(ui.VersionMixin, ui.Form):
    """Which of the candidate orders, on which day, how much."""

    order_id = forms.TypedChoiceField(label=_("订单"), coerce=int, widget=forms.RadioSelect)
    returned_on = ui.DayField(label=_("退货日期"))
    amount = ui.MoneyField(label=_("退货金额"))
    note = ui.TextAreaField(label=_("备注"), required=False, rows=2)

    def __init__(self, *args: Any, orders: list[tuple[int, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["order_id"].choices = orders  # type: ignore[attr-defined]
        if len(orders) == 1:
            self.initial.setdefault("order_id", orders[0][0])
        self.initial.setdefault("returned_on", _today())


def _today() -> date:
    return clock.today()
