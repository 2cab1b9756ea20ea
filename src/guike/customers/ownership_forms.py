"""Who gets a customer of the pool, who takes over from whom (CUS-06)."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.customers.models import Handover
from guike.platform.ui import forms as ui


class PersonForm(ui.Form):
    person = ui.PickField("person", label=_("谁要交接"))


class HandoverForm(ui.Form):
    """To whom, and how it is split among several."""

    successors = ui.PickManyField("person", label=_("由谁接手"))
    split = ui.ChipField(label=_("分法"), choices=Handover.Split.choices, initial=Handover.Split.ONE)
    reason = forms.CharField(label=_("原因"), max_length=200)
    release = forms.BooleanField(label=_("超过客户数上限也交接"), required=False, help_text=_("制度准许放行的人可勾"))

    def __init__(self, *args: Any, holdings: Any = None, **options: Any):
        """`holdings`: what there is to map; a line for each of its grades, regions and departments, in the order in which they count."""
        super().__init__(*args, **options)
        self.lines: dict[str, tuple[str, str, int]] = {}
        for what, value, label, count in _to_map(holdings) if holdings else ():
            name = f"to_{len(self.lines)}"
            self.lines[name] = (what, value, count)
            field = ui.PickField("person", label=_("%(label)s（%(n)d 家）") % {"label": label, "n": count}, required=False)
            field.viewer = options.get("viewer")
            self.fields[name] = field

    @property
    def mapped(self) -> list[Any]:
        """The lines of the mapping, to be drawn apart."""
        return [self[name] for name in self.lines]

    @property
    def mapping(self) -> list[tuple[str, str, int]]:
        """(what, value, person) of the lines filled in; after validation."""
        chosen = ((what, value, self.cleaned_data.get(name)) for name, (what, value, _count) in self.lines.items())
        return [(what, value, person) for what, value, person in chosen if person]


#: So many lines of a kind are offered; what is beyond goes with the rest.
LINES = 15


def _to_map(holdings: Any) -> Iterator[tuple[str, str, str, int]]:
    yield from (("grade", grade, grade, n) for grade, n in holdings.by_grade[:LINES] if grade)
    yield from (("region", region, region, n) for region, n in holdings.by_region[:LINES] if region)
    if len(holdings.by_department) > 1:
        yield from (("department", str(pk), name, n) for pk, name, n in holdings.by_department[:LINES] if pk)


class ExceptionForm(ui.Form):
    """Until when, and why the rules of the pool should not hold."""

    until = ui.DayField(label=_("保护到"))
    reason = ui.TextAreaField(
        label=_("理由"), phrases=[_("正在报价"), _("已约下周拜访"), _("招标中，等结果"), _("客户点名要我跟")], rows=2, max_length=500
    )


class AssignForm(ui.Form):
    """Who gets a customer of the pool, and why a rule is passed over where one stands against it."""

    person = ui.PickField("person", label=_("分派给"))
    reason = forms.CharField(label=_("说明"), max_length=200, required=False)
    exception = forms.CharField(
        label=_("破例理由"), max_length=200, required=False, help_text=_("满额或在冷却期也要分派时填，制度准许放行的人才有效")
    )
