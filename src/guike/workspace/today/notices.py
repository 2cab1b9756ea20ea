"""Messages about what is due, and the digest's parts: today, late, escalated to me (ACT-02, PLT-06)."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.obligations import selectors as obligations
from guike.platform import access, clock
from guike.platform.access import SYSTEM, Viewer
from guike.platform.notifications import registry
from guike.platform.notifications.services import notify

NAMED = 3
LINES = 8
MAIL_TOO = frozenset({"page", "mail"})

registry.register_kind(registry.Kind("duty.due", gettext_lazy("今天到期"), MAIL_TOO, in_digest=True, icon="calendar-due"))
registry.register_kind(registry.Kind("duty.escalated", gettext_lazy("逾期升级给我"), MAIL_TOO, in_digest=True, icon="trending-up"))


def tell_due() -> int:
    """The day turned: everybody with something due today or late hears it once, in one sentence. Returns how many people."""
    today = clock.today()
    rows = obligations.live(SYSTEM).filter(Q(state="open") | Q(snoozed_until__lte=today), due_on__lte=today, assignee__isnull=False)
    counts = rows.order_by().values_list("assignee_id").annotate(due=Count("pk", Q(due_on=today)), late=Count("pk", Q(due_on__lt=today)))
    for person, due, late in counts:
        notify("duty.due", people=[person], title=_due_words(due, late), href=reverse("workspace:today"), key=f"due:{today.isoformat()}")
    return len(counts)


def _due_words(due: int, late: int) -> Any:
    def words() -> str:
        if not due:
            return _("已逾期 %(late)d 件") % {"late": late}
        return _("今天到期 %(due)d 件") % {"due": due} + (_("，已逾期 %(late)d 件") % {"late": late} if late else "")

    return words


def escalated(event: Any) -> None:
    """Late things went up the chain: the superior hears how many, and of which customers the first ones are."""
    for person, ids in event.to.items():
        found = list(obligations.live(SYSTEM).filter(pk__in=ids, due_on__lte=clock.today()).select_related("assignee").order_by("due_on", "pk"))
        count, names = len(found), _names(found[:NAMED])
        if count:
            notify(
                "duty.escalated",
                people=[person],
                title=_escalated_words(count),
                text="；".join(_words(owed, names) for owed in found[:NAMED]),
                href=f"{reverse('workspace:obligations')}?view=escalated",
                key=f"escalated:{_digest_of(ids)}",
            )


def _escalated_words(count: int) -> Any:
    return lambda: _("%(n)d 件逾期升级给你") % {"n": count}


def _digest_of(ids: Sequence[int]) -> str:
    return hashlib.sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()[:32] + f":{clock.today():%y%m%d}"


def _names(found: Sequence[Any]) -> dict[int, str]:
    ids = {owed.subject_id for owed in found if owed.subject_kind == "customer"}
    return dict(access.rows(SYSTEM, "customer").filter(pk__in=ids).values_list("pk", "name"))


def _words(owed: Any, names: dict[int, str]) -> str:
    """温州瓯泰阀门：例行联系，陈思远，逾期 4 天"""
    late = (clock.today() - owed.due_on).days
    parts = [owed.title, owed.assignee.name if owed.assignee else "", _("逾期 %(n)d 天") % {"n": late} if late > 0 else ""]
    name = names.get(owed.subject_id, "") if owed.subject_kind == "customer" else ""
    return "：".join(part for part in (name, "，".join(part for part in parts if part)) if part)


# --- the digest ---------------------------------------------------------------------------------------------------------


def _section(viewer: Viewer, title: str, rows: Any, view: str) -> registry.Section | None:
    """Only what the viewer may see; customers' names only within reach."""
    count = rows.count()
    if not count:
        return None
    found = list(rows.select_related("assignee")[:LINES])
    ids = {owed.subject_id for owed in found if owed.subject_kind == "customer"}
    names = dict(access.rows(viewer, "customer").filter(pk__in=ids).values_list("pk", "name"))
    lines = tuple(registry.Line(_words(owed, names), reverse("workspace:obligation", args=[owed.pk])) for owed in found)
    return registry.Section(title, lines, count, f"{reverse('workspace:obligations')}?view={view}")


def _mine(viewer: Viewer) -> Any:
    today = clock.today()
    return obligations.listed(viewer, on=today, until=today, person_ids=[viewer.person_id or 0])


registry.register_section("late", 10, lambda viewer: _section(viewer, _("已逾期"), _mine(viewer).filter(due_on__lt=clock.today()), "late"))
registry.register_section("today", 20, lambda viewer: _section(viewer, _("今天到期"), _mine(viewer).filter(due_on=clock.today()), "open"))
registry.register_section("escalated", 30, lambda viewer: _section(viewer, _("升级给我"), obligations.escalated_to(viewer, on=clock.today()), "escalated"))
