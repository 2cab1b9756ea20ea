"""Messages about policies: a new version holds from today (POL-01)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.models import Policy
from guike.platform.notifications import registry
from guike.platform.notifications.services import notify

registry.register_kind(registry.Kind("policy.effective", gettext_lazy("制度新版生效"), icon="book-2"))


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
