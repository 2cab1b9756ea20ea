"""Messages read, and old ones forgotten."""

from collections.abc import Iterable
from datetime import timedelta

from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.platform.notifications.models import Delivery, Notice
from guike.platform.ui import navigation
from guike.platform.verbs import verb

KEEP_DAYS = 180


@verb("notifications.mark_read")
def mark_read(notice_ids: Iterable[int], *, actor: Viewer) -> int:
    """Mark some of one's own messages as read; those read already stay. Returns how many."""
    mine = access.rows(actor, "notice", "change").filter(pk__in=list(notice_ids), read_at=None)
    found = mine.update(read_at=clock.now())
    navigation.forget_counts(actor)
    return found


@verb("notifications.mark_all_read")
def mark_all_read(*, up_to: int, actor: Viewer) -> int:
    """Mark one's messages up to the newest one that was on the page; what came since stays unread. Returns how many."""
    found = access.rows(actor, "notice", "change").filter(pk__lte=up_to, read_at=None).update(read_at=clock.now())
    navigation.forget_counts(actor)
    return found


@verb("notifications.forget_old")
def forget_old(*, actor: Viewer) -> int:
    """Remove messages and the log of deliveries older than half a year; unread ones too. Returns how many rows."""
    limit = clock.now() - timedelta(days=KEEP_DAYS)
    notices = Notice.objects.filter(at__lt=limit).delete()[0]
    return notices + Delivery.objects.filter(created_at__lt=limit).delete()[0]
