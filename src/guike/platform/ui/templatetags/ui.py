"""Tags and filters of the kit. They are built in: no `{% load %}` is needed. The README shows each with an example."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guike.platform.access import allowed as access_allowed
from guike.platform.ui import components, formats, html, icons, navigation, parts, shell

register = template.Library()

register.filter("yuan", formats.yuan)
register.filter("number", formats.number)
register.filter("percent", formats.percent)
register.filter("day", formats.day)
register.filter("short_day", formats.short_day)
register.filter("weekday", formats.weekday)
register.filter("day_and_note", formats.day_and_note)
register.filter("moment", formats.moment)
register.filter("ago", formats.ago)
register.filter("phone", formats.phone)
register.filter("masked", formats.masked)


@register.filter
def wan(value: object, digits: int = 1) -> str:
    """`{{ amount|wan }} 万元`"""
    return formats.wan(value, digits)


@register.filter
def clause_href(name: str) -> str:
    """Where a clause named in a refusal can be read; empty where nowhere."""
    return shell.clause_href(str(name or ""))


@register.filter
def shell_template(request: HttpRequest | None) -> str:
    """What `ui/page.html` extends: the whole page, or the sheet when htmx asks for the sheet."""
    return "ui/sheet.html" if shell.in_sheet(request) else "ui/base.html"


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """`{{ labels|item:code }}`"""
    return mapping.get(key, "") if hasattr(mapping, "get") else mapping[key]


@register.simple_tag
def icon(name: str, size: int = 18, label: str = "", css: str = "") -> SafeString:
    """`{% icon "phone" %}`; with `label=` it speaks, without it is decoration."""
    return icons.svg(name, int(size), str(label), css)


@register.simple_tag
def seal(outcome: object, size: str = "", rank: int | None = None, label: str = "") -> SafeString:
    """`{% seal customer.grade %}`, `{% seal "VIP" rank=1 size="lg" %}`"""
    return html.seal(outcome, size, rank, label)


@register.simple_tag
def dots(*parts: object) -> SafeString:
    """`{% dots "经销商" city owner %}`: parts that are not empty joined by the drawn dot."""
    return html.dots(parts)


@register.simple_tag
def pieces_of(parts: Iterable[object]) -> SafeString:
    """`{% pieces_of record.facts %}`: the same for a line that wraps on a phone; 2026-11-26 and KH-000015 stay whole."""
    return html.pieces(parts)


@register.simple_tag
def dots_of(parts: Iterable[object]) -> SafeString:
    """`{% dots_of entry.meta %}`"""
    return html.dots(parts)


@register.simple_tag(takes_context=True)
def can(context: template.Context, object_code: str, action: str) -> bool:
    """`{% can "customer" "add" as may_add %}`: to leave a button out, never instead of the check in the service."""
    return access_allowed(shell.viewer_of(context.get("request")), object_code, action)


@register.simple_tag(takes_context=True)
def record_links(context: template.Context, object_code: str, row: Any) -> list[Any]:
    """`{% record_links "contact" one as ways %}{% for way, href in ways %}…`: pages of higher domains about this record."""
    from guike.platform.ui import record_links

    return record_links.links(shell.viewer_of(context.get("request")), object_code, row)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The present address with some parameters changed (None removes): `{% query view="mine" after=None %}`."""
    request = context.get("request")
    parameters: QueryDict = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters.setlist(name, [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)])
    return "?" + parameters.urlencode()


@register.simple_tag
@cache
def stylesheet(path: str) -> SafeString:
    """`{% stylesheet "customers/customers.css" %}`: inside the block `styles`."""
    return format_html('<link rel="stylesheet" href="{}">', static(path))


@register.simple_tag
@cache
def script(path: str) -> SafeString:
    """`{% script "customers/map.js" %}`: inside the block `scripts`; loaded once, deferred."""
    return format_html('<script src="{}" defer></script>', static(path))


# --- the shell ---------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def shell_facts(context: template.Context) -> dict[str, Any]:
    """Everything `ui/base.html` needs about the viewer, the side bar and the preferences."""
    request = context.get("request")
    viewer = shell.viewer_of(request)
    groups = navigation.groups(viewer, request.path if request else "")
    entries = [entry for _heading, found in groups for entry in found]
    return {
        "viewer": viewer,
        "groups": groups,
        "bottom": sorted((shown for shown in entries if shown.entry.bottom), key=lambda shown: int(shown.entry.bottom))[:3],
        "main_action": navigation.main_action(viewer),
        "counts_missing": any(shown.counted and shown.count is None for shown in entries),
        "shortcuts": {s.entry.shortcut: s.href for s in entries if s.entry.shortcut},
        "help": shell.help_address(request.path) if request and viewer.account_id else "",
        "card": shell.card(request) if request and viewer.account_id else "",
        "company": shell.company_name(),
        "logo": shell.company_logo() if viewer.account_id else "",
        "user_line": shell.user_line(viewer).split(" · ") if viewer.account_id else [],
        "theme": shell.preference(request, "theme", shell.THEMES),
        "density": shell.preference(request, "density", shell.DENSITIES),
    }


