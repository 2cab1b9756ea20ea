"""Policies, outcomes with their reasons, metrics, for other programs (PLT-07, POL-01 – POL-06)."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Schema
from pydantic import Field

from guike.engine import selectors
from guike.engine.metrics.registry import REGISTRY
from guike.engine.selectors.readable import unreadable
from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.platform.api import schemas, scopes
from guike.platform.api.problems import Problem
from guike.platform.api.resources import json_answer
from guike.platform.api.root import Routes

scopes.register("policies", gettext_lazy("制度"), writes=False)
scopes.register("grades", gettext_lazy("等级与判定"), writes=False)
scopes.register("metrics", gettext_lazy("指标"), writes=False)
MOVERS = 200
Code = Annotated[str, Field(max_length=60)]


class PolicyListed(Schema):
    code: str
    title: str
    kind: str
    state: str | None = None
    version: int | None = None


class Policies(Schema):
    data: list[PolicyListed]


class PolicyText(schemas.Strict):
    text: Annotated[str, Field(max_length=100_000, description="YAML")]


class Trial(PolicyText):
    as_of: schemas.Day | None = Field(None, description="按哪一天；不写就是今天")


class Checked(Schema):
    ok: bool
    problems: list[dict[str, Any]]


class Anything(Schema):
    """Fields as the kind of policy has them."""

    model_config = {"extra": "allow"}


class Values(Schema):
    as_of: date
    data: list[dict[str, Any]]


class ValuesAsked(Schema):
    codes: str = Field(max_length=1000, description="指标代码，用逗号隔开")
    ids: str = Field(max_length=4000, description="对象的 id，用逗号隔开，最多 200 个")
    subject: str = Field("customer", max_length=20, description="对象种类")
    as_of: schemas.Day | None = Field(None, description="按哪一天；不写就是今天")


class DecisionsAsked(Schema):
    policy: str = Field("", max_length=60, description="制度代码")
    since: schemas.Day | None = Field(None, description="从哪一天起")
    until: schemas.Day | None = Field(None, description="到哪一天")
    before: schemas.Id | None = Field(None, description="上一页给的 next")


class Decisions(Schema):
    data: list[dict[str, Any]]
    next: int | None = None


routes = Routes(tags=["policies"])


@routes.operation("GET", "/policies", scope="policies:read", object="policy", summary="制度列表", answer=Policies)
def list_policies(request: HttpRequest) -> HttpResponse:
    return json_answer({"data": [policy_line(one) for one in selectors.policies(request.viewer)]})


def policy_line(one: Any) -> dict[str, Any]:
    """A policy in one line: code, title, kind, version in force."""
    version = one.current
    return {"code": one.policy.code, "title": one.policy.title, "kind": one.policy.kind, "version": version.number if version else None}


@routes.operation("GET", "/policies/{code}", scope="policies:read", object="policy", summary="一项制度，带现行文本", answer=Anything)
def policy(request: HttpRequest, code: str) -> HttpResponse:
    found = selectors.policy(request.viewer, code)
    version = selectors.in_force(request.viewer, code)
    text = {"version": version.number, "effective_from": version.effective_from, "text": version.yaml} if version else {}
    return json_answer({"code": found.code, "title": found.title, "kind": found.kind, **text})


@routes.operation("POST", "/policies/check", scope="policies:read", object="policy", summary="检查一份制度文本", answer=Checked)
def check_policy(request: HttpRequest, body: PolicyText) -> HttpResponse:
    found = selectors.text_problems(request.viewer, body.text)
    return json_answer(
        {
            "ok": found.sound,
            "problems": [{"path": one.path, "line": one.line, "fatal": one.fatal, "detail": one.message} for one in found.problems],
        }
    )


@routes.operation(
    "POST",
    "/policies/simulate",
    scope="policies:read",
    object="policy",
    action="simulate",
    summary="在真实数据上试算一份制度文本，不写入",
    answer=Anything,
)
def simulate_policy(request: HttpRequest, body: Trial) -> HttpResponse:
    return json_answer(simulated(request.viewer, body.text, body.as_of))


def simulated(viewer: Viewer, text: str, as_of: date | None) -> dict[str, Any]:
    """What a draft would do, in figures and its first movers."""
    found = selectors.simulate(viewer, text, as_of=as_of, limit=MOVERS)
    told = {
        name: getattr(found, name)
        for name in ("policy", "title", "kind", "as_of", "compared_with", "subjects", "matrix", "movers_count", "up", "down")
    }
    return {**told, "movers": [asdict(one) for one in found.movers]}


@routes.operation("GET", "/decisions", scope="grades:read", object="policy", summary="判定变动，新的在前", answer=Decisions)
def list_decisions(request: HttpRequest, asked: Query[DecisionsAsked]) -> HttpResponse:  # type: ignore[valid-type]
    wanted = selectors.Asked(policy=asked.policy, since=asked.since, until=asked.until, before=asked.before)
    lines, more = selectors.decisions(request.viewer, wanted)
    told = [{name: value for name, value in asdict(one).items() if name != "url"} for one in lines]
    return json_answer({"data": told, "next": more}, rows=len(told))


@routes.operation(
    "GET", "/customers/{int:pk}/grade", scope="grades:read", object="customer", row="pk", summary="为什么是这个等级", answer=Anything
)
def explain_grade(request: HttpRequest, pk: int, policy: Code = "", as_of: schemas.Day | None = None) -> HttpResponse:
    return json_answer(explained(request.viewer, pk, policy, as_of))


def explained(viewer: Viewer, customer_id: int, policy: str = "", as_of: schemas.Day | None = None) -> dict[str, Any]:
    """Outcome, points and reasons of one customer, values that the viewer may not read left out."""
    access.row(viewer, "customer", customer_id)
    found = selectors.explain(viewer, policy or None, customer_id, as_of)
    told = {
        name: getattr(found, name)
        for name in ("number", "name", "policy", "title", "version", "as_of", "outcome", "label", "score", "strategy", "margin")
    }
    scored = [
        {name: getattr(one, name) for name in ("metric", "label", "value", "shown", "band", "points", "weight", "contribution")}
        for one in found.characteristics
    ]
    return {**told, "reasons": list(found.reasons), "characteristics": scored, "nearest": [asdict(one) for one in found.nearest]}


@routes.operation("GET", "/metrics", scope="metrics:read", object="policy", summary="指标目录", answer=Anything)
def list_metrics(request: HttpRequest) -> HttpResponse:
    found = selectors.catalogue(request.viewer)
    return json_answer({"data": [{"code": one.code, "label": one.label, "unit": one.unit_shown, "subject": one.subject} for one in found]})


@routes.operation("GET", "/metrics/values", scope="metrics:read", object="policy", summary="一批对象的指标值", answer=Values)
def metric_values(request: HttpRequest, asked: Query[ValuesAsked]) -> HttpResponse:  # type: ignore[valid-type]
    codes, ids = _listed(asked.codes), _ids(asked.ids)
    if asked.subject not in {metric.subject for metric in REGISTRY.metrics.values()}:
        raise Problem(422, "subject", _("没有「%(subject)s」这种对象") % {"subject": asked.subject}, field="subject")
    if foreign := [code for code in codes if code in REGISTRY.metrics and REGISTRY.metrics[code].subject != asked.subject]:
        raise Problem(422, "metric", _("%(code)s 不是这种对象的指标") % {"code": foreign[0]}, field="codes")
    found = selectors.metric_values(request.viewer, codes, asked.subject, ids, asked.as_of)
    hidden = unreadable(request.viewer, codes, REGISTRY)
    rows = [{"id": pk, **{code: value for code, value in values.items() if code not in hidden}} for pk, values in sorted(found.items())]
    return json_answer({"as_of": asked.as_of or clock.today(), "data": rows}, rows=len(rows))


def _listed(text: str) -> list[str]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not found or len(found) > 50:
        raise Problem(422, "codes", _("指标写 1～50 个"), field="codes")
    return found


def _ids(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or len(parts) > 200 or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        raise Problem(422, "ids", _("id 写 1～200 个数字，用逗号隔开"), field="ids")
    return [int(part) for part in parts]
