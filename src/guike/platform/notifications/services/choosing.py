"""What a person wants to hear, by which channel, and when."""

from collections.abc import Mapping
from datetime import time

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.notifications import registry
from guike.platform.notifications.models import Choice, Habit
from guike.platform.verbs import verb

DIGEST = "digest"


@verb("notifications.choose")
def choose(wanted: Mapping[tuple[str, str], bool], *, actor: Viewer) -> None:
    """Keep one's own choices: (kind, channel) → wanted."""
    known = registry.kinds()
    channels = dict(Choice.CHANNELS)
    rows = [
        Choice(account_id=actor.account_id, kind=kind, channel=channel, wanted=value)  # type: ignore[misc]
        for (kind, channel), value in wanted.items()
        if kind in known and channel in channels
    ]
    Choice.objects.bulk_create(rows, update_conflicts=True, unique_fields=["account", "kind", "channel"], update_fields=["wanted"])


@verb("notifications.set_habit")
def set_habit(*, quiet_from: time, quiet_until: time, workdays: bool, digest: bool, digest_hour: int, actor: Viewer) -> Habit:
    """Keep one's own quiet hours and digest."""
    if not 0 <= digest_hour <= 23:
        raise Refused(_("几点发要在 0 到 23 之间"), field="digest_hour")
    values = {"quiet_from": quiet_from, "quiet_until": quiet_until, "workdays": workdays, "digest": digest, "digest_hour": digest_hour}
    return Habit.objects.update_or_create(account_id=actor.account_id, defaults=values)[0]  # type: ignore[misc]


@verb("notifications.refuse_mail")
def refuse_mail(account_id: int, kind: str, *, actor: Viewer) -> bool:
    """Stop one kind of mail (or the digest) for the account that a signed link names. False where the account is gone."""
    if not get_user_model()._default_manager.filter(pk=account_id).exists():
        return False
    if kind == DIGEST:
        Habit.objects.filter(account_id=account_id).update(digest=False)
    Choice.objects.update_or_create(account_id=account_id, kind=kind, channel="mail", defaults={"wanted": False})
    return True
