"""The public pool: the list, one customer in it, claiming, assigning, releasing (CUS-06)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.customers import selectors, services
from guike.customers.forms import ReasonForm
from guike.customers.ownership_forms import AssignForm
from guike.customers.pool_list import PoolList, since_words
from guike.customers.views.form_steps import carried_out
from guike.platform.access import page
from guike.platform.ui import sheets


@page("pool_stay")
def pool(request: HttpRequest) -> HttpResponse:
    return PoolList().respond(request)


@page("pool_stay", "view", row="pk")
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """What one may know before taking it: the firm, its grade and history in the pool; no numbers, no people, no papers."""
    found = selectors.pool_stay(request.viewer, pk)
    waiting = found.left_on is None
    context = {
        "stay": found,
        "customer": found.customer,
        "since": since_words(found),
        "passages": selectors.passages(request.viewer, found.customer_id),
        "obstacles": services.claim_obstacles(found.customer_id, actor=request.viewer) if waiting else [],
        "waiting": waiting,
        "opens": selectors.customers(request.viewer).filter(pk=found.customer_id).exists(),
    }
    return render(request, "customers/pool_stay.html", context)


@page("pool_stay", "claim", row="pk")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it: one click on the list, or here with what follows said before."""
    found = selectors.pool_stay(request.viewer, pk, "claim")
    if request.method == "POST":
        taken = services.claim(pk, actor=request.viewer)
        return sheets.done(request, _("已领取：%(name)s") % {"name": taken.name}, to=taken.get_absolute_url(), stay=False)
    lines = [since_words(found), _("领取后归你负责，按等级排联系")]
    title = _("领取「%(name)s」") % {"name": found.customer}
    return sheets.confirm(request, title=title, consequences=lines, submit=_("领取"), cancel=reverse("customers:pool"))


@page("pool_stay", "assign", row="pk")
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.pool_stay(request.viewer, pk, "assign")
    form = AssignForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.assign(pk, actor=request.viewer, person_id=form.cleaned_data.pop("person"), **form.cleaned_data),
        lambda made: _("已分派给 %(owner)s") % {"owner": made.owner},
        lambda _made: reverse("customers:pool"),
    )
    return answer or sheets.confirm(
        request,
        title=_("分派「%(name)s」") % {"name": found.customer},
        consequences=[since_words(found)],
        submit=_("分派"),
        cancel=reverse("customers:pool_stay", args=[pk]),
        form=form,
    )


@page("customer", "release", row="pk")
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a customer into the pool by hand."""
    found = selectors.releasable(request.viewer, pk)
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.release(pk, actor=request.viewer, reason=form.cleaned_data["reason"]),
        lambda made: _("已放入公海：%(name)s") % {"name": made.customer},
        lambda _made: reverse("customers:list"),
        stay=False,
    )
    lines = [_("「%(name)s」不再由 %(owner)s 负责，同部门的人可以领取") % {"name": found, "owner": found.owner or "—"}]
    due = found.figures.open_obligations
    lines += [_("%(n)d 件时限任务撤销") % {"n": due}] if due else []
    people = found.collaborators.count()
    lines += [_("%(n)d 位协同人不再看到这家客户") % {"n": people}] if people else []
    lines += services.cooldown_words()
    return answer or sheets.confirm(
        request, title=_("放入公海"), consequences=lines, submit=_("放入公海"), cancel=found.get_absolute_url(), danger=True, form=form
    )
