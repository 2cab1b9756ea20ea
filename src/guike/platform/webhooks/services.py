"""Keeping push addresses (PLT-07)."""

import base64
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from guike.platform import access, clock, outgoing, sealing
from guike.platform.access import Viewer
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb
from guike.platform.webhooks import events, rules, sending
from guike.platform.webhooks.models import Push, Webhook

EACH = 20


def new_secret() -> str:
    """A signing key as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _checked(name: str, address: str, wanted: Sequence[str], actor: Viewer) -> dict[str, Any]:
    known = events.kinds()
    if not name.strip():
        raise Refused(_("名称要填，写明推给谁"), field="name")
    if not wanted:
        raise Refused(_("至少选一类事件"), field="events")
    for code in wanted:
        if code not in known:
            raise Refused(_("没有「%(event)s」这类事件") % {"event": code[:40]}, field="events")
        if not access.allowed(actor, known[code].object, "view"):
            raise Refused(_("没有查看「%(event)s」的权限") % {"event": known[code].label}, field="events")
    if found := outgoing.problem(address):
        raise Refused(found, field="address")
    return {"name": name.strip(), "address": address, "kinds": sorted(set(wanted))}


@verb("webhooks.add_webhook")
def add_webhook(name: str, address: str, wanted: Sequence[str], *, actor: Viewer) -> tuple[Webhook, str]:
    """A new address of the actor's own account, and its signing key, which is never shown again."""
    access.require(actor, "webhook", "add")
    if actor.account_id is None:
        raise Refused(_("这里没有账号，不能加推送地址"))
    if Webhook.objects.filter(account=actor.account_id).count() >= EACH:
        raise Refused(_("每个账号最多 %(n)s 个推送地址") % {"n": EACH})
    secret = new_secret()
    values = _checked(name, address, wanted, actor)
    return Webhook.objects.create(account_id=actor.account_id, secret=sealing.seal(secret), **values), secret


def _locked(webhook_id: int, actor: Viewer, version: int | None, action: str = "change") -> Webhook:
    webhook: Webhook = access.row(actor, "webhook", webhook_id, action, lock=True)
    if version is not None and webhook.version != version:
        raise Stale(_("推送地址「%(name)s」刚被改过，刷新后再改") % {"name": webhook.name})
    return webhook


@verb("webhooks.change_webhook")
def change_webhook(
    webhook_id: int, name: str, address: str, wanted: Sequence[str], *, active: bool, version: int, actor: Viewer
) -> Webhook:
    """Another name, address or events; started again, it goes on with what waits. Only its owner gives it another address or more events."""
    webhook = _locked(webhook_id, actor, version)
    if webhook.account_id != actor.account_id and (address != webhook.address or set(wanted) - set(webhook.kinds)):
        raise Refused(_("别人的推送地址只能停用或减少事件"), field="address")
    values = _checked(name, address, wanted, actor)
    for field, value in values.items():
        setattr(webhook, field, value)
    if active and not webhook.active:
        webhook.stopped_why, webhook.failing_since = "", None
    webhook.active = active
    webhook.version += 1
    webhook.save()
    if active:
        events.wake(webhook.pk)
    return webhook


@verb("webhooks.rotate_secret")
def rotate_secret(webhook_id: int, *, actor: Viewer) -> tuple[Webhook, str]:
    """A new signing key; the old one goes on signing for a day beside it. Only for the owner."""
    webhook = _locked(webhook_id, actor, None)
    if webhook.account_id != actor.account_id:
        raise Refused(_("签名密钥要主人自己换"))
    secret = new_secret()
    webhook.old_secret, webhook.old_until = webhook.secret, clock.now() + rules.OVERLAP
    webhook.secret = sealing.seal(secret)
    webhook.version += 1
    webhook.save()
    return webhook, secret


@verb("webhooks.remove_webhook")
def remove_webhook(webhook_id: int, *, actor: Viewer) -> None:
    """Delete an address with its log."""
    _locked(webhook_id, actor, None, "delete").delete()


@verb("webhooks.resend")
def resend(push_id: int, *, actor: Viewer) -> Push:
    """Send again what failed, was left or arrived already; it keeps its id, so the receiver knows the repetition."""
    push = Push.objects.select_for_update().filter(pk=push_id, webhook__in=access.rows(actor, "webhook", "change")).first()
    if push is None:
        raise Http404(_("没有这条推送记录"))
    if push.state in (Push.State.WAITING, Push.State.SENDING) and push.due_at <= clock.now():
        raise Refused(_("这条正在送"))
    push.state, push.attempts, push.due_at, push.error = Push.State.WAITING, 0, clock.now(), ""
    push.save(update_fields=["state", "attempts", "due_at", "error"])
    events.wake(push.webhook_id)
    return push


def ping(webhook_id: int, *, actor: Viewer) -> outgoing.Outcome:
    """Send a trial message here and now, and say what came back. Nothing is written."""
    webhook = access.row(actor, "webhook", webhook_id, "change")
    body = {"type": sending.PING, "timestamp": clock.local(clock.now()).isoformat(), "data": {"webhook": webhook.pk}}
    return sending.send(webhook, str(uuid.uuid4()), body)
