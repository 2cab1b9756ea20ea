"""Licences: the list of what runs out, and the small forms of a customer's file (CUS-13)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guike.customers import selectors, services
from guike.customers.forms import CertificateForm
from guike.customers.lists import CertificateList
from guike.customers.models import Certificate, Customer
from guike.customers.views.form_steps import initial, show
from guike.platform.access import page
from guike.platform.ui import sheets
from guike.platform.ui.sheets import carried_out

KEPT_ON_RENEWAL = ("kind", "issued_by", "scope")


@page("certificate", "view")
def certificate_list(request: HttpRequest) -> HttpResponse:
    return CertificateList().respond(request)


def _answer(request: HttpRequest, customer: Customer, form: CertificateForm, write: Callable[[], Any], title: str, end: str = "") -> HttpResponse:
    back = f"{customer.get_absolute_url()}?tab=file"
    answer = carried_out(request, form, write, lambda _made: _("证照已保存"), lambda _made: back)
    return answer or show(request, "certificate_form.html", form, customer=customer, title=title, back=back, end=end)


def _form(request: HttpRequest, given: dict[str, Any]) -> CertificateForm:
    return CertificateForm(request.POST or None, request.FILES or None, viewer=request.viewer, initial=given)  # type: ignore[attr-defined]


@page("customer", "change", row="pk")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    form = _form(request, {})

    def write() -> Certificate:
        return services.add_certificate(pk, form.values(), scan=form.cleaned_data["scan"], actor=request.viewer)

    return _answer(request, customer, form, write, _("登记证照"))


@page("customer", "change", row="pk")
def edit(request: HttpRequest, pk: int, certificate: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    found = selectors.certificate(request.viewer, pk, certificate)
    form = _form(request, {**initial(found, (*services.CERTIFICATE_FIELDS, "version"))})

    def write() -> Certificate:
        version = form.cleaned_data["version"]
        return services.change_certificate(pk, certificate, form.values(), version=version, scan=form.cleaned_data["scan"], actor=request.viewer)

    return _answer(request, customer, form, write, _("改证照"), end=f"/customers/{pk}/certificates/{certificate}/end/")


@page("customer", "change", row="pk")
def renew(request: HttpRequest, pk: int, certificate: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    old = selectors.certificate(request.viewer, pk, certificate)
    form = _form(request, initial(old, KEPT_ON_RENEWAL))

    def write() -> Certificate:
        return services.renew_certificate(pk, certificate, form.values(), scan=form.cleaned_data["scan"], actor=request.viewer)

    return _answer(request, customer, form, write, _("换证：%(name)s") % {"name": old})


@page("customer", "change", row="pk")
def end(request: HttpRequest, pk: int, certificate: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    found = selectors.certificate(request.viewer, pk, certificate)
    back = f"{customer.get_absolute_url()}?tab=file"
    if request.method == "POST":
        services.end_certificate(pk, certificate, actor=request.viewer)
        return sheets.done(request, _("证照已停用"), to=back)
    lines = [_("不再提醒到期；变更记录里仍可查到")]
    title = _("停用 %(name)s") % {"name": found}
    return sheets.confirm(request, title=title, consequences=lines, submit=_("停用"), cancel=back, danger=True)
