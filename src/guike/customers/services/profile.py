"""Which items a complete file needs (CUS-03)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.models import ProfileRule
from guike.customers.services.figures import refresh_completeness
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused
from guike.platform.verbs import verb

MOST_DAYS = 3650


@verb("customers.set_requirement")
def set_requirement(
    kind: str, nature: str, items: Sequence[str], *, actor: Viewer, days: int | None = None, reason: str = ""
) -> ProfileRule:
    """Set the items required of a kind and nature, and within how many days after registration (None = nobody is reminded).

    Every customer's percentage, and what owners owe, is computed anew.
    """
    require(actor, "profile_rule", "change")
    known = rules.COMPANY_FIELDS if kind == "company" else rules.PERSON_FIELDS
    if unknown := [item for item in items if item not in known]:
        raise Refused(_("没有这些资料项：%(items)s") % {"items": "、".join(unknown)}, field="fields")
    if not items:
        raise Refused(_("至少选一项"), field="fields")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Refused(_("补齐期限填 1～%(most)d 天，不填就不催办") % {"most": MOST_DAYS}, field="days")
    ordered = [item for item in known if item in items]
    rule, _made = ProfileRule.objects.update_or_create(kind=kind, nature=nature, defaults={"fields": ordered, "days": days})
    refresh_completeness(None)
    return rule
