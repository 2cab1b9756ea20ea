"""What a contact agreed to and took back, for other programs (PLT-07, 08-quality privacy): an opt-out that comes in elsewhere counts at once."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from ninja import Schema
from pydantic import Field

from guike.customers import selectors, services
from guike.customers.api.records import routes
from guike.customers.models import Consent
from guike.platform.api import schemas, scopes
from guike.platform.api.resources import json_answer

scopes.register("consents", gettext_lazy("同意记录"))
Purpose: Any = Literal[tuple(Consent.Purpose.values)]
Source: Any = Literal[tuple(Consent.Source.values)]


class NewConsent(schemas.Strict):
    purpose: Purpose = Field(description="用途：" + "、".join(f"{code} {label}" for code, label in Consent.Purpose.choices))
    given: schemas.Flag = Field(description="true 同意，false 撤回、拒绝")
    on: schemas.Day = Field(description="日期")
    source: Source = Field(description="怎么知道的：" + "、".join(f"{code} {label}" for code, label in Consent.Source.choices))
    note: Annotated[str, Field(max_length=200, description="说明")] = ""


class ConsentTold(Schema):
    id: int
    purpose: str
    given: bool
    on: date
    source: str
    note: str
    noted_by: int | None
    noted_at: datetime


class Consents(Schema):
    data: list[ConsentTold]


@routes.operation(
    "GET",
    "/contacts/{int:pk}/consents",
    scope="consents:read",
    object="contact",
    row="pk",
    summary="联系人的同意记录，新的在前",
    answer=Consents,
)
def list_consents(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.consents_of(request.viewer, pk)
    return json_answer({"data": [_consent(one) for one in found]}, rows=len(found))


@routes.operation(
    "POST",
    "/contacts/{int:pk}/consents",
    scope="consents:write",
    object="contact",
    action="change",
    row="pk",
    status=201,
    summary="记下同意、撤回或退订",
    answer=ConsentTold,
)
def note_consent(request: HttpRequest, pk: int, body: NewConsent) -> HttpResponse:
    return json_answer(_consent(services.note_consent(pk, actor=request.viewer, **body.dict())), status=201)


def _consent(one: Consent) -> dict[str, Any]:
    names = ("id", "purpose", "given", "on", "source", "note", "noted_at")
    return {**{name: getattr(one, name) for name in names}, "noted_by": one.noted_by_id}
