"""Possible doubles, merging side by side, the record that was merged away, and the way back (CUS-07)."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.customers import rules, selectors, services
from guike.customers.duplicate_lists import DuplicateList, MergeList, actions, reasons_in_words
from guike.customers.forms import MergeForm, OtherCustomerForm, ReasonForm
from guike.customers.merge_table import compared
from guike.customers.models import Customer
from guike.platform import jobs
from guike.platform.access import allowed, page, reads
from guike.platform.errors import Refused, Stale
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status

#: Columns side by side; more are merged in two goes.
MOST = 5


@page("duplicate", "view")
def duplicates(request: HttpRequest) -> HttpResponse:
    return DuplicateList().respond(request, actions=actions(request.viewer))


@page("duplicate", "scan")
def scan(request: HttpRequest) -> HttpResponse:
    """Start a scan; it runs in the background."""
    if request.method == "POST":
        jobs.start("customers.scan", _("扫描疑似重复客户"), actor=request.viewer)
        return sheets.done(request, _("扫描已开始，完成后刷新本页"), to=reverse("customers:duplicates"))
    lines = [_("逐一比对代码、电话、名称、读音和字号，不会自动合并"), _("待处理的结果重算，标为“不是重复”的不再列出")]
    return sheets.confirm(request, title=_("重新扫描"), consequences=lines, submit=_("开始扫描"), cancel=reverse("customers:duplicates"))


@page("duplicate", "view", row="pk")
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: who, why, and what to do."""
    found = selectors.cluster(request.viewer, pk)
    listed = selectors.members(request.viewer, found)
    mergeable = selectors.to_merge(request.viewer, [one.customer_id for one in listed if one.customer_id])
    query = "&".join(f"with={one.pk}" for one in mergeable)
    return render(
        request,
        "customers/duplicate.html",
        {
            "cluster": found,
            "members": listed,
            "reasons": reasons_in_words(found.reasons),
            "merge_url": f"{reverse('customers:merge')}?{query}" if len(mergeable) > 1 else "",
        },
    )


@page("duplicate", "decide", row="pk")
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.cluster(request.viewer, pk)
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            services.dismiss(pk, actor=request.viewer, reason=form.cleaned_data["reason"])
            return sheets.done(request, _("已记下，不再提示这几家"), to=reverse("customers:duplicates"), stay=False)
        except Refused as refusal:
            form.refuse(refusal)
    title = _("这 %(n)d 家不是重复") % {"n": found.size}
    return sheets.confirm(
        request, title=title, consequences=[_("以后扫描不再提示")], submit=_("不是重复"), cancel=found.get_absolute_url(), form=form
    )


@page("duplicate", "decide", row="pk")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.cluster(request.viewer, pk)
    if request.method == "POST":
        services.reopen(pk, actor=request.viewer)
        return sheets.done(request, _("已改回待处理"), to=found.get_absolute_url())
    return sheets.confirm(
        request, title=_("改回待处理"), consequences=[_("下次扫描会再比对这几家")], submit=_("改回"), cancel=found.get_absolute_url()
    )


@page("customer", "merge", row="pk")
def doubles(request: HttpRequest, pk: int) -> HttpResponse:
    """Who resembles this customer; or choose the other one by hand."""
    [customer] = selectors.to_merge(request.viewer, [pk]) or [selectors.customer(request.viewer, pk, "merge")]
    form = OtherCustomerForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        return redirect(f"{reverse('customers:merge')}?with={pk}&with={form.cleaned_data['other']}")
    found = selectors.similar_to(request.viewer, customer)
    return render(request, "customers/doubles.html", {"customer": customer, "similar": found, "form": form}, status=form_status(form))


def _asked(request: HttpRequest) -> list[int]:
    return [int(text) for text in request.GET.getlist("with") if text.isdigit()][:MOST]


