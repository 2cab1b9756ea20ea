"""Whoever keeps the service running hears when a backup or a drill fails."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from guike.platform.notifications import registry
from guike.platform.notifications.services import notify

registry.register_kind(
    registry.Kind(
        "backup.failed", gettext_lazy("备份出错"), channels=frozenset({"page", "mail"}), urgent=True, icon="database",
        roles=frozenset({"administrator"}),
    )
)  # fmt: skip


def tell(backup: Any, title: str | Callable[[], str], text: str) -> None:
    """One failure, told once."""
    notify(
        "backup.failed",
        role="administrator",
        title=title,
        text=text[:500],
        href=reverse("operations:backup", args=[backup.pk]),
        key=f"backup:{backup.pk}:{backup.state}:{backup.drill}",
        subject=("backup", backup.pk),
    )
