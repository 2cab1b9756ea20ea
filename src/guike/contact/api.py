"""Follow-ups for other programs (PLT-07, ACT-01)."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query
from pydantic import Field

from guike.contact import rules, services
from guike.contact.lists import FollowUpList
from guike.platform.access import Viewer
from guike.platform.api import listing, schemas
from guike.platform.api.resources import Extra, Resource
from guike.platform.api.root import Routes
from guike.platform.errors import Refused


class FollowUpRows(FollowUpList):
    """The list of follow-ups with the ids of their contacts: one query more for a whole page."""

    def queryset(self, viewer: Viewer) -> Any:
        return super().queryset(viewer).prefetch_related("contacts")


FOLLOW_UPS = Resource(
    code="follow-ups",
    object="follow_up",
    label=gettext_lazy("跟进"),
    page=FollowUpRows,
    fields=("customer", "person", "department", "happened_on", "happened_time", "method", "category", "grade", "topic", "said", "feedback",
            "next_on", "next_step", "place", "recorded_at", "voided_at", "voided_reason", "version"),
    extras={"contacts": Extra(list[int], lambda viewer, row: [one.pk for one in row.contacts.all()], "联系人")},
    exact={"customer": ("customer_id", schemas.Id), "person": ("person_id", schemas.Id)},
    gone="voided_at",
    number="",
)  # fmt: skip
FollowUpQuestion = listing.question_of(FOLLOW_UPS)
Method: Any = Literal[tuple(rules.METHODS)]


class NewFollowUp(schemas.Strict):
    customer: schemas.Ref
    method: Method = Field(description="方式：" + "、".join(f"{code} {word}" for code, word in rules.METHODS.items()))  # type: ignore[valid-type]
    said: Annotated[str, Field(min_length=1, max_length=5000, description="沟通内容")]
    happened_on: schemas.Day = Field(description="日期")
    happened_time: schemas.Clock | None = Field(None, description="时间")
    contacts: Annotated[list[schemas.Ref], Field(max_length=20, description="联系人")] = []
    topic: Annotated[str, Field(max_length=120, description="主题")] = ""
    feedback: Annotated[str, Field(max_length=5000, description="客户反馈")] = ""
    place: Annotated[str, Field(max_length=120, description="地点")] = ""
    next_on: schemas.Day | None = Field(None, description="下次日期")
    next_step: Annotated[str, Field(max_length=160, description="下一步")] = ""


class Reason(schemas.Strict):
    reason: Annotated[str, Field(min_length=1, max_length=200)]


def drafted(body: NewFollowUp) -> rules.Draft:
    """What was sent, as the service takes it."""
    values = body.dict(exclude={"customer", "contacts"})
    if values["happened_time"] is not None:
        values["happened_time"] = values["happened_time"].replace(tzinfo=None)
    return rules.Draft(**values, contact_ids=tuple(body.contacts))


routes = Routes(tags=["contact"])


@routes.operation("GET", "/follow-ups", scope="follow-ups:read", object="follow_up", summary="跟进列表", answer=FOLLOW_UPS.page_shape)
def list_follow_ups(request: HttpRequest, asked: Query[FollowUpQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(FOLLOW_UPS, request.viewer, asked)


@routes.operation(
    "GET", "/follow-ups/{int:pk}", scope="follow-ups:read", object="follow_up", row="pk", summary="一笔跟进", answer=FOLLOW_UPS.shape
)
def follow_up(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return FOLLOW_UPS.answer(request.viewer, FOLLOW_UPS.one(request.viewer, pk), fields=fields)


@routes.operation(
    "POST", "/follow-ups", scope="follow-ups:write", object="follow_up", action="add", status=201, summary="记跟进", answer=FOLLOW_UPS.shape
)
def log_follow_up(request: HttpRequest, body: NewFollowUp) -> HttpResponse:
    written = services.log_follow_up(body.customer, drafted(body), actor=request.viewer)
    return FOLLOW_UPS.answer(request.viewer, FOLLOW_UPS.one(request.viewer, written.follow_up.pk), status=201)


@routes.operation(
    "POST",
    "/follow-ups/{int:pk}/void",
    scope="follow-ups:write",
    object="follow_up",
    action="void",
    row="pk",
    summary="作废跟进",
    answer=FOLLOW_UPS.shape,
)
def void_follow_up(request: HttpRequest, pk: int, body: Reason) -> HttpResponse:
    if not body.reason.strip():
        raise Refused(_("作废要写原因"), field="reason")
    services.void_follow_up(pk, actor=request.viewer, reason=body.reason)
    return FOLLOW_UPS.answer(request.viewer, FOLLOW_UPS.one(request.viewer, pk))
