"""What programs read counts as taken out by the key's owner (PLT-03, CUS-12): page by page, or one record after the other, is slicing too.

A key that connects systems may be freed of the limit by an administrator (`ApiKey.unmetered`); what it read is written down all the same.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guike.platform import audit, clock
from guike.platform.access import Viewer
from guike.platform.api import keys
from guike.platform.api.models import ApiKey, KeyUse
from guike.platform.api.problems import Problem
from guike.platform.exports import limits
from guike.platform.imports.models import ExportRecord

#: What was read is written down once in so long a time: a line a call would be as many as calls.
EVERY = timedelta(hours=1)
#: In place of an approval's number, for what a freed key read.
FREED = "unmetered"


def rows_of(request: HttpRequest, response: HttpResponse) -> int:
    """How many records an answer tells a reader; what a call wrote itself is nothing new to it."""
    if (told := getattr(request, "rows_read", None)) is not None:
        return told
    return getattr(response, "rows_read", 0) if request.method == "GET" and response.status_code == 200 else 0


def count(key: ApiKey, viewer: Viewer, rows: int) -> None:
    """Count the rows of an answer before it leaves. Problem 403 where they are more than may go out unasked."""
    if not rows:
        return
    with transaction.atomic():
        use = KeyUse.objects.select_for_update().get(key=key)
        day = None if key.unmetered else _check(viewer, rows)
        if use.rows and use.rows_since and use.rows_since <= clock.now() - EVERY:
            _write_down(key, use, viewer)
        use.rows_since = use.rows_since if use.rows else clock.now()
        use.rows += rows
        use.save(update_fields=["rows", "rows_since"])
    if day is not None:
        limits.noted(viewer, _title(key), day)


def _check(viewer: Viewer, rows: int) -> int:
    try:
        return limits.check(viewer, rows)
    except limits.NeedsApproval as refusal:
        advice = _("整批数据从列表导出并申请审批；长期对接的密钥，让管理员设为「不限行数」")
        raise Problem(403, "rows", f"{refusal}。{advice}", rows=rows, recent=refusal.recent) from refusal


def write_down() -> None:
    """Write down what keys read that have not asked since. For the worker."""
    for pk in KeyUse.objects.filter(rows__gt=0, rows_since__lte=clock.now() - EVERY).values_list("pk", flat=True):
        with transaction.atomic():
            use = KeyUse.objects.select_for_update().select_related("key__account__person").get(pk=pk)
            if use.rows:
                _write_down(use.key, use, keys.viewer_of(use.key))
                use.save(update_fields=["rows", "rows_since"])


def _title(key: ApiKey) -> str:
    return _("接口密钥「%(name)s」读取") % {"name": key.name}


def _write_down(key: ApiKey, use: KeyUse, viewer: Viewer) -> None:
    ExportRecord.objects.create(
        kind="api",
        title=_title(key)[:100],
        rows=use.rows,
        form="json",
        by_id=key.account_id,
        who=viewer.name[:60],
        at=clock.now(),
        approved=FREED if key.unmetered else "",
    )
    audit.note(viewer, "export", "api_key", key.pk, detail={"title": _title(key), "rows": use.rows})
    use.rows, use.rows_since = 0, None


def _not_written_down_yet(viewer: Viewer) -> int:
    found: Any = KeyUse.objects.filter(key__account=viewer.account_id, key__unmetered=False, rows_since__gt=clock.now() - limits.WINDOW)
    return found.aggregate(n=Sum("rows"))["n"] or 0


limits.count_too(_not_written_down_yet)
