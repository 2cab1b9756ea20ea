"""What is due, for other programs (PLT-07, ACT-02)."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from ninja import Query
from pydantic import Field

from guike.engine.obligations import services
from guike.platform.api import listing, schemas
from guike.platform.api.resources import Extra, Resource
from guike.platform.api.root import Routes
from guike.workspace.today.lists import ObligationList

OBLIGATIONS = Resource(
    code="obligations",
    object="obligation",
    label=gettext_lazy("时限任务"),
    page=ObligationList,
    fields=("kind", "subject_kind", "subject_id", "title", "reason", "clause", "outcome", "assignee", "department", "opened_on", "due_on", "state",
            "fulfilled_on", "closed_reason", "snoozed_until", "snooze_reason", "snoozes", "escalation_level", "escalated_to"),
    extras={"subject_name": Extra(str, lambda viewer, row: getattr(row, "subject_name", None), "对象名称")},
    exact={"assignee": ("assignee_id", schemas.Id), "subject": ("subject_id", schemas.Id)},
)  # fmt: skip
ObligationQuestion = listing.question_of(OBLIGATIONS)


class Snooze(schemas.Strict):
    until: schemas.Day
    reason: Annotated[str, Field(min_length=1, max_length=200)]


routes = Routes(tags=["contact"])


@routes.operation(
    "GET", "/obligations", scope="obligations:read", object="obligation", summary="时限任务列表", answer=OBLIGATIONS.page_shape
)
def list_obligations(request: HttpRequest, asked: Query[ObligationQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(OBLIGATIONS, request.viewer, asked)


@routes.operation(
    "GET",
    "/obligations/{int:pk}",
    scope="obligations:read",
    object="obligation",
    row="pk",
    summary="一件时限任务",
    answer=OBLIGATIONS.shape,
)
def obligation(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return OBLIGATIONS.answer(request.viewer, OBLIGATIONS.one(request.viewer, pk), fields=fields)


@routes.operation(
    "POST",
    "/obligations/{int:pk}/snooze",
    scope="obligations:write",
    object="obligation",
    action="change",
    row="pk",
    summary="推迟",
    answer=OBLIGATIONS.shape,
)
def snooze_obligation(request: HttpRequest, pk: int, body: Snooze) -> HttpResponse:
    services.snooze(pk, until=body.until, actor=request.viewer, reason=body.reason)
    return OBLIGATIONS.answer(request.viewer, OBLIGATIONS.one(request.viewer, pk))


@routes.operation(
    "POST",
    "/obligations/{int:pk}/fulfil",
    scope="obligations:write",
    object="obligation",
    action="change",
    row="pk",
    summary="办结",
    answer=OBLIGATIONS.shape,
)
def fulfil_obligation(request: HttpRequest, pk: int) -> HttpResponse:
    services.fulfil(pk, actor=request.viewer)
    return OBLIGATIONS.answer(request.viewer, OBLIGATIONS.one(request.viewer, pk))
