"""What the engine needs to know of this domain: whose customers owe a contact, and the kinds of obligations opened and closed here."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from guike.engine.obligations import registry
from guike.platform.access import SYSTEM, rows


def owned_customers() -> QuerySet:
    """id, owner, department, purchases of twelve months, day of takeover: of every customer in use that has an owner."""
    owned = rows(SYSTEM, "customer").filter(owner__isnull=False).annotate(value=F("figures__purchases_12m"))
    return owned.values_list("pk", "owner_id", "department_id", "value", "owner_since")


registry.register_subjects(registry.Subjects("customer", _("客户"), owned_customers))
registry.register_kind(registry.Kind("cadence", _("例行联系"), _("记跟进"), "phone-call", by_contact=True))
registry.register_kind(registry.Kind("next_step", _("下一步"), _("记跟进"), "calendar-event", by_contact=True))
registry.register_kind(registry.Kind("promise", _("答应事项"), _("办结"), "flag"))
registry.register_kind(registry.Kind("alert", _("预警"), _("处理"), "alert-triangle"))
