"""Getting one delivery out of the house, once (PLT-06, PLT-08).

A try begins with a conditional update that only one worker wins and that is committed before anything leaves; it ends with a second
one. Whoever dies in between leaves "sending" behind: nobody can know whether it arrived, so it is not sent again but shown as unclear.
"""

import contextlib
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from guike.platform import access, clock, jobs
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.notifications import registry, rules
from guike.platform.notifications.models import Attempt, Choice, Delivery, MailServer
from guike.platform.notifications.services import unsubscribing
from guike.platform.notifications.services.choosing import DIGEST
from guike.platform.notifications.services.telling import DELIVER
from guike.platform.notifications.transport.outcome import After, Failure
from guike.platform.verbs import verb

State = Delivery.State
#: Deliveries handed to the worker in one minute's round.
PER_ROUND = 500
#: Messages of one kind that are listed in one mail.
TOGETHER = 20


def deliver(delivery_id: int) -> Delivery | None:
    """Try one delivery now if it is waiting and due; None where another worker has it or there is nothing to do."""
    delivery = _claim(delivery_id)
    if delivery is None:
        return None
    began = time.monotonic()
    try:
        reason = _unwanted(delivery) or _hand_over(delivery)
        _settle(delivery, State.SKIPPED if reason else State.SENT, reason, began)
    except Failure as failure:
        _failed(delivery, failure, began)
    except Exception as error:
        _failed(delivery, Failure(_("程序出错：%(error)s") % {"error": type(error).__name__}, After.UNCLEAR), began)
        raise
    return delivery


@transaction.atomic
def _claim(delivery_id: int) -> Delivery | None:
    """Take one, with those of its kind to the same addressee that wait as well: they are said in one message."""
    now = clock.now()
    waiting = Delivery.objects.filter(state=State.WAITING, due_at__lte=now)
    if not waiting.filter(pk=delivery_id).update(state=State.SENDING, started_at=now, attempts=F("attempts") + 1):
        return None
    delivery = Delivery.objects.select_related("account__person", "robot").get(pk=delivery_id)
    kin = waiting.filter(account=delivery.account, robot=delivery.robot, kind=delivery.kind, attempts=0)
    if delivery.attempts == 1 and delivery.kind != DIGEST:
        kin.update(state=State.CARRIED, carried_by=delivery)
    return delivery


def _unwanted(delivery: Delivery) -> str:
    """Why it is not to go out any more: switched off, unsubscribed, no address."""
    if delivery.channel == "robot":
        return "" if delivery.robot.active else _("机器人已停用")  # type: ignore[union-attr]
    account = delivery.account
    if not account.may_enter:  # type: ignore[union-attr]
        return _("账号已停用")
    if not account.person.email:  # type: ignore[union-attr]
        return _("没有邮箱")
    refused = Choice.objects.filter(account=account, kind=delivery.kind, channel="mail", wanted=False).exists()
    return _("本人不再收这类邮件") if refused else ""


def _hand_over(delivery: Delivery) -> str:
    """Send; returns "" or why it was left. Raises Failure."""
    server = MailServer.objects.first()
    site = server.site.rstrip("/") + "/" if server else ""
    title, body = _said(delivery, site)
    if delivery.channel == "robot":
        from guike.platform.notifications.transport import robots  # 25 MB: only for who sends

        robots.post(delivery.robot, title, body, key=f"delivery-{delivery.pk}")
        return ""
    if server is None or not server.active:
        return _("邮件服务器没有启用")
    from guike.platform.notifications.transport import mail

    account: Any = delivery.account
    with translation.override(account.language):
        stop = unsubscribing.address(site, account.pk, delivery.kind)
        settings = urljoin(site, reverse("notifications:choices").lstrip("/"))
        foot = _("不想再收：%(stop)s\n消息设置：%(settings)s") % {"stop": stop, "settings": settings}
    text = "\n\n".join(part for part in (body, f"—\n{foot}") if part)
    mail.post(server, account.person.email, title, text, key=f"delivery-{delivery.pk}", unsubscribe=stop)
    return ""


def _said(delivery: Delivery, site: str) -> tuple[str, str]:
    """Title and text with links; several of one kind that gathered are said together."""
    others = list(delivery.carried.order_by("pk")) if delivery.kind != DIGEST else []
    if not others:
        link = urljoin(site, delivery.href.lstrip("/")) if site and delivery.href and delivery.kind != DIGEST else ""
        return delivery.title, "\n".join(part for part in (delivery.text, link) if part)
    lines = []
    for one in (delivery, *others[: TOGETHER - 1]):
        lines.append(f"· {one.title}" + (f"\n  {urljoin(site, one.href.lstrip('/'))}" if site and one.href else ""))
    if len(others) >= TOGETHER:
        lines.append(_("还有 %(n)d 条，到贵客里看") % {"n": len(others) + 1 - TOGETHER})
    return _("%(kind)s %(n)d 条") % {"kind": registry.label(delivery.kind), "n": len(others) + 1}, "\n".join(lines)


def _settle(delivery: Delivery, state: str, error: str, began: float, due_at: Any = None) -> None:
    now = clock.now()
    Attempt.objects.create(delivery=delivery, at=now, seconds=round(min(time.monotonic() - began, 9999), 2), error=error)
    delivery.state, delivery.error = state, error
    delivery.done_at = now if state == State.SENT else None
    delivery.due_at = due_at or delivery.due_at
    changes = {"state": state, "error": error, "done_at": delivery.done_at, "due_at": delivery.due_at}
    Delivery.objects.filter(pk=delivery.pk, state=State.SENDING).update(**changes)


def _failed(delivery: Delivery, failure: Failure, began: float) -> None:
    again = rules.next_try(delivery.attempts, clock.now()) if failure.after is After.RETRY else None
    state = State.WAITING if again else State.UNCLEAR if failure.after is After.UNCLEAR else State.FAILED
    _settle(delivery, state, failure.reason, began, again)


def round_of_minute() -> int:
    """Hand over what became due, and mark what was cut off. Returns how many were handed to the worker."""
    now = clock.now()
    lost = Delivery.objects.filter(state=State.SENDING, started_at__lt=now - rules.CUT_OFF)
    lost.update(state=State.UNCLEAR, error=_("发送途中被打断，不知道是否送达，没有重发"))
    # what became due long ago was handed over before and lost with its worker: hand it over again, the claim lets only one through
    due = list(Delivery.objects.filter(state=State.WAITING, due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:PER_ROUND])
    for pk in due:
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            jobs.defer(DELIVER, queueing_lock=f"deliver-{pk}", delivery_id=pk)
    return len(due)


@verb("notifications.resend")
def resend(delivery_id: int, *, actor: Viewer) -> Delivery:
    """Send again what failed or is unclear, on the administrator's word; attempts are counted from the start."""
    delivery = access.row(actor, "delivery", delivery_id, "change", lock=True)
    if delivery.state not in (State.FAILED, State.UNCLEAR, State.SKIPPED):
        raise Refused(_("这条是「%(state)s」，不用重发") % {"state": delivery.get_state_display()})
    delivery.state, delivery.attempts, delivery.error = State.WAITING, 0, ""
    delivery.due_at = clock.now() - timedelta(seconds=1)
    delivery.save(update_fields=["state", "attempts", "error", "due_at"])
    jobs.defer(DELIVER, delivery_id=delivery.pk)
    return delivery