@register.simple_tag
def bar(template: str, facts: dict[str, Any]) -> SafeString:
    """`{% bar "ui/parts/side.html" shell %}`: drawn once for everything that it tells, not for every page."""
    entries = tuple((heading, *((s.entry.code, s.current, s.count) for s in found)) for heading, found in facts["groups"])
    told = (facts["viewer"].name, facts["company"], facts["logo"], *facts["user_line"], facts["main_action"], entries)
    return parts.drawn(template, {"shell": facts}, told)


@register.simple_tag(takes_context=True)
def once(context: template.Context, part: str, names: str = "") -> SafeString:
    """`{% once "ui/lists/head.html" "head selectable" %}`: a part that knows these names and nothing else, drawn once for each of their values."""
    return parts.drawn(part, {name: context.get(name) for name in names.split()})


# --- components --------------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/badge.html")
def badge(text: str = "", href: str = "", tone: str = "", icon: str = "", meter: int | None = None, sheet: bool = True) -> dict:
    """`{% badge "综合分 86.5" href=why_url tone="accent" %}`"""
    return {"badge": components.Badge(text, href, tone, icon, meter, sheet)}


@register.inclusion_tag("ui/parts/badges.html")
def badges(items: Iterable[components.Badge]) -> dict:
    """`{% badges customer_badges %}`: at most five beside a name."""
    return {"badges": list(items)}


@register.inclusion_tag("ui/parts/figures.html")
def figures(items: Iterable[components.Figure], css: str = "") -> dict:
    """`{% figures four_figures %}`: one panel split by hairlines, 2 × 2 on the phone."""
    return {"figures": list(items), "css": css}


@register.inclusion_tag("ui/parts/need.html")
def need(item: components.Need | None) -> dict:
    """`{% need what_needs_you %}`: nothing is drawn for None."""
    return {"need": item}


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Iterable[components.Tab], active: str, label: str = "", target: str = "") -> dict:
    """`{% tabs record_tabs active=tab label="客户" %}`; with `target="#tab"` htmx swaps only that part."""
    return {"tabs": list(items), "active": active, "label": label, "target": target}


@register.inclusion_tag("ui/parts/timeline.html")
def timeline(entries: Iterable[components.Entry], more_href: str = "", more: str = "") -> dict:
    """`{% timeline entries more_href=older more="更早的动态，还有 127 条" %}`"""
    return {"entries": list(entries), "more_href": more_href, "more": more}


@register.inclusion_tag("ui/parts/progress.html")
def progress(item: components.Progress) -> dict:
    """`{% progress month_target %}`"""
    return {"p": item, "share": _percent(item.share), "tick": None if item.tick is None else _percent(item.tick)}


@register.inclusion_tag("ui/parts/empty.html")
def empty(text: str, action: str = "", href: str = "", sheet: bool = False, icon: str = "") -> dict:
    """`{% empty "没有客户符合这些条件" action="清除条件" href="?" %}`"""
    return {"text": text, "action": action, "href": href, "sheet": sheet, "icon": icon}


@register.inclusion_tag("ui/parts/heat.html")
def heat_table(heat: components.Heat) -> dict:
    """`{% heat_table matrix %}`"""
    names = list(heat.outcomes)
    ranks = list(heat.ranks) or list(range(1, len(names) + 1))
    lines = [
        {"outcome": names[i], "rank": ranks[i], "cells": [_tinted(cell) for cell in row], "sum": heat.row_sums[i]}
        for i, row in enumerate(heat.rows)
    ]
    changes = [after - before for after, before in zip(heat.column_sums, heat.row_sums, strict=False)]
    return {"heat": heat, "lines": lines, "sums": list(zip(heat.column_sums, changes, strict=False))}


def _tinted(cell: components.HeatCell) -> dict[str, Any]:
    """A move's tint runs from 14 to 55 percent by its share of the row (a fifth of a row is the darkest)."""
    strength = 0 if not cell.count or cell.direction == "stay" else round(14 + 41 * min(1.0, cell.share / 20))
    return {"cell": cell, "strength": strength, "share": f"{cell.share:.1f}%"}