@page("customer", "merge")
def merge(request: HttpRequest) -> HttpResponse:
    """Two or more side by side; per field which value counts."""
    found = selectors.to_merge(request.viewer, _asked(request))
    if len(found) < 2:
        raise Refused(_("选两家以上、都在可合并范围内的客户"))
    found.sort(key=lambda one: (-one.figures.orders_12m, not one.uscc, one.pk))
    codes = {one.uscc for one in found if one.uscc}
    form = MergeForm(request.POST or None, viewer=request.viewer, ask_codes=len(codes) > 1)
    if request.method == "POST" and form.is_valid():
        answer = _merged(request, form, found)
        if answer:
            return answer
    chosen = request.POST if request.method == "POST" else {}
    table = compared(request.viewer, found, {name: chosen.get(f"f_{name}", "") for name in services.CHOSEN})
    survivor = chosen.get("survivor") or str(found[0].pk)
    context = {"records": found, "table": table, "survivor": survivor, "form": form, "days": rules.UNDO_DAYS, "codes": len(codes) > 1}
    context["priced"] = reads(request.viewer, "customer", "purchases")
    return render(request, "customers/merge.html", context, status=form_status(form))


def _number(text: Any) -> int:
    return int(text) if str(text).isdigit() else 0


def _merged(request: HttpRequest, form: MergeForm, found: Sequence[Customer]) -> HttpResponse | None:
    given = request.POST
    survivor = _number(given.get("survivor"))
    choices = {name: _number(given[f"f_{name}"]) for name in services.CHOSEN if given.get(f"f_{name}")}
    versions = {one.pk: _number(given.get(f"version_{one.pk}")) for one in found}
    if survivor not in versions:
        form.add_error(None, _("选一家留下"))
        return None
    try:
        services.merge(
            survivor,
            [one.pk for one in found if one.pk != survivor],
            versions=versions,
            choices=choices,
            different_codes=bool(form.cleaned_data.get("different_codes")),
            reason=form.cleaned_data["reason"],
            actor=request.viewer,
        )
    except (Refused, Stale) as refusal:
        form.refuse(refusal)
        return None
    message = _("已合并 %(n)d 家，%(days)d 天内可在合并记录里撤销") % {"n": len(found), "days": rules.UNDO_DAYS}
    return sheets.done(request, message, to=f"/customers/{survivor}/", stay=False)


@page("customer_merge", "view")
def merges(request: HttpRequest) -> HttpResponse:
    return MergeList().respond(request)


@page("customer_merge", "view", row="pk")
def merge_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer that was merged away: its file as it was, its history, what moved, what changed since."""
    done = selectors.merge(request.viewer, pk)
    may_undo = allowed(request.viewer, "customer_merge", "undo") and not services.why_not_undo(done)
    return render(
        request,
        "customers/merge_record.html",
        {
            "done": done,
            "file": [row for row in compared(request.viewer, [done.merged], {}) if row.cells[0].text],
            "moved": selectors.moved(done),
            "since": selectors.changed_since(done) if done.undone_at is None else [],
            "lines": selectors.changes(request.viewer, done.merged),
            "may_undo": may_undo,
            "until": services.undo_until(done),
        },
    )


@page("customer_merge", "undo", row="pk")
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    done = selectors.merge(request.viewer, pk)
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            services.undo_merge(pk, actor=request.viewer, reason=form.cleaned_data["reason"])
            return sheets.done(request, _("已撤销合并：%(name)s 恢复为单独的客户") % {"name": done.merged.name}, to=done.get_absolute_url())
        except Refused as refusal:
            form.refuse(refusal)
    lines = [_("「%(name)s」恢复，转走的单据、联系人、任务回到它名下") % {"name": done.merged.name}]
    since = selectors.changed_since(done)
    lines += [_("合并后改过的保持现状：%(what)s") % {"what": "；".join(since[:8])}] if since else []
    return sheets.confirm(
        request,
        title=_("撤销合并"),
        consequences=lines,
        submit=_("撤销合并"),
        cancel=done.get_absolute_url(),
        danger=True,
        form=form,
    )
