"""One mail a day instead of many: what is due, what is late, what waits, and the messages held back since the last one (PLT-06)."""

from datetime import date
from typing import Any
from urllib.parse import urljoin

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.notifications import registry, rules
from guike.platform.notifications.models import Delivery, Habit, MailServer
from guike.platform.notifications.services.choosing import DIGEST
from guike.platform.notifications.services.telling import send_out

State = Delivery.State


def send_digests() -> int:
    """Make the day's digest of everybody whose hour has come and who has none yet today. Returns how many were made."""
    server = MailServer.objects.filter(active=True).first()
    if server is None:
        return 0
    now = clock.local(clock.now())
    made = 0
    for habit in Habit.objects.filter(digest=True, account__is_active=True, account__person__active=True).select_related("account__person"):
        wanted = rules.digest_is_due(now, habit.digest_hour, workdays=habit.workdays, is_workday=registry.is_workday)
        if wanted and habit.account.person.email:
            made += _digest(habit.account, server, now.date())
    return made


def _key(account_id: int, day: date) -> str:
    return f"mail:{account_id}:digest:{day.isoformat()}"


@transaction.atomic
def _digest(account: Any, server: MailServer, day: date) -> bool:
    """Write one digest, with what it carries; the unique key lets only one worker a day through. False where it exists."""
    if Delivery.objects.filter(key=_key(account.pk, day)).exists():
        return False
    with translation.override(account.language):
        sections = registry.sections(registry.viewer_of(account))
        held = list(Delivery.objects.select_for_update().filter(account=account, state=State.HELD).order_by("pk"))
        text = _text(sections, held, server.site.rstrip("/") + "/")
        title = _title(sections, len(held), day)
    now = clock.now()
    digest = Delivery(
        channel="mail", account=account, kind=DIGEST, title=title, text=rules.veiled(text), href="/", key=_key(account.pk, day), created_at=now, due_at=now
    )
    if not text:
        digest.state, digest.error = State.SKIPPED, _("没有要说的")
    send_out([digest])
    kept = Delivery.objects.get(key=digest.key)
    Delivery.objects.filter(pk__in=[one.pk for one in held]).update(state=State.CARRIED, carried_by=kept, done_at=now)
    return True


def _title(sections: list[registry.Section], held: int, day: date) -> str:
    """11 月 24 日：已逾期 3 件，今天到期 5 件，消息 2 条"""
    parts = [_("%(title)s %(n)d 件") % {"title": section.title, "n": section.count} for section in sections]
    parts += [_("消息 %(n)d 条") % {"n": held}] if held else []
    return _("%(month)d 月 %(day)d 日：%(parts)s") % {"month": day.month, "day": day.day, "parts": "，".join(parts)}


def _text(sections: list[registry.Section], held: list[Delivery], site: str) -> str:
    blocks = []
    for section in sections:
        lines = [f"{section.title}（{section.count}）"]
        lines += [f"· {line.text}" + (f"\n  {urljoin(site, line.href.lstrip('/'))}" if line.href else "") for line in section.lines]
        if section.count > len(section.lines) and section.href:
            lines.append(_("还有 %(n)d 件：%(href)s") % {"n": section.count - len(section.lines), "href": urljoin(site, section.href.lstrip("/"))})
        blocks.append("\n".join(lines))
    if held:
        lines = [f"· {one.title}" + (f"\n  {urljoin(site, one.href.lstrip('/'))}" if one.href else "") for one in held]
        blocks.append("\n".join([_("消息（%(n)d）") % {"n": len(held)}, *lines]))
    return "\n\n".join(blocks)
