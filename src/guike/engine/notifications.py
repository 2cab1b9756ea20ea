"""Messages about policies and approvals: a new version holds from today (POL-01); something is to be signed, was decided (PLT-05, PLT-06)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.approvals import selectors as approvals
from guike.engine.models import Approval, ApprovalAct, Policy
from guike.platform.access import Viewer
from guike.platform.notifications import registry
from guike.platform.notifications.services import notify

LINES = 8
registry.register_kind(registry.Kind("policy.effective", gettext_lazy("制度新版生效"), icon="book-2"))
registry.register_kind(
    registry.Kind("approval.asked", gettext_lazy("有事等我批"), channels=frozenset({"page", "mail"}), in_digest=True, icon="checkup-list")
)
registry.register_kind(registry.Kind("approval.decided", gettext_lazy("我的申请有结果"), icon="checkup-list"))


def _waiting(viewer: Viewer) -> registry.Section | None:
    """The digest's part about approvals: what waits for the reader's signature."""
    rows = approvals.waiting(viewer)
    if not (count := rows.count()):
        return None
    lines = tuple(registry.Line(one.title, reverse("approvals:card", args=[one.pk])) for one in rows[:LINES])
    return registry.Section(_("等你批"), lines, count, reverse("approvals:list"))


registry.register_section("approvals", 5, _waiting)


def policy_took_effect(event: Any) -> None:
    """Everybody hears of a new version; a policy's first one (a pack just installed) is no news."""
    if event.version < 2:
        return
    title = Policy.objects.filter(code=event.policy_code).values_list("title", flat=True).first() or event.policy_code
    notify(
        "policy.effective",
        everybody=True,
        title=lambda: _("《%(title)s》第 %(n)d 版生效") % {"title": title, "n": event.version},
        href=reverse("engine:policy", args=[event.policy_code]),
        key=f"policy:{event.policy_code}:{event.version}",
        subject=("policy", None),
    )


def _key(approval_id: int, what: str) -> str:
    """One message a stage of the way: the trace grows with every one."""
    return f"approval:{approval_id}:{what}:{ApprovalAct.objects.filter(approval=approval_id).count()}"


def approval_asked(event: Any) -> None:
    """Whoever is to sign hears of it, and once more when reminded."""
    words = gettext_lazy("催办：%(title)s") if event.reminder else gettext_lazy("等你批：%(title)s")
    notify(
        "approval.asked",
        people=event.person_ids,
        title=lambda: str(words) % {"title": event.title},
        href=reverse("approvals:card", args=[event.approval_id]),
        key=_key(event.approval_id, "reminded" if event.reminder else "asked"),
        subject=("approval", event.approval_id),
    )


def approval_decided(event: Any) -> None:
    """The applicant hears how it ended, or that it came back; not of what the applicant did."""
    if event.requested_by is None or event.state == "withdrawn":
        return
    words = Approval.State(event.state).label
    notify(
        "approval.decided",
        people=[event.requested_by],
        title=lambda: f"{words}：{event.title}",
        href=reverse("approvals:card", args=[event.approval_id]),
        key=_key(event.approval_id, event.state),
        subject=("approval", event.approval_id),
    )
