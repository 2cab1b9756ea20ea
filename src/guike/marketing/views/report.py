"""What the finds of a period came to (CUS-08)."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.marketing import selectors
from guike.platform import clock
from guike.platform.access import page
from guike.platform.ui.components import Figure

PERIODS = {
    "month": gettext_lazy("本月"),
    "quarter": gettext_lazy("本季"),
    "year": gettext_lazy("今年"),
    "12m": gettext_lazy("近 12 个月"),
}


def starts_on(period: str, today: date) -> date:
    """The first day of a period that ends today.

    >>> starts_on("quarter", date(2026, 11, 25)), starts_on("12m", date(2026, 11, 25))
    (datetime.date(2026, 10, 1), datetime.date(2025, 12, 1))
    """
    first = today.replace(day=1)
    if period == "quarter":
        return first.replace(month=first.month - (first.month - 1) % 3)
    if period == "year":
        return first.replace(month=1)
    if period == "12m":
        year, month = divmod(today.year * 12 + today.month - 1 - 11, 12)
        return date(year, month + 1, 1)
    return first


@page("find", "view")
def report(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("period", "12m")
    period = chosen if chosen in PERIODS else "12m"
    today = clock.today()
    start = starts_on(period, today)
    found = selectors.report(request.viewer, start, today)
    whole = found.whole
    figures = [
        Figure(_("收集"), str(whole.found), _("条"), note=_("待接收和待分派 %(n)d 条") % {"n": whole.waiting}),
        Figure(_("已接收"), str(whole.accepted), _("条"), note=_share(_("占收集"), whole.accepted_share)),
        Figure(_("首次联系"), str(whole.contacted), _("条"), note=_share(_("占接收"), whole.contacted_share)),
        Figure(_("首次下单"), str(whole.ordered), _("条"), note=_share(_("占接收"), whole.ordered_share)),
    ]
    context = {"report": found, "figures": figures, "periods": PERIODS, "period": period, "start": start, "today": today}
    return render(request, "marketing/report.html", context)


def _share(words: str, percent: int | None) -> str:
    return f"{words} {percent}%" if percent is not None else ""
