"""What the law makes us keep: locked away out of every row, search and export, gone by itself when its day is over."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from guike.oversight.models import Hold, Keeping, PersonalRequest
from guike.oversight.services import retention
from guike.platform import access, audit, clock, files, sealing
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.models import Attachment
from guike.platform.privacy import GONE
from guike.platform.verbs import verb

if TYPE_CHECKING:
    from guike.oversight.rules import Pause
    from guike.oversight.services.erasing import Plan

ATTACHMENT = "platform.Attachment"


def lock_away(made: Plan, request: PersonalRequest) -> int:
    """Seal the values that must stay provable, one row of `Keeping` for each row and end. Returns how many values."""
    count = 0
    for edit in made.edits:
        for pause, values in made.kept(edit):
            count += len(values)
            _keep(request, edit.found.model._meta.label, edit.pk, values, pause)
    return count


def _keep(request: PersonalRequest, table: str, row: int, values: dict[str, Any], pause: Pause) -> Keeping:
    content = sealing.seal(json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False))
    return Keeping.objects.create(
        request=request, table=table, row=row, columns=list(values), content=content, why=pause.words[:200], until=pause.until, hold_id=pause.hold_id
    )


def remove_files(found: Iterable[Attachment], pauses: Iterable[Pause], request: PersonalRequest) -> int:
    """Take files off their records; `sweep` takes their bytes off the disk, unless a hold on everything keeps them. Returns how many."""
    today = clock.today()
    holding = max((one for one in pauses if one.everything and one.until >= today), key=lambda one: one.until, default=None)
    count = 0
    for one in found:
        if holding is not None and one.subject_kind != "personal_copy":
            _keep(request, ATTACHMENT, one.pk, {"sha256": one.sha256, "name": one.name}, holding)
        Attachment.objects.filter(pk=one.pk).update(removed_at=one.removed_at or clock.now(), name=GONE, note="")
        count += 1
    return count


def sweep() -> int:
    """Take the bytes of removed files off the disk, once nothing holds them and no other record has the same file.

    After the transaction that removed them, so that a rollback loses nothing; what a crash left is taken by the next night. Returns how many.
    """
    held = Keeping.objects.filter(table=ATTACHMENT, ended_on__isnull=True).values("row")
    gone = list(Attachment.objects.filter(removed_at__isnull=False, name=GONE).exclude(sha256="").exclude(pk__in=held))
    for one in gone:
        if not Attachment.objects.filter(sha256=one.sha256).exclude(pk__in=[each.pk for each in gone]).exists():
            for path in (files.path_of(one.sha256), files.sealed_path_of(one.sha256)):
                path.unlink(missing_ok=True)
    Attachment.objects.filter(pk__in=[one.pk for one in gone]).update(sha256="")
    return len(gone)


def end_over(today: date | None = None) -> int:
    """The night's round: what was kept until yesterday is gone. Returns how many."""
    day = today or clock.today()
    over = Keeping.objects.filter(ended_on__isnull=True, until__lt=day).update(content="", ended_on=day)
    sweep()
    return over


def opened(pk: int, *, actor: Viewer, reason: str) -> dict[str, Any]:
    """The values of one keeping, for a dispute or an authority: who looked and why is logged."""
    access.require(actor, "personal_request", "hold")
    if not reason.strip():
        raise Refused(_("写明为什么要看"), field="reason")
    found = Keeping.objects.select_related("request").get(pk=pk)
    if found.ended_on:
        raise Refused(_("保留期已过，内容已清除"))
    audit.note(actor, "reveal", "personal_request", found.request_id, detail={"reason": reason.strip()[:200], "what": found.table})
    return dict(json.loads(sealing.unseal(found.content)))


@verb("oversight.place_hold")
def place_hold(kind: str, pk: int, *, ground: str, until: date, reason: str, actor: Viewer) -> Hold:
    """Let nothing of a person be lost until a day."""
    access.require(actor, "personal_request", "hold")
    access.row(actor, kind, pk)
    if until < clock.today():
        raise Refused(_("保留到的日期 %(day)s 已过") % {"day": until}, field="until")
    if not reason.strip():
        raise Refused(_("写明理由"), field="reason")
    made = Hold.objects.create(subject_kind=kind, subject_id=pk, ground=ground, until=until, reason=reason.strip()[:200], placed_by_id=actor.person_id)
    retention.look_again(kind, pk)
    return made


def release_hold(hold_id: int, *, reason: str, actor: Viewer) -> Hold:
    """Let go, and take files that only this hold kept off the disk once that is written."""
    hold = _release(hold_id, reason=reason, actor=actor)
    sweep()
    return hold


@verb("oversight.release_hold")
def _release(hold_id: int, *, reason: str, actor: Viewer) -> Hold:
    """The reason is gone. What only this hold kept is erased at once; what a contract needs as well stays until its own day."""
    access.require(actor, "personal_request", "hold")
    hold = Hold.objects.select_for_update().get(pk=hold_id)
    if hold.released_on:
        raise Refused(_("%(day)s 已解除") % {"day": hold.released_on})
    if not reason.strip():
        raise Refused(_("写明理由"), field="reason")
    hold.released_on, hold.released_by_id, hold.released_why = clock.today(), actor.person_id, reason.strip()[:200]
    hold.save(update_fields=["released_on", "released_by", "released_why"])
    Keeping.objects.filter(hold=hold, ended_on__isnull=True).update(content="", ended_on=clock.today())
    retention.look_again(hold.subject_kind, hold.subject_id)
    return hold
