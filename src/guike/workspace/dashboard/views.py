"""The page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.access import allowed, page
from guike.platform.ui import formats
from guike.platform.ui.components import Figure
from guike.workspace.customer_page.purchases import readable
from guike.workspace.dashboard import grades, late, purchases, scope
from guike.workspace.dashboard.grades import PERIODS, Grades
from guike.workspace.dashboard.late import Late
from guike.workspace.dashboard.purchases import Purchases
from guike.workspace.dashboard.scope import Scope


@page("customer")
def dashboard(request: HttpRequest) -> HttpResponse:
    """`?who=<person>` narrows to one person's customers, `?days=` is how far the movements look back."""
    viewer, today = request.viewer, clock.today()
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else PERIODS[1]
    whose = scope.chosen(viewer, request.GET.get("who", ""))
    moved = grades.build(whose, today, days)
    bought = purchases.build(whose, today) if allowed(viewer, "sales_order", "view") and readable(viewer) else None
    behind = late.build(whose, today)
    context = {
        "scope": whose,
        "today": today,
        "days": days,
        "periods": [(n, _("近 %(n)d 天") % {"n": n}) for n in PERIODS],
        "grades": moved,
        "purchases": bought,
        "late": behind,
        "figures": _figures(whose, moved, bought, behind, days),
    }
    return render(request, "workspace/dashboard/dashboard.html", context)


def _figures(whose: Scope, moved: Grades, bought: Purchases | None, behind: Late | None, days: int) -> list[Figure]:
    """Four at most, each leading to its rows."""
    customers = int(sum(bar.value for bar in moved.bars)) + moved.ungraded
    best = moved.bars[0] if moved.bars else None
    all_customers = f"{reverse('customers:list')}?view=all{whose.query}"
    note = f"{best.label} {best.text}" if best else _("还没有判定等级")
    figures = [Figure(_("客户"), formats.number(customers), _("家"), note, href=all_customers)]
    if bought:
        change, tone = purchases.growth(bought.twelve, bought.twelve_before)
        figures.append(
            Figure(
                _("12 个月采购额"),
                formats.wan(bought.twelve),
                _("万元"),
                _("比上一个 12 个月"),
                change or "—",
                tone,
                href=f"{all_customers}&sort=-purchases",
            )
        )
    figures.append(
        Figure(
            _("等级变动"),
            str(moved.up + moved.down),
            _("次"),
            _("近 %(days)d 天，升 %(up)d、降 %(down)d") % {"days": days, "up": moved.up, "down": moved.down},
            href=moved.decisions_href,
        )
    )
    if behind:
        people = _("%(people)d 人有逾期，今天到期 %(today)d 件") % {"people": behind.people, "today": behind.today}
        figures.append(Figure(_("逾期"), str(behind.overdue), _("件"), people, tone="danger" if behind.overdue else "", href="#late"))
    return figures
