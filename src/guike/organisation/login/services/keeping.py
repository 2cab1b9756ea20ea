"""The company's rules for getting in, written by the administrator (PLT-01)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guike.organisation.login.models import Session, SignInRules
from guike.platform import clock
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused, Stale
from guike.platform.roles import ROLES
from guike.platform.verbs import verb

CHANGEABLE = ("profile", "required_roles", "grace_days", "idle_minutes", "longest_hours", "self_reset")


@verb("organisation.save_sign_in_rules")
def save_sign_in_rules(*, actor: Viewer, version: int | None = None, **values: Any) -> SignInRules:
    """Write the rules. Shorter sessions hold for those that are open too; a role newly asked starts the time of grace again."""
    require(actor, "sign_in", "change")
    SignInRules.objects.bulk_create([SignInRules(required_since=clock.now())], ignore_conflicts=True)
    found = SignInRules.objects.select_for_update().get()
    if version is not None and version != found.version:
        raise Stale(_("登录设置刚被别人改过，刷新后再改"))
    if unknown := set(values) - set(CHANGEABLE):
        raise TypeError(f"cannot change {unknown}")
    before = set(found.required_roles)
    for name, value in values.items():
        setattr(found, name, sorted(value) if name == "required_roles" else value)
    _refuse_odd(found)
    if set(found.required_roles) - before:
        found.required_since = clock.now()
    found.version += 1
    found.save()
    Session.objects.exclude(account=None).update(idle_minutes=found.idle_minutes, longest_hours=found.longest_hours)
    return found


def _refuse_odd(found: SignInRules) -> None:
    if found.profile not in dict(SignInRules.PROFILES):
        raise Refused(_("没有「%(value)s」这个选项") % {"value": found.profile}, field="profile")
    if unknown := set(found.required_roles) - set(ROLES):
        raise Refused(_("没有角色「%(role)s」") % {"role": min(unknown)}, field="required_roles")
    if not 0 <= found.grace_days <= 90:
        raise Refused(_("宽限天数填 0～90"), field="grace_days")
    if not 5 <= found.idle_minutes <= 24 * 60:
        raise Refused(_("填 5～1440 分钟"), field="idle_minutes")
    if not 1 <= found.longest_hours <= 7 * 24:
        raise Refused(_("填 1～168 小时"), field="longest_hours")
