"""Filling in a file in passing, and what colleagues proposed for it (CUS-03)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.customers import selectors, services
from guike.customers.forms import ReasonForm, SupplementForm
from guike.customers.models import FileProposal
from guike.customers.services.proposals import Supplemented
from guike.customers.views.form_steps import show, veils
from guike.platform.access import allowed, page, row
from guike.platform.ui import sheets
from guike.platform.ui.sheets import carried_out


@page("file_proposal", "add")
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file lacks, to be filled in; the rest of the file, to be corrected. The owner's word holds at once."""
    customer = selectors.customer(request.viewer, pk)
    lacking = selectors.lacking(request.viewer, customer)
    veiled, hidden = veils(request.viewer, customer, "customer")
    missing = tuple(blank.code for blank in lacking.blanks)
    form = SupplementForm(
        request.POST or None,
        customer=customer,
        missing=missing,
        veiled=veiled,
        hidden=hidden,
        viewer=request.viewer,
        draft=f"supplement:{pk}",
    )
    answer = carried_out(
        request,
        form,
        lambda: services.supplement(pk, form.values(), actor=request.viewer, reason=_("补充资料")),
        _done_words,
        lambda _done: customer.get_absolute_url(),
    )
    at_once = services.applies_at_once(customer, request.viewer)
    return answer or show(
        request, "supplement.html", form, customer=customer, lacking=lacking, at_once=at_once, back=customer.get_absolute_url()
    )


def _done_words(done: Supplemented) -> str:
    if done.waiting:
        return _("%(n)d 项已提交，待负责人采纳") % {"n": done.waiting}
    return _("已补 %(n)d 项") % {"n": done.applied} if done.applied else _("没有改动")


@page("file_proposal", "view")
def proposals(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits for the owner, with before and after; what was decided lately."""
    customer = selectors.customer(request.viewer, pk)
    waiting, decided = selectors.proposals(request.viewer, pk)
    may_decide = allowed(request.viewer, "file_proposal", "decide") and selectors.may_change(request.viewer, pk)
    context = {"customer": customer, "waiting": waiting, "decided": decided, "may_decide": may_decide}
    return render(request, "customers/proposals.html", context)


@page("file_proposal", "decide", row="pk")
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    found = services.decide_proposal(pk, accept=True, actor=request.viewer)
    return sheets.done(request, _("已采纳"), to=reverse("customers:proposals", args=[found.customer_id]))


@page("file_proposal", "decide", row="pk")
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Declining needs a word of why: whoever proposed it reads it."""
    found: FileProposal = row(request.viewer, "file_proposal", pk, "decide")
    back = reverse("customers:proposals", args=[found.customer_id])
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.decide_proposal(pk, accept=False, actor=request.viewer, reason=form.cleaned_data["reason"]),
        lambda _made: _("已退回"),
        lambda _made: back,
    )
    label = str(FileProposal.customer.field.related_model._meta.get_field(found.field).verbose_name)  # type: ignore[union-attr]
    lines = [_("「%(label)s」保持原值，原因会给补充人看") % {"label": label}]
    return answer or sheets.confirm(request, title=_("不采纳"), consequences=lines, submit=_("不采纳"), cancel=back, form=form)
