"""The log of looks: who opened a record, saw a veiled value in clear, exported, printed, was refused (CUS-12, PLT-02).

Changes are in the history. `oversight` seals both and shows them.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.models import AccessLog

#: Reveals of one login within an hour before they stop; a salesperson calls fewer people than that.
REVEALS_PER_HOUR = 60
#: The same person at the same record: one line within this time.
SAME_LOOK = timedelta(minutes=10)
#: Refusals of one login (of one address before log-in) that are written within an hour; more would let somebody fill the disk.
REFUSALS_PER_HOUR = 60

_address: ContextVar[str | None] = ContextVar("guike_address", default=None)

#: One statement, so that a look costs one question. It does not wait for the disk: a look is no write that somebody was promised.
ONCE = """
WITH calm AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO platform_accesslog (at, account_id, who, action, object, subject_id, field, detail, address)
SELECT %(at)s, %(account)s, %(who)s, %(action)s, %(object)s, %(subject)s, '', %(detail)s::jsonb, %(address)s::inet FROM calm
 WHERE NOT EXISTS (
       SELECT 1 FROM platform_accesslog
        WHERE object = %(object)s AND subject_id IS NOT DISTINCT FROM %(subject)s AND at > %(since)s
          AND action = %(action)s AND account_id IS NOT DISTINCT FROM %(account)s AND address IS NOT DISTINCT FROM %(address)s::inet)
"""
FEW = """
   AND (SELECT count(*) FROM (
        SELECT 1 FROM platform_accesslog
         WHERE account_id IS NOT DISTINCT FROM %(account)s AND address IS NOT DISTINCT FROM %(address)s::inet
           AND at > %(hour)s AND action IN ('refused', 'unseen', 'limit') LIMIT %(most)s) few) < %(most)s
"""


@contextmanager
def coming_from(address: str | None) -> Iterator[None]:
    """Where this request comes from: stands in every line that it writes."""
    token = _address.set(address or None)
    try:
        yield
    finally:
        _address.reset(token)


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
        address=address or _address.get(),
    )


def note_reveal(viewer: Viewer, object: str, subject_id: int, field: str, *, address: str | None = None) -> AccessLog:
    """Log that a veiled value is shown in clear. Refuses once the login has looked at too many within the hour."""
    since = clock.now() - timedelta(hours=1)
    if AccessLog.objects.filter(account_id=viewer.account_id, action="reveal", at__gte=since).count() >= REVEALS_PER_HOUR:  # type: ignore[misc]
        raise Refused(
            _("一小时内已查看 %(n)s 次明文，超过上限；过一会儿再看，或找管理员") % {"n": REVEALS_PER_HOUR}, field=field, code="reveal_limit"
        )
    return note(viewer, "reveal", object, subject_id, field=field, address=address)


def note_look(viewer: Viewer, object: str, subject_id: int) -> bool:
    """Log that a record was opened; the same person at the same record within ten minutes is one line. True when a line was written."""
    return _once(viewer, "view", object, subject_id, {}, "")


def note_refusal(viewer: Viewer, action: str, object: str, subject_id: int | None, detail: Mapping[str, Any]) -> bool:
    """Log what somebody was refused: `refused` (no right), `unseen` (a record out of reach), `limit`. Few of one person within the hour."""
    return _once(viewer, action, object, subject_id, detail, FEW)


def _once(viewer: Viewer, action: str, object: str, subject_id: int | None, detail: Mapping[str, Any], few: str) -> bool:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            ONCE + few,
            {
                "at": now,
                "since": now - SAME_LOOK,
                "hour": now - timedelta(hours=1),
                "most": REFUSALS_PER_HOUR,
                "account": viewer.account_id,
                "who": viewer.name[:60],
                "action": action,
                "object": object[:40],
                "subject": subject_id,
                "detail": json.dumps(dict(detail), ensure_ascii=False),
                "address": _address.get(),
            },
        )
        return bool(cursor.rowcount)
