"""Two wordings of one policy side by side: what they say and what they do (POL-06, POL-09)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guike.engine import selectors
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.differences import differences, text_pieces
from guike.engine.policies.grant_table import Table, table
from guike.engine.policies.parse import parse
from guike.engine.rulebook import faces_known
from guike.engine.selectors import Wording
from guike.engine.views.drafting import trial_pieces
from guike.engine.views.why import asked_day
from guike.platform.access import allowed, page
from guike.platform.errors import Refused


@page("policy")
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """`?a=v3&b=v4`: differences place by place, the clause with its changes, and who would move from a to b."""
    known = selectors.wordings(request.viewer, code)
    context = {"policy": selectors.policy(request.viewer, code), "known": known, "may_try": allowed(request.viewer, "policy", "simulate")}
    if len(known) < 2 and not request.GET:
        return render(request, "engine/compare.html", context)
    a, b = (selectors.wording(request.viewer, code, key) for key in _chosen(known, request.GET.get("a", ""), request.GET.get("b", "")))
    if a.key == b.key:
        return render(request, "engine/compare.html", context | {"a": a, "b": b})
    catalogue = Catalogue(policies=faces_known())
    context |= {
        "a": a,
        "b": b,
        "changed": differences(a.content, b.content, catalogue),
        "pieces": text_pieces(a.clause_text, b.clause_text),
        "table": _table(a.content, b.content, catalogue),
    }
    if context["may_try"] and request.GET:
        context |= _tried(request, code, a.yaml, b.yaml)
    return render(request, "engine/compare.html", context)


def _chosen(known: Sequence[Wording], a: str, b: str) -> tuple[str, str]:
    """From the newest published version to the newest wording, unless asked otherwise; what was not chosen is never the same as what was."""
    b = b or next(one.key for one in known if one.key != a)
    others = [one for one in known if one.key != b] or known
    published = [one for one in others if not one.is_draft]
    return a or (published or others)[0].key, b


def _table(before: Mapping[str, Any], after: Mapping[str, Any], catalogue: Catalogue) -> Table | None:
    """A table of entitlements cell by cell; None for other kinds."""
    if after.get("kind") != "entitlement":
        return None
    return table(parse(after, catalogue).content, catalogue.policies, parse(before, catalogue).content)


def _tried(request: HttpRequest, code: str, first: str, second: str) -> dict:
    try:
        return trial_pieces(selectors.simulate(request.viewer, second, code, asked_day(request), against=first))
    except Refused as refusal:
        return {"refusal": _("不能试算：%(why)s") % {"why": refusal}}
