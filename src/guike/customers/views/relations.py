"""Relations: the list of all, and the small forms on a customer's page (CUS-15)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guike.customers import selectors, services
from guike.customers.models import Customer
from guike.customers.relation_forms import RelationDetailForm, RelationEndForm, RelationForm
from guike.customers.relation_list import RelationList, actions
from guike.customers.views.form_steps import initial, show
from guike.platform import clock
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.ui import forms as ui
from guike.platform.ui import sheets
from guike.platform.ui.sheets import carried_out
from guike.platform.ui.shell import in_sheet


@page("customer_relation", "view")
def relation_list(request: HttpRequest) -> HttpResponse:
    return RelationList().respond(request, actions=actions(request.viewer))


def _carried_out(request: HttpRequest, form: ui.Form, write: Callable[[], Any], message: str, back: str) -> HttpResponse | None:
    """As `form_steps.carried_out`; from a sheet over the tab itself only the tab is shown anew, nothing else moves."""
    if not in_sheet(request) or "tab=relations" not in (request.htmx.current_url or ""):  # type: ignore[attr-defined]
        return carried_out(request, form, write, lambda _made: message, lambda _made: back)
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        write()
    except Refused as refusal:
        form.refuse(refusal)
        return None
    return sheets.toast(HttpResponse(status=204, headers={"HX-Trigger": '{"relation:changed": {}}'}), message)


def _back(customer: Customer) -> str:
    return f"{customer.get_absolute_url()}?tab=relations"


@page("customer", "change", row="pk")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    form = RelationForm(request.POST or None, viewer=request.viewer, initial={"side": request.GET.get("side", "")})
    answer = _carried_out(
        request,
        form,
        lambda: services.relate(pk, form.cleaned_data["side"], form.cleaned_data["other"], form.values(), actor=request.viewer),
        _("关系已登记，两家的页面上都能看到"),
        _back(customer),
    )
    return answer or show(request, "relation_form.html", form, customer=customer, title=_("建关系"), submit=_("保存"), back=_back(customer))


@page("customer", "change", row="pk")
def edit(request: HttpRequest, pk: int, relation: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    line = selectors.relation(request.viewer, pk, relation)
    form = RelationDetailForm(request.POST or None, viewer=request.viewer, initial=initial(line.relation, ("since", "note", "version")))
    answer = _carried_out(
        request,
        form,
        lambda: services.change_relation(
            pk,
            relation,
            {name: form.cleaned_data[name] for name in ("since", "note")},
            version=form.cleaned_data["version"] or 0,
            actor=request.viewer,
        ),
        _("关系已保存"),
        _back(customer),
    )
    title = f"{_(line.word)} {line.other}"
    end = f"/customers/{pk}/relations/{relation}/end/"
    return answer or show(
        request, "relation_form.html", form, customer=customer, title=title, submit=_("保存"), back=_back(customer), end=end
    )


@page("customer", "change", row="pk")
def end(request: HttpRequest, pk: int, relation: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    line = selectors.relation(request.viewer, pk, relation)
    form = RelationEndForm(request.POST or None, viewer=request.viewer, initial={"until": clock.today()})
    answer = _carried_out(
        request,
        form,
        lambda: services.end_relation(
            pk, relation, until=form.cleaned_data["until"], actor=request.viewer, reason=form.cleaned_data["reason"]
        ),
        _("关系已结束，记录还在"),
        _back(customer),
    )
    title = _("结束关系：%(word)s %(name)s") % {"word": _(line.word), "name": line.other}
    return answer or show(request, "relation_form.html", form, customer=customer, title=title, submit=_("结束"), back=_back(customer))
