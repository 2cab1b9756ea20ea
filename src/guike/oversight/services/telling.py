"""Who hears of a person's request: whoever is responsible, and the administrators when its time runs out."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.oversight.models import PersonalRequest, PersonalTerms
from guike.platform import clock
from guike.platform.notifications import registry
from guike.platform.notifications.services import notify

_ANSWERS = frozenset({"administrator", "audit_admin", "executive"})
registry.register_kind(
    registry.Kind("personal.received", gettext_lazy("收到个人信息请求"), channels=frozenset({"page", "mail"}), icon="user-shield", roles=_ANSWERS)
)
registry.register_kind(
    registry.Kind("personal.due", gettext_lazy("个人信息请求快到期"), channels=frozenset({"page", "mail"}), urgent=True, icon="alarm", roles=_ANSWERS)
)
registry.register_kind(registry.Kind("personal.confirm", gettext_lazy("删除个人信息等我复核"), channels=frozenset({"page", "mail"}), icon="user-x", roles=_ANSWERS))

registry.register_kind(registry.Kind("personal.term", gettext_lazy("个人信息到期"), channels=frozenset({"page", "mail"}), icon="calendar-x", roles=_ANSWERS))


def _responsible() -> set[int]:
    return set(PersonalTerms.objects.exclude(responsible=None).values_list("responsible_id", flat=True))


def received(one: PersonalRequest, *, besides: int | None) -> int:
    """One came in."""
    return notify(
        "personal.received",
        people=_responsible(),
        role="administrator",
        besides=[besides],
        title=lambda: _("个人信息请求 %(number)s：%(wish)s") % {"number": one.number, "wish": one.get_wish_display()},
        text=lambda: _("%(day)s 前答复") % {"day": f"{one.due_on:%m-%d}"},
        href=one.get_absolute_url(),
        key=f"personal.received:{one.pk}",
        subject=("personal_request", one.pk),
    )


def due(one: PersonalRequest, *, late: bool) -> int:
    """Its time runs out, or ran out."""
    return notify(
        "personal.due",
        people={*_responsible(), *([one.received_by_id] if one.received_by_id else [])},
        role="administrator",
        title=lambda: (_("个人信息请求 %(number)s 已过期") if late else _("个人信息请求 %(number)s 快到期")) % {"number": one.number},
        text=lambda: _("期限 %(day)s，还没答复") % {"day": f"{one.due_on:%m-%d}"},
        href=one.get_absolute_url(),
        key=f"personal.{'late' if late else 'due'}:{one.pk}",
        subject=("personal_request", one.pk),
    )


def confirm(one: PersonalRequest, people: set[int], *, besides: int | None) -> int:
    """Erasing waits for a second person."""
    return notify(
        "personal.confirm",
        people=people,
        besides=[besides],
        title=lambda: _("删除个人信息等复核：%(number)s") % {"number": one.number},
        href=one.get_absolute_url(),
        key=f"personal.confirm:{one.pk}:{one.version}",
        subject=("personal_request", one.pk),
    )


def confirm_several(people: set[int], *, besides: int | None) -> int:
    """Several erasures proposed at once wait for a second person: one message a minute, however many."""
    return notify(
        "personal.confirm",
        people=people,
        besides=[besides],
        title=lambda: _("几件删除个人信息等复核"),
        href="/personal/requests/?view=confirm",
        key=f"personal.confirm:{clock.now():%Y%m%d%H%M}:{besides}",
    )


def term_over(count: int) -> int:
    """The night found people past their term: one message, however many."""
    return notify(
        "personal.term",
        people=_responsible(),
        role="administrator",
        title=lambda: _("%(n)d 人的个人信息保存期已满") % {"n": count},
        text=lambda: _("删除，或写明理由再保留"),
        href="/personal/due/",
        key=f"personal.term:{clock.today()}",
    )
