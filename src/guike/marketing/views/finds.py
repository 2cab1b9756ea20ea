"""The list, a find, and what is done with it (CUS-08)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.customers import selectors as customers
from guike.marketing import rules, selectors, services
from guike.marketing.forms import DICTIONARIES, AcceptForm, FindForm, ReasonForm, ReturnForm, SendForm
from guike.marketing.lists import FindList, actions, outcome_words, send_as_asked
from guike.marketing.models import Find
from guike.marketing.services.answering import may_answer
from guike.platform import dictionaries, history, masks
from guike.platform.access import Right, Viewer, allowed, field_right, hidden_fields, page
from guike.platform.ui import formats, sheets
from guike.platform.ui.sheets import carried_out, form_status

#: What the steps and the box above say already: the course tells who, where to and why.
TOLD_ELSEWHERE = frozenset(
    {"department", "pooled", "sent_by", "sent_on", "due_on", "accepted_on", "returned_by", "returned_on", "contacted_on", "ordered_on"}
)


@page("find", "view")
def find_list(request: HttpRequest) -> HttpResponse:
    return FindList().respond(request, actions=actions(request.viewer))


def _words(found: Find, name: str) -> str:
    value = getattr(found, name)
    return dictionaries.label_of(DICTIONARIES[name], value) if value else ""


def _facts(viewer: Viewer, found: Find) -> list[tuple[str, str]]:
    """What is known of it, blanks left out; the telephone as this viewer may read it."""
    source = "，".join(part for part in (_words(found, "source"), found.place_found) if part)
    listed = [
        (_("来源"), source),
        (_("联系人"), " ".join(part for part in (found.contact, found.position) if part)),
        (_("电话"), str(masks.shown(viewer, "find", "phone", found.phone) or "")),
        (_("地区"), f"{found.province}{found.city}{found.address}"),
        (_("行业"), _words(found, "industry")),
        (_("产品线"), _words(found, "product_line")),
        (_("规模"), str(found.get_scale_display())),
        (_("发展趋势"), str(found.get_trend_display())),
        (_("统一社会信用代码"), found.uscc),
        (_("发现日期"), formats.day(found.found_on)),
        (_("收集人"), str(found.found_by or "")),
    ]
    return [(label, value) for label, value in listed if value]


def _steps(found: Find) -> list[dict[str, Any]]:
    """Found → sent → accepted → contacted → ordered, each with its day."""
    days = [
        (_("发现"), found.found_on), (_("分派"), found.sent_on), (_("接收"), found.accepted_on), (_("首次联系"), found.contacted_on),
        (_("首次下单"), found.ordered_on),
    ]  # fmt: skip
    return [{"label": label, "day": day} for label, day in days]


def _similar(viewer: Viewer, found: Find) -> list[Any]:
    """Customers it may be, as far as the viewer may know of them; nothing where it is a customer already."""
    if found.customer_id or found.state == Find.State.DROPPED:
        return []
    asked = {"name": found.name, "phone": found.phone, "uscc": found.uscc, "kind": found.kind}
    return customers.similar(viewer, **asked)  # type: ignore[arg-type]


@page("find", "view", row="pk")
def find(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = selectors.find(viewer, pk)
    keeps = allowed(viewer, "find", "send")
    context = {
        "find": found,
        "facts": _facts(viewer, found),
        "steps": _steps(found),
        "outcome": outcome_words(found),
        "similar": _similar(viewer, found),
        "answers": may_answer(viewer, found),
        "may_send": keeps and rules.may_become(found.state, "sent"),
        "may_drop": allowed(viewer, "find", "drop") and rules.may_become(found.state, "dropped"),
        "may_change": allowed(viewer, "find", "change") and found.state != Find.State.ACCEPTED,
        "opens": bool(found.customer_id) and customers.customers(viewer).filter(pk=found.customer_id).exists(),  # type: ignore[misc]
        "changes": history.of(found, hidden=hidden_fields(viewer, "find") | _veiled(viewer) | TOLD_ELSEWHERE, limit=20, viewer=viewer),
    }
    return render(request, "marketing/find.html", context)


def _veiled(viewer: Viewer) -> frozenset[str]:
    """A veiled number stays veiled in the history."""
    return frozenset({"phone"}) if field_right(viewer, "find", "phone") < Right.READ else frozenset()


def _form_page(request: HttpRequest, form: FindForm, **context: Any) -> HttpResponse:
    return render(request, "marketing/find_form.html", {"form": form, **context}, status=form_status(form))


@page("find", "add")
def add(request: HttpRequest) -> HttpResponse:
    """Short first: name, phone, whom, from where; everything else is folded."""
    start = {"name": request.GET.get("name", "")[:120]}
    form = FindForm(request.POST or None, viewer=request.viewer, initial=start, draft="find:new")
    answer = carried_out(
        request,
        form,
        lambda: services.add_find(form.values(), actor=request.viewer),
        lambda made: _("已登记：%(name)s") % {"name": made.name},
        lambda made: made.get_absolute_url(),
        stay=False,
    )
    return answer or _form_page(request, form)


@page("find", "change", row="pk")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.find(request.viewer, pk, "change")
    start = {name: getattr(found, name) for name in (*services.FIELDS, "version")}
    form = FindForm(request.POST or None, viewer=request.viewer, initial=start)
    answer = carried_out(
        request,
        form,
        lambda: services.change_find(pk, form.values(), version=form.cleaned_data["version"] or 0, actor=request.viewer),
        lambda _made: _("已保存"),
        lambda made: made.get_absolute_url(),
    )
    return answer or _form_page(request, form, find=found)


@page("find", "add")
def similar(request: HttpRequest) -> HttpResponse:
    """While somebody types: customers and finds that may be this one (CUS-07)."""
    asked = {name: request.GET.get(name, "")[:120] for name in ("name", "phone", "uscc")}
    but = request.GET.get("but", "")
    kind = "person" if request.GET.get("kind") == "person" else "company"
    context = {
        "customers": customers.similar(request.viewer, **asked, kind=kind),  # type: ignore[arg-type]
        "finds": selectors.same_finds(request.viewer, name=asked["name"], phone=asked["phone"], but=int(but) if but.isdigit() else None),
    }
    return render(request, "marketing/similar.html", context)


@page("find", "send", row="pk")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.find(request.viewer, pk, "send")
    way = selectors.route_for(found)
    form = SendForm(request.POST or None, viewer=request.viewer, initial={"to": "rules" if way else "person"})
    answer = carried_out(
        request,
        form,
        lambda: send_as_asked(request.viewer, pk, form.cleaned_data),
        lambda made: _("已分派给 %(who)s") % {"who": made.receiver or made.department},
        lambda made: made.get_absolute_url(),
    )
    to = (way.person or way.department) if way else None
    lines = [_("按规则「%(name)s」给 %(to)s") % {"name": way.name, "to": to} if way else _("没有适用的分派规则")]
    lines.append(_("%(days)d 个工作日内接收或退回，到期收回") % {"days": selectors.terms().accept_days})
    if found.alike >= rules.SUSPICIOUS:
        lines.append(_("像已有客户，先看线索页上的查重"))
    return answer or sheets.confirm(
        request,
        title=_("分派「%(name)s」") % {"name": found},
        consequences=lines,
        submit=_("分派"),
        cancel=found.get_absolute_url(),
        form=form,
    )


@page("find", "accept", row="pk")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """As a new customer, or joined to one of one's own; whom it resembles is said before."""
    found = selectors.find(request.viewer, pk, "accept")
    near = _similar(request.viewer, found)
    mine = next((one.customer_id for one in near if one.customer_id), None)
    form = AcceptForm(request.POST or None, viewer=request.viewer, initial={"way": "join" if mine else "new", "customer": mine})

    def write() -> Find:
        joins = form.cleaned_data["way"] == "join"
        return services.accept(pk, actor=request.viewer, customer_id=form.cleaned_data["customer"] if joins else None)

    answer = carried_out(
        request,
        form,
        write,
        lambda made: _("已接收：%(name)s") % {"name": made.name},
        lambda made: made.customer.get_absolute_url(),
        stay=False,
    )
    context = {"find": found, "form": form, "similar": near, "days": selectors.terms().follow_days}
    return answer or render(request, "marketing/accept.html", context, status=form_status(form))


