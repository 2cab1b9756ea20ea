"""The customer's forms as PDF, of one customer or of several (PLT-04)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guike.customers import prints, selectors
from guike.organisation.selectors import company
from guike.platform.access import Viewer, page
from guike.platform.print import services as printing


def imprint(viewer: Viewer) -> printing.Imprint:
    """Our name on the paper."""
    return printing.Imprint(company().name or company().short_name, viewer)


@page("customer", "view", row="pk")
def form(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """One form of one customer."""
    if form not in prints.FORMS:
        raise Http404
    customer = selectors.customer(request.viewer, pk)
    sheet = prints.FORMS[form](request.viewer, customer)
    content = printing.form_pdf([sheet], imprint(request.viewer))
    printing.note(request.viewer, "customer", [pk], sheet.title)
    return printing.answer(content, f"{sheet.title} {customer.name}.pdf")


@page("customer", "export")
def forms(request: HttpRequest, form: str) -> HttpResponse:
    """One form of several customers (`?pk=1&pk=2`), a sheet each: for those who may take the data out."""
    if form not in prints.FORMS:
        raise Http404
    wanted = list(dict.fromkeys(int(pk) for pk in request.GET.getlist("pk") if pk.isdigit()))
    found = (
        selectors.customers(request.viewer, "export")
        .select_related("owner", "department", "figures")
        .filter(pk__in=wanted[: printing.SHEETS + 1])
    )
    customers = sorted(found, key=lambda one: wanted.index(one.pk))
    sheets = [prints.FORMS[form](request.viewer, one) for one in customers]
    content = printing.form_pdf(sheets, imprint(request.viewer))
    printing.note(request.viewer, "customer", [one.pk for one in customers], sheets[0].title, together=len(customers))
    return printing.answer(content, _("%(title)s %(n)s 份.pdf") % {"title": sheets[0].title, "n": len(customers)})
