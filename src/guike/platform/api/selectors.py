"""Reading keys for their page."""

from typing import Any

from django.db.models import QuerySet

from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.api.models import ApiKey


def keys_for(viewer: Viewer) -> QuerySet[ApiKey]:
    """The viewer's own keys; the administrator's list holds everybody's. In use first, newest first."""
    return access.rows(viewer, "api_key").select_related("account__person", "use").order_by("-revoked_at", "-id")


def key_for(viewer: Viewer, pk: int, action: str = "view") -> Any:
    """One key, or 404."""
    return access.row(viewer, "api_key", pk, action)
