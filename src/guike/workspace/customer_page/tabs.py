"""The tabs of a customer's page; only the open one is composed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.contact.panels import done_at
from guike.customers import panels
from guike.engine.activities import registry
from guike.engine.activities import selectors as activities
from guike.engine.obligations import selectors as obligations
from guike.platform import clock
from guike.platform.access import Viewer, allowed, reads
from guike.platform.ui import formats
from guike.platform.ui.components import Chip, Entry, Tab
from guike.sales import selectors as sales
from guike.workspace.customer_page import purchases
from guike.workspace.customer_page.compose import Record, address

ORDERS_SHOWN = 20
LABELS = {
    "timeline": gettext_lazy("动态"),
    "contacts": gettext_lazy("联系人"),
    "orders": gettext_lazy("订单"),
    "file": gettext_lazy("档案"),
    "duties": gettext_lazy("时限任务"),
    "needs": gettext_lazy("需求与竞品"),
    "relations": gettext_lazy("关系"),
    "files": gettext_lazy("附件"),
    "changes": gettext_lazy("变更"),
}
CODES = tuple(LABELS)


def shown(request: HttpRequest, record: Record, active: str) -> dict[str, Any]:
    """The tab strip and the context of the open tab."""
    content = _CONTENT[active](request, record)
    return {"tabs": _strip(request, record), "active": active, **content}


def _strip(request: HttpRequest, record: Record) -> list[Tab]:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    counts: dict[str, int | str | None] = {
        "contacts": len(record.people),
        "orders": record.customer.figures.orders_12m,
        "file": f"{record.customer.completeness}%",
        "duties": record.open_duties,
        "needs": record.counts.needs,
        "relations": record.relations,
        "files": record.counts.files,
    }
    needed = {"orders": "sales_order", "contacts": "contact"}
    base = f"/customers/{record.customer.pk}/"
    return [
        Tab(code, str(label), f"{base}?tab={code}{record.kept}", counts.get(code))
        for code, label in LABELS.items()
        if code not in needed or allowed(viewer, needed[code], "view")
    ]


# --- timeline -------------------------------------------------------------------------------------------------------------


def entry(viewer: Viewer, line: activities.Line) -> Entry:
    """A line of the engine's timeline as the kit draws it."""
    activity = line.activity
    who = str(activity.person) if activity.person else ""
    meta = [f"{who} → {activity.counterpart}" if who and activity.counterpart else who or activity.counterpart]
    if activity.title:
        meta.insert(0, activity.title)
    chips = [
        Chip(_("答应 %(day)s %(title)s") % {"day": formats.short_day(one.due_on), "title": one.title}, "flag") for one in line.obligations
    ]
    return Entry(
        at=activity.happened_at,
        title=str(line.label),
        icon=line.icon,
        meta=[part for part in meta if part],
        text=activity.text,
        amount=formats.yuan(activity.amount) if activity.amount is not None and reads(viewer, line.kind.code, "amount") else "",
        href=line.url,
        own=line.kind.own,
        chips=chips,
        key=f"a{activity.pk}",
    )


def _timeline(request: HttpRequest, record: Record) -> dict[str, Any]:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    pk = record.customer.pk
    group = request.GET.get("group", "")
    group = group if group in registry.GROUPS else ""
    words = request.GET.get("q", "")[:60]
    found = activities.page(viewer, "customer", pk, group=group, words=words, cursor=request.GET.get("before", ""), authorised=True)
    counts = activities.counts(viewer, "customer", pk)
    kept = {"tab": "timeline", "group": group, "q": words}
    older = (
        f"?{urlencode({name: value for name, value in kept.items() if value} | {'before': found.next_cursor})}{record.kept}"
        if found.next_cursor
        else ""
    )
    groups = [Tab("", _("全部"), _group_link("", words, record), counts.get("all"))]
    groups += [
        Tab(code, _(label), _group_link(code, words, record), counts[code]) for code, label in registry.GROUPS.items() if counts.get(code)
    ]
    ways = [(_("电话"), "phone", "phone"), (_("登门"), "map-pin", "visit"), (_("微信"), "brand-wechat", "wechat")]
    return {
        "entries": [entry(viewer, line) for line in found.lines],
        "older": older,
        "groups": groups,
        "group": group,
        "words": words,
        "is_older": bool(request.GET.get("before")),
        "ways": ways,
    }


def _group_link(code: str, words: str, record: Record) -> str:
    kept = {"tab": "timeline", "group": code, "q": words}
    return f"?{urlencode({name: value for name, value in kept.items() if value})}{record.kept}"


# --- the others -----------------------------------------------------------------------------------------------------------


def _orders(request: HttpRequest, record: Record) -> dict[str, Any]:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if not allowed(viewer, "sales_order", "view"):
        return {}
    found = sales.orders_for(viewer).filter(customer=record.customer.pk).order_by("-ordered_on", "-id")
    listed = [(order, address("sales:order", order.pk)) for order in found[: ORDERS_SHOWN + 1]]
    more = len(listed) > ORDERS_SHOWN
    return {
        "purchases": purchases.chart(viewer, record.customer.pk, clock.today()) if listed and purchases.readable(viewer) else None,
        "priced": reads(viewer, "sales_order", "amount"),
        "orders": listed[:ORDERS_SHOWN],
        "more_orders": address("sales:orders", query=f"view=all&f.customer={record.customer.pk}") if more else "",
    }


def _duties(request: HttpRequest, record: Record) -> dict[str, Any]:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    pk = record.customer.pk
    open_ones = obligations.of_subject(viewer, "customer", pk, authorised=True)[:50]
    past = obligations.past_of_subject(viewer, "customer", pk)[:30]
    return {"open_duties": [(one, done_at(one)) for one in open_ones], "past_duties": list(past)}


def _drawn(panel: Callable[..., str], *, with_people: bool = False) -> Callable[[HttpRequest, Record], dict[str, Any]]:
    def content(request: HttpRequest, record: Record) -> dict[str, Any]:
        more = (record.people,) if with_people else ()
        return {"panel": panel(request, record.customer, *more)}

    return content


_CONTENT: dict[str, Callable[[HttpRequest, Record], dict[str, Any]]] = {
    "timeline": _timeline,
    "contacts": _drawn(panels.contacts_tab, with_people=True),
    "orders": _orders,
    "file": _drawn(panels.file_tab),
    "duties": _duties,
    "needs": _drawn(panels.needs_tab),
    "relations": _drawn(panels.relations_tab),
    "files": _drawn(panels.files_tab),
    "changes": _drawn(panels.changes_tab),
}
