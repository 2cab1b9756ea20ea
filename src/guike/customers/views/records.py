"""The list; a customer's form; hints of duplicates; removal; reveal; changes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.customers import selectors, services
from guike.customers.forms import COMPANY_GROUPS, FIRST, PERSON_GROUPS, CustomerForm, ReasonForm
from guike.customers.lists import CustomerList, actions
from guike.customers.models import Customer
from guike.customers.views.form_steps import initial, show, veils
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.sheets import carried_out


@page("customer", "view")
def customer_list(request: HttpRequest) -> HttpResponse:
    return CustomerList().respond(request, actions=actions(request.viewer))


def _names(kind: str) -> list[str]:
    groups = COMPANY_GROUPS if kind == Customer.Kind.COMPANY else PERSON_GROUPS
    return [*FIRST, *(name for _label, names in groups for name in names)]


@page("customer", "add")
def add(request: HttpRequest) -> HttpResponse:
    """The short form first; everything else is folded."""
    kind = Customer.Kind.PERSON if request.GET.get("kind") == "person" else Customer.Kind.COMPANY
    _veiled, hidden = veils(request.viewer, None, "customer")
    start = {"name": request.GET.get("name", "")}
    form = CustomerForm(request.POST or None, kind=kind, hidden=hidden, viewer=request.viewer, initial=start, draft="customer:new")
    answer = carried_out(
        request,
        form,
        lambda: services.add_customer({"kind": kind, **form.values()}, actor=request.viewer),
        lambda made: _("已建档：%(name)s") % {"name": made.name},
        lambda made: made.get_absolute_url(),
        stay=False,
        picker="customer",
    )
    return answer or show(request, "customer_form.html", form, kind=kind, back=reverse("customers:list"))


@page("customer", "change", row="pk")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.editable(request.viewer, pk)
    veiled, hidden = veils(request.viewer, found, "customer")
    hidden |= {"parent"}  # changed among the relations, where what is out of sight stays unseen
    start: dict[str, Any] = initial(found, [*_names(found.kind), "version"], veiled)
    start |= {f"custom_{code}": value for code, value in found.custom.items()}
    form = CustomerForm(request.POST or None, kind=found.kind, veiled=veiled, hidden=hidden, viewer=request.viewer, initial=start)
    answer = carried_out(
        request,
        form,
        lambda: services.change_customer(pk, form.values(), version=form.cleaned_data["version"] or 0, actor=request.viewer),
        lambda _made: _("已保存"),
        lambda made: made.get_absolute_url(),
    )
    return answer or show(request, "customer_form.html", form, kind=found.kind, customer=found, back=found.get_absolute_url())


@page("customer", "add")
def similar(request: HttpRequest) -> HttpResponse:
    """While somebody types: who in the books has this name, number or code (CUS-07)."""
    asked = {name: request.GET.get(name, "")[:120] for name in ("name", "phone", "uscc")}
    but = request.GET.get("but", "")
    kind = "person" if request.GET.get("kind") == "person" else "company"
    found = selectors.similar(request.viewer, **asked, kind=kind, but=int(but) if but.isdigit() else None)  # type: ignore[arg-type]
    return render(request, "customers/similar.html", {"similar": found})


@page("customer", "add")
@require_POST
def ask_to_share(request: HttpRequest) -> HttpResponse:
    """Ask the owner of a customer out of sight, met as a possible double, to share it."""
    customer_id = selectors.of_ticket(request.POST.get("ticket", ""))
    if customer_id is None:
        raise Refused(_("查重结果已过期，重新输入名称再申请"))
    owner = services.ask_to_share(customer_id, actor=request.viewer)
    return render(request, "customers/asked.html", {"owner": owner})


@page("customer", "delete", row="pk")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.customer(request.viewer, pk, "delete")
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.remove_customer(pk, actor=request.viewer, reason=form.cleaned_data["reason"]),
        lambda _none: _("已停用：%(name)s") % {"name": found.name},
        lambda _none: reverse("customers:list"),
        stay=False,
    )
    lines = [_("不再出现在列表、搜索和判定中，单据和动态保留"), _("统一社会信用代码可再用于新客户")]
    return answer or sheets.confirm(
        request,
        title=_("停用「%(name)s」") % {"name": found.name},
        consequences=lines,
        submit=_("停用"),
        cancel=found.get_absolute_url(),
        danger=True,
        form=form,
    )


@require_POST
def _reveal(request: HttpRequest, code: str, pk: int, field: str) -> HttpResponse:
    value = services.reveal(code, pk, field, actor=request.viewer, address=request.META.get("REMOTE_ADDR"))
    return render(request, "customers/revealed.html", {"value": value, "field": field})


@page("customer", "reveal", row="pk")
def reveal(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """A veiled value of a customer in clear, logged."""
    return _reveal(request, "customer", pk, field)


@page("contact", "reveal", row="pk")
def reveal_contact(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """A veiled value of a contact in clear, logged."""
    return _reveal(request, "contact", pk, field)


@page("customer", "view", row="pk")
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.customer(request.viewer, pk)
    return render(request, "customers/changes.html", {"customer": found, "lines": selectors.changes(request.viewer, found)})
