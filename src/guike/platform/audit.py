"""The log of looks: who saw a veiled value in clear, exported, printed, downloaded (CUS-12, PLT-02). Changes are in the history."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.models import AccessLog

#: Reveals of one login within an hour before they stop; a salesperson calls fewer people than that.
REVEALS_PER_HOUR = 60


def note(
    viewer: Viewer,
    action: str,
    object: str,
    subject_id: int | None = None,
    *,
    field: str = "",
    detail: Mapping[str, Any] | None = None,
    address: str | None = None,
) -> AccessLog:
    """Write one line, in the present transaction."""
    return AccessLog.objects.create(
        at=clock.now(),
        account_id=viewer.account_id,
        who=viewer.name,
        action=action,
        object=object,
        subject_id=subject_id,
        field=field,
        detail=dict(detail or {}),
        address=address,
    )


def note_reveal(viewer: Viewer, object: str, subject_id: int, field: str, *, address: str | None = None) -> AccessLog:
    """Log that a veiled value is shown in clear. Refuses once the login has looked at too many within the hour."""
    since = clock.now() - timedelta(hours=1)
    if AccessLog.objects.filter(account_id=viewer.account_id, action="reveal", at__gte=since).count() >= REVEALS_PER_HOUR:  # type: ignore[misc]
        raise Refused(
            _("一小时内已查看 %(n)s 次明文，超过上限；过一会儿再看，或找管理员") % {"n": REVEALS_PER_HOUR}, field=field, code="reveal_limit"
        )
    return note(viewer, "reveal", object, subject_id, field=field, address=address)
