"""Getting pushes out of the house: in order for each record, signed, tried again (PLT-07, PLT-08).

A try begins with a conditional update that only one worker wins, committed before anything leaves. Whoever dies in between leaves
"sending" behind; it is sent again after a while with the same `webhook-id`, by which the receiver knows a repetition.
"""

import json
import random
import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from guike.platform import access, clock, outgoing, sealing
from guike.platform.access import Viewer
from guike.platform.api.resources import Resource, plain, resource
from guike.platform.notifications import registry
from guike.platform.notifications.services import notify
from guike.platform.webhooks import rules
from guike.platform.webhooks.events import wake
from guike.platform.webhooks.models import Push, Webhook

State = Push.State
LIVE = (State.WAITING, State.SENDING)
#: Pushes and seconds of one turn; then other addresses have theirs.
PER_TURN, SECONDS = 50, 30
PING = "ping"


def turn(webhook_id: int) -> int:
    """Send what is due at one address; how many were tried. What remains has another turn."""
    began, tried = time.monotonic(), 0
    while tried < PER_TURN and time.monotonic() - began < SECONDS:
        push = _claim(webhook_id)
        if push is None:
            return tried
        _try(push)
        tried += 1
    wake(webhook_id)
    return tried


def _due(webhook_id: int) -> Any:
    """What may go now: waiting and due, or cut off; nothing of the same record still on its way before it."""
    now = clock.now()
    earlier = Push.objects.filter(
        webhook=OuterRef("webhook"), object=OuterRef("object"), subject_id=OuterRef("subject_id"), id__lt=OuterRef("id"), state__in=LIVE
    )
    ready = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.SENDING, started_at__lt=now - rules.CUT_OFF)
    return Push.objects.filter(ready, webhook=webhook_id, webhook__active=True).exclude(Exists(earlier)).order_by("id")


@transaction.atomic
def _claim(webhook_id: int) -> Push | None:
    """Take the oldest one, so that no other worker has it."""
    push = _due(webhook_id).select_for_update(skip_locked=True, of=("self",)).first()
    if push is None:
        return None
    Push.objects.filter(pk=push.pk).update(state=State.SENDING, started_at=clock.now(), attempts=F("attempts") + 1)
    return Push.objects.select_related("webhook__account__person", "fact").get(pk=push.pk)


def _try(push: Push) -> None:
    body = payload(push)
    if body is None:
        _settle(push, State.SKIPPED, outgoing.Outcome(None, "", _("记录不在主人的可见范围内，没有送出"), 0.0))
        return
    outcome = send(push.webhook, str(push.message), body)
    if outcome.arrived:
        _settle(push, State.DELIVERED, outcome)
        return
    again = None if outcome.status == 410 else rules.next_try(push.attempts, clock.now(), random.random())  # noqa: S311 — spreads load only
    _settle(push, State.WAITING if again else State.FAILED, outcome, again)


def send(webhook: Webhook, message: str, body: dict[str, Any]) -> outgoing.Outcome:
    """One signed request. Signed with the present key, and with the one before while it is still good."""
    try:
        secrets = [sealing.unseal(webhook.secret)]
        if webhook.old_until and webhook.old_until > clock.now():
            secrets.append(sealing.unseal(webhook.old_secret))
    except sealing.Unreadable:
        return outgoing.Outcome(None, "", _("实例的密钥换过，要重新生成签名密钥"), 0.0)
    text, moment = json.dumps(body, ensure_ascii=False), clock.now()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Guike-Webhooks/1",
        "webhook-id": f"msg_{message}",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": rules.signatures(secrets, f"msg_{message}", moment, text),
    }
    return outgoing.post(webhook.address, text.encode(), headers)


