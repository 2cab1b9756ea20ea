"""Needs, rivals, addresses, files: small records that hang on a customer."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from guike.customers import selectors, services
from guike.customers.forms import AddressForm, CompetitorForm, FileForm, NeedForm
from guike.customers.models import Competitor, Customer, Need
from guike.customers.views.form_steps import initial, show
from guike.platform.access import page
from guike.platform.ui import forms as ui
from guike.platform.ui import sheets
from guike.platform.ui.sheets import carried_out


def _back(customer: Customer, tab: str) -> str:
    return f"{customer.get_absolute_url()}?tab={tab}"


def _small_form(
    request: HttpRequest, customer: Customer, form: ui.Form, write: Callable[[], Any], *, title: str, tab: str, remove: str = ""
) -> HttpResponse:
    back = _back(customer, tab)
    answer = carried_out(request, form, write, lambda _made: _("已保存"), lambda _made: back)
    return answer or show(request, "small_form.html", form, customer=customer, title=title, back=back, remove=remove)


def _confirm_removal(request: HttpRequest, customer: Customer, write: Callable[[], Any], *, title: str, tab: str) -> HttpResponse:
    back = _back(customer, tab)
    if request.method == "POST":
        write()
        return sheets.done(request, _("已删除"), to=back)
    lines = [_("变更记录里仍可查到")]
    return sheets.confirm(request, title=title, consequences=lines, submit=_("删除"), cancel=back, danger=True)


@page("customer", "change", row="pk")
def add_need(request: HttpRequest, pk: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    form = NeedForm(request.POST or None, viewer=request.viewer, initial={"kind": Need.Kind.MAIN, "state": Need.State.OPEN})
    return _small_form(
        request, customer, form, lambda: services.add_need(pk, form.cleaned_data, actor=request.viewer), title=_("记需求"), tab="needs"
    )


@page("customer", "change", row="pk")
def edit_need(request: HttpRequest, pk: int, need: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    found = get_object_or_404(Need, pk=need, customer=customer)
    form = NeedForm(request.POST or None, viewer=request.viewer, initial=initial(found, NeedForm.base_fields))
    return _small_form(
        request,
        customer,
        form,
        lambda: services.change_need(pk, need, form.cleaned_data, actor=request.viewer),
        title=_("改需求"),
        tab="needs",
        remove=f"/customers/{pk}/needs/{need}/remove/",
    )


@page("customer", "change", row="pk")
def remove_need(request: HttpRequest, pk: int, need: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    write = lambda: services.remove_need(pk, need, actor=request.viewer)  # noqa: E731
    return _confirm_removal(request, customer, write, title=_("删需求"), tab="needs")


@page("customer", "change", row="pk")
def add_competitor(request: HttpRequest, pk: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    form = CompetitorForm(request.POST or None, viewer=request.viewer)
    return _small_form(
        request,
        customer,
        form,
        lambda: services.add_competitor(pk, form.cleaned_data, actor=request.viewer),
        title=_("记竞品"),
        tab="needs",
    )


@page("customer", "change", row="pk")
def edit_competitor(request: HttpRequest, pk: int, competitor: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    found = get_object_or_404(Competitor, pk=competitor, customer=customer)
    form = CompetitorForm(request.POST or None, viewer=request.viewer, initial=initial(found, CompetitorForm.base_fields))
    return _small_form(
        request,
        customer,
        form,
        lambda: services.change_competitor(pk, competitor, form.cleaned_data, actor=request.viewer),
        title=_("改竞品"),
        tab="needs",
        remove=f"/customers/{pk}/competitors/{competitor}/remove/",
    )


@page("customer", "change", row="pk")
def remove_competitor(request: HttpRequest, pk: int, competitor: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    write = lambda: services.remove_competitor(pk, competitor, actor=request.viewer)  # noqa: E731
    return _confirm_removal(request, customer, write, title=_("删竞品"), tab="needs")


@page("customer", "change", row="pk")
def add_address(request: HttpRequest, pk: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    form = AddressForm(request.POST or None, viewer=request.viewer, initial={"kind": "delivery"})
    return _small_form(
        request, customer, form, lambda: services.add_address(pk, form.cleaned_data, actor=request.viewer), title=_("加地址"), tab="profile"
    )


@page("customer", "change", row="pk")
def remove_address(request: HttpRequest, pk: int, address: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    write = lambda: services.remove_address(pk, address, actor=request.viewer)  # noqa: E731
    return _confirm_removal(request, customer, write, title=_("删地址"), tab="profile")


@page("customer", "change", row="pk")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    form = FileForm(request.POST or None, request.FILES or None, viewer=request.viewer)
    return _small_form(
        request,
        customer,
        form,
        lambda: services.attach_file(pk, form.cleaned_data["file"], actor=request.viewer, note=form.cleaned_data["note"]),
        title=_("传附件"),
        tab="files",
    )


@page("customer", "change", row="pk")
def detach(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    if not any(one.pk == file for one in selectors.attachments(request.viewer, pk)):
        raise Http404
    write = lambda: services.remove_file(pk, file, actor=request.viewer)  # noqa: E731
    return _confirm_removal(request, customer, write, title=_("删附件"), tab="files")