@register.inclusion_tag("ui/parts/score_table.html")
def score_table(lines: Iterable[components.Score], total: str = "", weight: str = "100%") -> dict:
    """`{% score_table lines total="86.5" %}`"""
    return {"lines": list(lines), "total": total, "weight": weight}


@register.inclusion_tag("ui/parts/ruler.html")
def ruler(item: components.Ruler) -> dict:
    """`{% ruler score_ruler %}`"""
    span = float(item.high) - float(item.low) or 1.0
    zones, start = [], float(item.low)
    for zone in item.zones:
        end = float(zone.upto)
        last = zone is item.zones[-1]
        here = start <= float(item.value) < end or (last and float(item.value) >= end)
        zones.append({"label": zone.label, "width": _percent(100 * (end - start) / span), "here": here})
        start = end
    return {"ruler": item, "zones": zones, "at": _percent(100 * (float(item.value) - float(item.low)) / span)}


@register.inclusion_tag("ui/parts/bar_list.html")
def bar_list(bars: Iterable[components.Bar], legend: str = "") -> dict:
    """`{% bar_list workload %}`: lengths on one scale, a tick for the limit, a grey bar for the value before."""
    found = list(bars)
    top = max((float(v) for b in found for v in (b.value, b.limit or 0, b.before or 0)), default=0) or 1.0
    lines = [
        {
            "bar": b,
            "width": _percent(100 * float(b.value) / top),
            "before": None if b.before is None else _percent(100 * float(b.before) / top),
            "limit": None if b.limit is None else _percent(100 * float(b.limit) / top),
        }
        for b in found
    ]
    return {"lines": lines, "legend": legend}


@register.inclusion_tag("ui/parts/chart.html", takes_context=True)
def chart(context: template.Context, item: components.Chart, key: str = "") -> dict:
    """`{% chart purchases_by_month key="purchases" %}`; the table view works without script."""
    return {"chart": item, "given": json.dumps(item.payload(), ensure_ascii=False), "key": key or f"chart-{abs(hash(item.title)) % 10_000}"}


@register.inclusion_tag("ui/parts/org_chart.html")
def org_chart(roots: Iterable[components.Node]) -> dict:
    """`{% org_chart decision_chain %}`"""
    return {"roots": list(roots)}


@register.inclusion_tag("ui/parts/duties.html")
def duties(items: Iterable[components.Duty]) -> dict:
    """`{% duties open_obligations %}`: rows of the rail."""
    return {"duties": list(items)}


@register.inclusion_tag("ui/parts/section.html")
def section_head(title: str, note: str = "", action: str = "", href: str = "", sheet: bool = False, tone: str = "") -> dict:
    """`{% section_head "时限任务" note="4 件" action="全部" href=all_url %}`"""
    return {"title": title, "note": note, "action": action, "href": href, "sheet": sheet, "tone": tone}


@register.inclusion_tag("ui/parts/chips.html")
def chips(items: Iterable[components.Chip]) -> dict:
    """`{% chips entry.chips %}`"""
    return {"chips": list(items)}


def _percent(value: float) -> int:
    """A whole percent within 0–100, for the classes of percent.css."""
    return max(0, min(100, round(value)))


# --- forms -------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, label: str = "", hint: str = "", unit: str = "", css: str = "", compact: bool = False) -> dict:
    """`{% field form.amount unit="元" %}`: label, required mark, help, unit and error around any Django field."""
    from guike.platform.ui.forms.rendering import describe

    return describe(bound, label=label, hint=hint, unit=unit, css=css, compact=compact)


@register.inclusion_tag("ui/parts/form_fields.html")
def form_fields(form: BaseForm) -> dict:
    """`{% form_fields form %}`: hidden fields, the error summary, then every visible field in order."""
    return {"form": form}


@register.inclusion_tag("ui/parts/form_errors.html")
def form_errors(form: BaseForm) -> dict:
    """`{% form_errors form %}`: one summary that says how many places need work and links to each."""
    from guike.platform.ui.forms.rendering import error_places

    return {"places": error_places(form), "general": form.non_field_errors()}


@register.inclusion_tag("ui/parts/form_footer.html")
def form_footer(submit: str, cancel: str = "", second: str = "", second_name: str = "second", danger: bool = False) -> dict:
    """`{% form_footer "完成并安排下一步" second="只保存" second_name="save_only" %}`: sticks to the bottom on the phone."""
    return {"submit": submit, "cancel": cancel, "second": second, "second_name": second_name, "danger": danger}
