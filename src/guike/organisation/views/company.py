"""Who we are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.organisation import selectors, services
from guike.organisation.forms import CompanyForm
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


@page("company", "change")
def company(request: HttpRequest) -> HttpResponse:
    """Name, registration code and address of the company itself: on the side bar and on printed forms."""
    found = selectors.company()
    form = CompanyForm(
        request.POST or None, viewer=request.viewer, initial={name: getattr(found, name) for name in CompanyForm.base_fields}
    )
    if form.is_valid():
        try:
            services.save_company(actor=request.viewer, **form.cleaned_data)
            return sheets.done(request, _("公司信息已保存"), to=reverse("organisation:company"))
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "organisation/company.html", {"form": form, "company": found}, status=form_status(form))
