"""Messages about market finds: one waits for me, one of mine came back, one of mine ordered (CUS-08)."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.marketing.models import Find
from guike.platform import clock
from guike.platform.notifications import registry
from guike.platform.notifications.services import notify

_SALES, _MARKETING = frozenset({"salesperson", "sales_manager"}), frozenset({"marketing", "clerk"})
registry.register_kind(
    registry.Kind("find.sent", gettext_lazy("市场线索转给我"), channels=frozenset({"page", "mail"}), icon="bulb", roles=_SALES)
)
registry.register_kind(registry.Kind("find.returned", gettext_lazy("线索退回"), icon="arrow-back-up", roles=_MARKETING))
registry.register_kind(registry.Kind("find.ordered", gettext_lazy("线索首次下单"), icon="trophy", roles=_MARKETING))


def _sent(name: str) -> Callable[[], str]:
    return lambda: _("市场线索「%(name)s」转给你") % {"name": name}


def _until(day: str, pooled: bool) -> Callable[[], str]:
    if pooled:
        return lambda: _("%(day)s 前接收或退回，部门内先到先得") % {"day": day}
    return lambda: _("%(day)s 前接收或退回") % {"day": day}


def _returned(name: str) -> Callable[[], str]:
    return lambda: _("线索「%(name)s」退回") % {"name": name}


def _ordered(name: str) -> Callable[[], str]:
    return lambda: _("你收集的「%(name)s」首次下单") % {"name": name}


def tell_receivers(event: Any) -> None:
    """A find waits for these people."""
    found = Find.objects.get(pk=event.find_id)
    notify(
        "find.sent",
        people=event.people,
        besides=[event.by_id],
        title=_sent(found.name),
        text=_until(f"{found.due_on:%m-%d}" if found.due_on else "", found.pooled),
        href=found.get_absolute_url(),
        key=f"find.sent:{found.pk}:{found.version}",
        subject=("find", found.pk),
    )


def tell_finder(event: Any) -> None:
    """A find came back: who collected it, and who sent it, hear why."""
    found = Find.objects.get(pk=event.find_id)
    said = found.said

    def text() -> str:
        return "，".join(part for part in (str(found.get_returned_why_display()), said) if part)

    notify(
        "find.returned",
        people={person for person in (found.found_by_id, found.sent_by_id) if person},
        besides=[event.by_id],
        title=_returned(found.name),
        text=text,
        href=found.get_absolute_url(),
        key=f"find.returned:{found.pk}:{found.version}",
        subject=("find", found.pk),
    )


def tell_first_order(event: Any) -> None:
    """What somebody collected became an order."""
    for found in Find.objects.filter(pk__in=event.find_ids, found_by__isnull=False):
        notify(
            "find.ordered",
            people=[found.found_by_id or 0],
            title=_ordered(found.name),
            href=found.get_absolute_url(),
            key=f"find.ordered:{found.pk}:{clock.today():%y%m%d}",
            subject=("find", found.pk),
        )
