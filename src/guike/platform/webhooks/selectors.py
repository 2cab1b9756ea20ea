"""Reading push addresses and their log."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.webhooks.models import Push, Webhook


def webhooks_for(viewer: Viewer) -> QuerySet[Webhook]:
    """Addresses in sight with how much waits and how much failed."""
    waiting = Count("pushes", Q(pushes__state__in=["waiting", "sending"]))
    failed = Count("pushes", Q(pushes__state="failed"))
    return access.rows(viewer, "webhook").select_related("account__person").annotate(waiting=waiting, failed=failed).order_by("-id")


def webhook_for(viewer: Viewer, pk: int, action: str = "view") -> Any:
    """One address, or 404."""
    return access.row(viewer, "webhook", pk, action)


def pushes_of(webhook: Webhook, before: int | None = None, limit: int = 50) -> list[Push]:
    """Its log, newest first, from before an id on."""
    found = webhook.pushes.select_related("fact").order_by("-id")
    return list((found.filter(pk__lt=before) if before else found)[:limit])
