"""Push addresses for other programs (PLT-07). A key subscribes only to what its own scopes let it read."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from ninja import Schema
from pydantic import Field

from guike.platform.api import gate, schemas, scopes
from guike.platform.api.resources import json_answer, resource
from guike.platform.api.root import Routes
from guike.platform.webhooks import events, selectors, services
from guike.platform.webhooks.models import Push, Webhook

scopes.register("webhooks", gettext_lazy("推送地址"))


class WebhookTold(Schema):
    id: int
    name: str
    address: str
    events: list[str]
    active: bool
    stopped_why: str
    created_at: datetime
    version: int
    secret: str | None = Field(None, description="签名密钥，只在建立和更换时给一次")


class Webhooks(Schema):
    data: list[WebhookTold]


class WebhookPushes(Schema):
    data: list[dict[str, Any]]
    next: int | None = None


class NewWebhook(schemas.Strict):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    address: Annotated[str, Field(max_length=500, description="https://…")]
    events: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=50)]


class WebhookChange(NewWebhook):
    active: schemas.Flag = True
    version: Annotated[int, Field(ge=1, le=schemas.WHOLE, strict=True)]


routes = Routes(tags=["webhooks"])
WEBHOOK: dict[str, Any] = {"object": "webhook", "row": "pk"}


def _told(webhook: Webhook, secret: str | None = None) -> dict[str, Any]:
    names = ("id", "name", "address", "active", "stopped_why", "created_at", "version")
    return {**{name: getattr(webhook, name) for name in names}, "events": webhook.kinds, **({"secret": secret} if secret else {})}


def _require_scopes(request: HttpRequest, wanted: list[str]) -> None:
    for code in wanted:
        kind = events.kinds().get(code)
        found = resource(kind.object) if kind else None
        if found:
            gate.require_scope(request, f"{found.code}:read")


@routes.operation("GET", "/webhooks", scope="webhooks:read", object="webhook", summary="推送地址", answer=Webhooks)
def list_webhooks(request: HttpRequest) -> HttpResponse:
    return json_answer({"data": [_told(one) for one in selectors.webhooks_for(request.viewer)]})


@routes.operation(
    "POST", "/webhooks", scope="webhooks:write", object="webhook", action="add", status=201, summary="加推送地址", answer=WebhookTold
)
def add_webhook(request: HttpRequest, body: NewWebhook) -> HttpResponse:
    _require_scopes(request, body.events)
    made, secret = services.add_webhook(body.name, body.address, body.events, actor=request.viewer)
    return json_answer(_told(made, secret), status=201)


@routes.operation("PUT", "/webhooks/{int:pk}", scope="webhooks:write", action="change", summary="修改推送地址", answer=WebhookTold, **WEBHOOK)
def change_webhook(request: HttpRequest, pk: int, body: WebhookChange) -> HttpResponse:
    _require_scopes(request, body.events)
    found = services.change_webhook(
        pk, body.name, body.address, body.events, active=body.active, version=body.version, actor=request.viewer
    )
    return json_answer(_told(found))


@routes.operation("DELETE", "/webhooks/{int:pk}", scope="webhooks:write", action="delete", status=204, summary="删掉推送地址", **WEBHOOK)
def remove_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    services.remove_webhook(pk, actor=request.viewer)
    return HttpResponse(status=204)


@routes.operation(
    "POST",
    "/webhooks/{int:pk}/rotate",
    scope="webhooks:write",
    action="change",
    summary="换签名密钥，旧的再用 24 小时",
    answer=WebhookTold,
    **WEBHOOK,
)
def rotate_secret(request: HttpRequest, pk: int) -> HttpResponse:
    return json_answer(_told(*services.rotate_secret(pk, actor=request.viewer)))


@routes.operation("GET", "/webhooks/{int:pk}/pushes", scope="webhooks:read", summary="推送记录，新的在前", answer=WebhookPushes, **WEBHOOK)
def list_pushes(request: HttpRequest, pk: int, before: schemas.Id | None = None) -> HttpResponse:
    found = selectors.pushes_of(selectors.webhook_for(request.viewer, pk), before)
    return json_answer({"data": [_pushed(one) for one in found], "next": found[-1].pk if len(found) == 50 else None})


def _pushed(push: Push) -> dict[str, Any]:
    told = {
        "id": push.pk,
        "message": f"msg_{push.message}",
        "event": push.fact.kind,
        "object": push.object,
        "subject": push.subject_id,
        "at": push.fact.at,
    }
    return {**told, "state": push.state, "attempts": push.attempts, "due_at": push.due_at, "status": push.status, "error": push.error}


@routes.operation(
    "POST",
    "/webhooks/{int:pk}/pushes/{int:number}/resend",
    scope="webhooks:write",
    action="change",
    summary="重送一条",
    answer=WebhookPushes,
    **WEBHOOK,
)
def resend(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return json_answer({"data": [_pushed(services.resend(number, actor=request.viewer))]})
