"""Handing over: whom, to whom, how it would be split, done, undone (CUS-06)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.customers import selectors, services
from guike.customers.ownership_forms import HandoverForm, PersonForm
from guike.platform import clock
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


@page("handover")
def index(request: HttpRequest) -> HttpResponse:
    """Choose whom; who left and still holds customers; what was handed over before."""
    form = PersonForm(request.GET or None, viewer=request.viewer)
    if form.is_bound and form.is_valid():
        return redirect("customers:hand_over", person=form.cleaned_data["person"])
    context = {
        "form": form,
        "waiting": selectors.left_with_customers(request.viewer),
        "handovers": selectors.handovers(request.viewer)[:100],
        "today": clock.today(),
    }
    return render(request, "customers/handovers.html", context)


@page("handover", "add")
def hand_over(request: HttpRequest, person: int) -> HttpResponse:
    """First the numbers, then the split as it would be, then the deed."""
    found = selectors.holdings_of(request.viewer, person)
    form = HandoverForm(request.POST or None, viewer=request.viewer, holdings=found)
    shares = []
    if form.is_bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("successors", "split", "reason", "release")}
        try:
            shares = services.divide(person, given["successors"], given["split"], actor=request.viewer, mapping=form.mapping)
            if "try" not in request.POST:
                made = services.hand_over(person, actor=request.viewer, mapping=form.mapping, **given)
                return sheets.done(request, _("已交接"), to=reverse("customers:handover", args=[made.pk]), stay=False)
        except Refused as refusal:
            form.refuse(refusal)
    context = {"holdings": found, "form": form, "shares": shares, "undo_days": services.UNDO_DAYS}
    return render(request, "customers/hand_over.html", context, status=form_status(form))


@page("handover", "view", row="pk")
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.handover(request.viewer, pk)
    context = {"handover": found, "undoable": found.undone_at is None and clock.today() <= found.undo_until}
    return render(request, "customers/handover.html", context)


@page("handover", "undo", row="pk")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.handover(request.viewer, pk)
    back = reverse("customers:handover", args=[pk])
    if request.method == "POST":
        made = services.undo_handover(pk, actor=request.viewer)
        left = len(made.left_over)
        told = _("已撤回，%(n)d 处之后改过的留着") % {"n": left} if left else _("已撤回，全部恢复原样")
        return sheets.done(request, told, to=back)
    count = sum(one["customers"] for one in found.shares)
    lines = [
        _("%(n)d 家客户回到 %(name)s 名下，时限任务和协同一并恢复") % {"n": count, "name": found.person},
        _("交接之后有人改过的不动，撤回后列出来"),
    ]
    return sheets.confirm(request, title=_("撤回交接"), consequences=lines, submit=_("撤回"), cancel=back, danger=True)
