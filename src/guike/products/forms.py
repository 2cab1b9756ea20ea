"""The form of a product; rules are the service's."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.access import Right, field_right
from guike.platform.ui import forms as ui
from guike.products.rules import TAX_RATES


class ProductForm(ui.VersionMixin, ui.Form):
    """A blank number lets the series give one. The floor price is asked of those who may set it."""

    name = forms.CharField(label=_("名称"), max_length=200)
    number = forms.CharField(label=_("产品编号"), max_length=60, required=False, help_text=_("不填则自动编号"))
    spec = forms.CharField(label=_("规格型号"), max_length=120, required=False)
    category = forms.CharField(label=_("类别"), max_length=60, required=False)
    subcategory = forms.CharField(label=_("子类别"), max_length=60, required=False)
    unit = forms.CharField(label=_("单位"), max_length=12, required=False)
    tax_rate = ui.ChipField(label=_("税率"), choices=[(str(rate), f"{rate}%") for rate in TAX_RATES])
    list_price = ui.MoneyField(label=_("标准价"), required=False)
    floor_price = ui.MoneyField(label=_("最低价"), required=False)
    new_until = ui.DayField(label=_("新品截止"), required=False)
    serial_tracked = forms.BooleanField(label=_("按序列号管理"), required=False)
    active = forms.BooleanField(label=_("在售"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("list_price", "floor_price"):
            if field_right(self.viewer, "product", name) < Right.WRITE:
                del self.fields[name]

    def clean_tax_rate(self) -> Decimal:
        return Decimal(self.cleaned_data["tax_rate"])

    def values(self) -> dict[str, Any]:
        """What goes to the service, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
