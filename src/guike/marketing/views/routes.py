"""The rules of distribution and the days receivers have (CUS-08)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.marketing import selectors, services
from guike.marketing.forms import RouteForm, TermsForm
from guike.platform import dictionaries
from guike.platform.access import page
from guike.platform.ui import sheets
from guike.platform.ui.sheets import carried_out, form_status

KEPT = ("name", "position", "regions", "product_lines", "sources")


@page("find_route", "view")
def routes(request: HttpRequest) -> HttpResponse:
    lines, sources = dictionaries.labels("product_line"), dictionaries.labels("customer_source")
    listed = [
        {
            "route": one,
            "lines": [lines.get(code, code) for code in one.product_lines],
            "sources": [sources.get(code, code) for code in one.sources],
        }
        for one in selectors.routes(request.viewer)
    ]
    return render(request, "marketing/routes.html", {"routes": listed, "terms": selectors.terms()})


def _form(request: HttpRequest, form: RouteForm, title: str, route_id: int | None = None) -> HttpResponse:
    back = reverse("marketing:routes")
    answer = carried_out(
        request,
        form,
        lambda: services.save_route(form.cleaned_data, route_id=route_id, actor=request.viewer),  # type: ignore[attr-defined]
        lambda made: _("已保存：%(name)s") % {"name": made.name},
        lambda _made: back,
    )
    context = {"form": form, "title": title, "back": back, "route_id": route_id}
    return answer or render(request, "marketing/small_form.html", context, status=form_status(form))


@page("find_route", "add")
def add(request: HttpRequest) -> HttpResponse:
    return _form(request, RouteForm(request.POST or None, viewer=request.viewer), _("加分派规则"))


@page("find_route", "change", row="pk")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.route(request.viewer, pk, "change")
    start = {name: getattr(found, name) for name in KEPT} | {"person": found.person_id, "department": found.department_id}
    return _form(request, RouteForm(request.POST or None, viewer=request.viewer, initial=start), found.name, pk)


@page("find_route", "delete", row="pk")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.route(request.viewer, pk, "delete")
    back = reverse("marketing:routes")
    if request.method == "POST":
        services.remove_route(pk, actor=request.viewer)
        return sheets.done(request, _("已删除：%(name)s") % {"name": found.name}, to=back)
    lines = [_("已按这条规则分派的线索不变")]
    return sheets.confirm(
        request, title=_("删除规则「%(name)s」") % {"name": found.name}, consequences=lines, submit=_("删除"), cancel=back, danger=True
    )


@page("find_route", "change")
def terms(request: HttpRequest) -> HttpResponse:
    kept = selectors.terms()
    start = {"accept_days": kept.accept_days, "follow_days": kept.follow_days}
    form = TermsForm(request.POST or None, viewer=request.viewer, initial=start)
    back = reverse("marketing:routes")
    answer = carried_out(
        request,
        form,
        lambda: services.set_terms(**form.cleaned_data, actor=request.viewer),
        lambda _made: _("已保存，对之后分派和接收的线索有效"),
        lambda _made: back,
    )
    context = {"form": form, "title": _("线索期限"), "back": back}
    return answer or render(request, "marketing/small_form.html", context, status=form_status(form))
