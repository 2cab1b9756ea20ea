"""Requests of persons, holds and whose term is over, for other programs (PLT-07, CUS-12): the same lists, services and rights as the pages."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Schema
from pydantic import Field

from guike.oversight import selectors, services
from guike.oversight.due_lists import DueList, kept, why
from guike.oversight.models import ENDING, KINDS, Hold, PersonalRequest
from guike.oversight.request_lists import RequestList
from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.api import listing, schemas, scopes
from guike.platform.api.problems import Problem
from guike.platform.api.resources import Extra, Resource, json_answer
from guike.platform.api.root import Routes

REQUESTS = Resource(
    code="personal-requests",
    object="personal_request",
    label=gettext_lazy("个人信息请求"),
    page=RequestList,
    fields=("number", "wish", "subject_kind", "subject_id", "asker", "way", "detail", "checked", "received_on", "due_on", "received_by", "department",
            "state", "refusal", "outcome", "closed_on", "closed_by", "recorded_at", "version"),
    exact={"subject_id": ("subject_id", schemas.Id), "subject_kind": ("subject_kind", Literal[tuple(code for code, _label in ENDING)])},
)  # fmt: skip


def _named(name: str) -> Any:
    """What the person is called: a list puts it on all its rows, one row is asked for by itself."""

    def read(viewer: Viewer, row: Any) -> str:
        if "subject_name" not in vars(row):
            selectors.subjects(viewer, [row])
        return str(getattr(row, name))

    return read


DUE = Resource(
    code="personal-due",
    object="personal_due",
    label=gettext_lazy("到期的个人信息"),
    page=DueList,
    fields=("subject_kind", "subject_id", "term", "months", "last_on", "last_what", "ended_on", "found_on", "state", "kept_until", "kept_why", "kept_by",
            "request", "erased_on", "version"),
    extras={
        "name": Extra(str, _named("subject_name"), "姓名"),
        "place": Extra(str, _named("subject_place"), "在哪里"),
        "why": Extra(str, lambda viewer, row: why(row), "为什么到期"),
        "kept": Extra(str, lambda viewer, row: kept(row), "保留的理由"),
    },
    related=("hold", "request"),
    number="",
    completed=True,
)  # fmt: skip
scopes.register("personal-holds", gettext_lazy("法定保留"))
RequestQuestion, DueQuestion = listing.question_of(REQUESTS), listing.question_of(DUE)


def _chosen(choices: Any, leave: str = "") -> Any:
    return Literal[tuple(code for code in choices.values if code != leave)]


Kind: Any = Literal[tuple(code for code, _label in KINDS)]
Anybody: Any = Literal[tuple(code for code, _label in ENDING)]
Wish: Any = _chosen(PersonalRequest.Wish)
Way: Any = _chosen(PersonalRequest.Way, PersonalRequest.Way.TERM)
Checked: Any = _chosen(PersonalRequest.Checked, PersonalRequest.Checked.TERM)
Ground: Any = _chosen(Hold.Ground)


def _words(choices: Any, leave: str = "") -> str:
    return "、".join(f"{code} {label}" for code, label in choices.choices if code != leave)


class NewRequest(schemas.Strict):
    subject_kind: Kind = Field(description="谁的：contact 联系人、customer 个人客户")
    subject_id: schemas.Ref
    wish: Wish = Field(description="要求：" + _words(PersonalRequest.Wish))
    asker: Annotated[str, Field(min_length=1, max_length=60, description="申请人")]
    way: Way = Field("other", description="怎么提出的：" + _words(PersonalRequest.Way, "term"))
    received_on: schemas.Day = Field(description="收到日期；15 个工作日从这天算起")
    detail: Annotated[str, Field(max_length=500, description="内容")] = ""
    checked: Checked | None = Field(None, description="身份核对：" + _words(PersonalRequest.Checked, "term"))


class NewHold(schemas.Strict):
    subject_kind: Kind = Field(description="谁的：contact 联系人、customer 个人客户")
    subject_id: schemas.Ref
    ground: Ground = Field(description="依据：" + _words(Hold.Ground))
    reason: Annotated[str, Field(min_length=1, max_length=200, description="理由")]
    until: schemas.Day = Field(description="保留到")


class Keeping(schemas.Strict):
    until: schemas.Day = Field(description="保留到，最多 12 个月后")
    reason: Annotated[str, Field(min_length=1, max_length=200, description="再保留的理由")]


class Ending(schemas.Strict):
    reason: Annotated[str, Field(min_length=1, max_length=200, description="删除的理由")]


class HoldTold(Schema):
    id: int
    subject_kind: str
    subject_id: int
    ground: str
    reason: str
    until: date
    placed_by: int | None
    placed_on: date
    released_on: date | None
    released_by: int | None
    released_why: str


class Holds(Schema):
    data: list[HoldTold]
    next: int | None = Field(None, description="下一页的 before；null = 到底了")


routes = Routes(tags=["personal"])


@routes.operation(
    "GET", "/personal-requests", scope="personal-requests:read", object="personal_request", summary="个人信息请求", answer=REQUESTS.page_shape
)
def list_requests(request: HttpRequest, asked: Query[RequestQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(REQUESTS, request.viewer, asked)


@routes.operation(
    "GET",
    "/personal-requests/{int:pk}",
    scope="personal-requests:read",
    object="personal_request",
    row="pk",
    summary="一件个人信息请求",
    answer=REQUESTS.shape,
)
def personal_request(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return REQUESTS.answer(request.viewer, REQUESTS.one(request.viewer, pk), fields=fields)


@routes.operation(
    "POST",
    "/personal-requests",
    scope="personal-requests:write",
    object="personal_request",
    action="add",
    status=201,
    summary="登记个人信息请求",
    answer=REQUESTS.shape,
)
def add_request(request: HttpRequest, body: NewRequest) -> HttpResponse:
    values = body.dict()
    kind, pk = values.pop("subject_kind"), values.pop("subject_id")
    _seen(request.viewer, kind, pk)
    made = services.record_request(kind, pk, actor=request.viewer, **{**values, "checked": values["checked"] or ""})
    return REQUESTS.answer(request.viewer, REQUESTS.one(request.viewer, made.pk), status=201)


def _seen(viewer: Viewer, kind: str, pk: int) -> None:
    """A person out of sight is none; a firm is none either."""
    row = access.rows(viewer, kind).filter(pk=pk).first()
    if row is None:
        raise Problem(422, "reference", _("没有编号 %(pk)s，或不在可见范围内") % {"pk": pk}, field="subject_id")
    if kind == "customer" and row.is_company:
        raise Problem(422, "company", _("「%(name)s」是企业，请求要记在联系人名下") % {"name": row}, field="subject_id")


# --- holds -------------------------------------------------------------------------------------------------------------

HOLD: dict[str, Any] = {"object": "personal_request", "action": "hold"}


def _told(hold: Hold) -> dict[str, Any]:
    names = ("id", "subject_kind", "subject_id", "ground", "reason", "until", "placed_on", "released_on", "released_why")
    return {**{name: getattr(hold, name) for name in names}, "placed_by": hold.placed_by_id, "released_by": hold.released_by_id}


@routes.operation("GET", "/personal-holds", scope="personal-holds:read", summary="法定保留，新的在前", answer=Holds, **HOLD)
def list_holds(
    request: HttpRequest, subject_kind: Anybody | None = None, subject_id: schemas.Id | None = None, before: schemas.Id | None = None
) -> HttpResponse:
    found = selectors.holds_for(request.viewer, subject_kind, subject_id, before)
    more = found[-1].pk if len(found) == selectors.HOLDS else None
    return json_answer({"data": [_told(one) for one in found], "next": more}, rows=len(found))


@routes.operation("POST", "/personal-holds", scope="personal-holds:write", status=201, summary="设置法定保留", answer=HoldTold, **HOLD)
def place_hold(request: HttpRequest, body: NewHold) -> HttpResponse:
    _seen(request.viewer, body.subject_kind, body.subject_id)
    made = services.place_hold(
        body.subject_kind, body.subject_id, ground=body.ground, until=body.until, reason=body.reason, actor=request.viewer
    )
    return json_answer(_told(made), status=201)


@routes.operation("DELETE", "/personal-holds/{int:pk}", scope="personal-holds:write", summary="解除法定保留", answer=HoldTold, **HOLD)
def release_hold(request: HttpRequest, pk: int, reason: Annotated[str, Query(min_length=1, max_length=200)]) -> HttpResponse:
    """Let go of; the row stays with who released it and why."""
    if not Hold.objects.filter(pk=pk).exists():
        raise Http404(_("没有这条法定保留"))
    return json_answer(_told(services.release_hold(pk, reason=reason, actor=request.viewer)))


# --- whose term is over ------------------------------------------------------------------------------------------------


@routes.operation("GET", "/personal-due", scope="personal-due:read", object="personal_due", summary="到期的个人信息", answer=DUE.page_shape)
def list_due(request: HttpRequest, asked: Query[DueQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(DUE, request.viewer, asked)


@routes.operation(
    "GET", "/personal-due/{int:pk}", scope="personal-due:read", object="personal_due", row="pk", summary="一个到期的人", answer=DUE.shape
)
def due_person(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return DUE.answer(request.viewer, DUE.one(request.viewer, pk), fields=fields)


@routes.operation(
    "POST",
    "/personal-due/{int:pk}/keep",
    scope="personal-due:write",
    object="personal_due",
    action="keep",
    row="pk",
    summary="到期后再保留一段时间",
    answer=DUE.shape,
)
def keep_due(request: HttpRequest, pk: int, body: Keeping) -> HttpResponse:
    services.keep_longer(pk, until=body.until, reason=body.reason, actor=request.viewer)
    return DUE.answer(request.viewer, DUE.one(request.viewer, pk))


@routes.operation(
    "POST",
    "/personal-due/{int:pk}/erase",
    scope="personal-due:write",
    object="personal_due",
    action="erase",
    row="pk",
    summary="开始删除到期的个人信息",
    answer=DUE.shape,
)
def erase_due(request: HttpRequest, pk: int, body: Ending) -> HttpResponse:
    """Begins what a second person confirms on the page; nothing is gone yet. `request` names the request that carries it."""
    services.begin_erasure(pk, reason=body.reason, actor=request.viewer)
    return DUE.answer(request.viewer, DUE.one(request.viewer, pk))