def payload(push: Push) -> dict[str, Any] | None:
    """What is said: the fact, and the record as the owner may see it now; None where it is out of the owner's sight."""
    account: Any = push.webhook.account
    if not (account.is_active and account.person.active):
        return None
    viewer, fact, found = registry.viewer_of(account), push.fact, resource(push.object)
    if found is None or not access.allowed(viewer, push.object, "view"):
        return None
    record = _record(found, viewer, fact.subject_id)
    if record is None:
        return None
    hidden = access.hidden_fields(viewer, push.object)
    told = {**fact.told, "fields": [name for name in fact.told["fields"] if name not in hidden]} if "fields" in fact.told else fact.told
    return {
        "type": fact.kind,
        "timestamp": plain(fact.at),
        "data": {"object": push.object, "id": fact.subject_id, **told, "record": record},
    }


def _record(found: Resource, viewer: Viewer, pk: int) -> dict[str, Any] | None:
    """The record, or what is left of one taken out of use; None out of sight."""
    row = found.rows(viewer).filter(pk=pk).first()
    if row is not None:
        return found.tell(viewer, row, found.wanted(viewer, None))
    model: Any = found.model
    if not found.gone or not hasattr(model, "everything"):
        return None
    row = model.everything.filter(access.within(viewer, found.object, "view"), pk=pk).first()
    return {"id": pk, "removed": True, "removed_at": plain(getattr(row, found.gone))} if row is not None else None


def _settle(push: Push, state: str, outcome: outgoing.Outcome, again: Any = None) -> None:
    """Write how a try ended; an address that refuses everything for days, or says that it is gone, is stopped and its owner told."""
    now = clock.now()
    changes = {
        "state": state,
        "status": outcome.status,
        "answer": outcome.text,
        "error": outcome.error[:300],
        "seconds": round(outcome.seconds, 3),
        "due_at": again or push.due_at,
        "done_at": now if state == State.DELIVERED else None,
    }
    with transaction.atomic():
        Push.objects.filter(pk=push.pk, state=State.SENDING).update(**changes)
        if state == State.SKIPPED:
            return
        if outcome.arrived:
            Webhook.objects.filter(pk=push.webhook_id, failing_since__isnull=False).update(failing_since=None)
            return
        Webhook.objects.filter(pk=push.webhook_id, failing_since=None).update(failing_since=now)
        gone = outcome.status == 410
        if gone or Webhook.objects.filter(pk=push.webhook_id, failing_since__lt=now - rules.PATIENCE).exists():
            stop(push.webhook, _("对方回答 410，地址已作废") if gone else _("连续 5 天送不到"))


def stop(webhook: Webhook, why: str) -> None:
    """Stop an address by itself, and tell its owner; what waits stays and goes out when it is started again."""
    if not Webhook.objects.filter(pk=webhook.pk, active=True).update(active=False, stopped_why=why[:200], version=F("version") + 1):
        return
    account: Any = webhook.account
    with translation.override(account.language):
        notify(
            "webhook.stopped",
            accounts=[account.pk],
            title=_("推送地址「%(name)s」已停用：%(why)s") % {"name": webhook.name, "why": why},
            href=reverse("webhooks:webhook", args=[webhook.pk]),
            key=f"webhook:{webhook.pk}:{clock.today()}",
            subject=("webhook", webhook.pk),
        )


def round_of_minute() -> int:
    """Wake the addresses at which something became due. Returns how many."""
    now = clock.now()
    ready = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.SENDING, started_at__lt=now - rules.CUT_OFF)
    found = list(Push.objects.filter(ready, webhook__active=True).order_by().values_list("webhook", flat=True).distinct())
    for webhook_id in found:
        wake(webhook_id)
    return len(found)


def forget_old() -> None:
    """Facts that were told to everybody a month ago are dropped, with their log; after half a year also those that nobody fetched."""
    from guike.platform.webhooks.models import Fact

    now = clock.now()
    old = Fact.objects.filter(at__lt=now - timedelta(days=30))
    waiting = Exists(Push.objects.filter(fact=OuterRef("pk"), state__in=LIVE))
    old.exclude(waiting, at__gte=now - timedelta(days=180)).delete()