@page("find", "return", row="pk")
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.find(request.viewer, pk, "return")
    form = ReturnForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.give_back(pk, form.cleaned_data["why"], actor=request.viewer, reason=form.cleaned_data["reason"]),
        lambda _made: _("已退回：%(name)s") % {"name": found.name},
        lambda _made: reverse("marketing:finds"),
        stay=False,
    )
    lines = [_("同部门的人还可以接收") if found.pooled else _("回到市场部，原因会通知收集人")]
    return answer or sheets.confirm(
        request,
        title=_("退回「%(name)s」") % {"name": found},
        consequences=lines,
        submit=_("退回"),
        cancel=found.get_absolute_url(),
        form=form,
    )


@page("find", "drop", row="pk")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.find(request.viewer, pk, "drop")
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.drop_find(pk, actor=request.viewer, reason=form.cleaned_data["reason"]),
        lambda _made: _("已作废：%(name)s") % {"name": found.name},
        lambda _made: reverse("marketing:finds"),
        stay=False,
    )
    lines = [_("不再分派，也不计入结果统计")]
    return answer or sheets.confirm(
        request,
        title=_("作废「%(name)s」") % {"name": found},
        consequences=lines,
        submit=_("作废"),
        cancel=found.get_absolute_url(),
        danger=True,
        form=form,
    )
