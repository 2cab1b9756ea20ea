"""The public pool: the list, one customer in it, claiming, assigning, releasing (CUS-06)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.customers import selectors, services
from guike.customers.forms import ReasonForm
from guike.customers.ownership_forms import AssignForm, ExceptionForm
from guike.customers.pool_list import PoolList, since_words
from guike.platform import clock
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.sheets import carried_out

#: Refusals that an exception can lift.
EXCEPTIONS = ("quota", "cooldown")


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
        "exception": selectors.exception_of(request.viewer, found.customer_id) if waiting else None,
        "waiting": waiting,
        "opens": selectors.customers(request.viewer).filter(pk=found.customer_id).exists(),
    }
    return render(request, "customers/pool_stay.html", context)


@page("pool_stay", "claim", row="pk")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it: one click on the list, or here with what follows said before."""
    found = selectors.pool_stay(request.viewer, pk, "claim")
    if request.method == "POST" and "row" in request.GET:
        return _claim_in_row(request, found)
    if request.method == "POST":
        taken = services.claim(pk, actor=request.viewer)
        return sheets.done(request, _("已领取：%(name)s") % {"name": taken.name}, to=taken.get_absolute_url(), stay=False)
    lines = [since_words(found), _("领取后归你负责，按等级排联系")]
    title = _("领取「%(name)s」") % {"name": found.customer}
    return sheets.confirm(request, title=title, consequences=lines, submit=_("领取"), cancel=reverse("customers:pool"))


def _claim_in_row(request: HttpRequest, found: Any) -> HttpResponse:
    """The row's button: what became of it stands in its place, a refusal with its reason and the way to an exception."""
    try:
        taken = services.claim(found.pk, actor=request.viewer)
    except Refused as refusal:
        told = selectors.exception_of(request.viewer, found.customer_id) if refusal.code in EXCEPTIONS else None
        context = {"stay": found, "refusal": refusal, "may_ask": refusal.code in EXCEPTIONS, "exception": told}
        return render(request, "customers/parts/claim_refused.html", context)
    return render(request, "customers/parts/claimed.html", {"customer": taken})


@page("pool_stay", "claim", row="pk")
def ask_to_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Cool-down or quota stand against it: ask whoever may decide (CUS-06)."""
    found = selectors.pool_stay(request.viewer, pk, "claim")
    lines = [*services.claim_obstacles(found.customer_id, actor=request.viewer), _("获准当时就归你负责，到期前不进公海")]
    return _exception(
        request, lambda **given: services.ask_to_claim(pk, **given), lines, _("申请破例领取「%(name)s」") % {"name": found.customer}, "customers:pool"
    )


@page("customer", "keep", row="pk")
def ask_to_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """About to be released: ask whoever may decide to let it stay (CUS-06)."""
    found = selectors.keepable(request.viewer, pk)
    lines = [*selectors.going_words(found), _("获准后到期前不进公海，到期再按制度算")]
    title = _("申请「%(name)s」不进公海") % {"name": found}
    return _exception(request, lambda **given: services.ask_to_keep(pk, **given), lines, title, found.get_absolute_url())


def _exception(request: HttpRequest, ask: Callable[..., Any], lines: list[str], title: str, cancel: str) -> HttpResponse:
    form = ExceptionForm(request.POST or None, viewer=request.viewer, initial={"until": clock.today() + timedelta(days=30)})
    answer = carried_out(
        request,
        form,
        lambda: ask(actor=request.viewer, **form.cleaned_data),
        lambda made: _("已提交 %(number)s，等审批") % {"number": made.number} if made.open else _("%(number)s 已获准") % {"number": made.number},
        lambda made: made.get_absolute_url(),
    )
    cancel = cancel if cancel.startswith("/") else reverse(cancel)
    return answer or sheets.confirm(request, title=title, consequences=lines, submit=_("提交申请"), cancel=cancel, form=form)


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
