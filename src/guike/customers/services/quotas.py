"""Is there room for more customers with a person? Asked by everything that gives somebody a customer: transfer, claim, assignment (CUS-06)."""

from collections.abc import Sequence

from django.apps import apps
from django.utils.translation import gettext as _

from guike.engine import selectors as engine
from guike.engine.regulations import compliance
from guike.platform.access import ROLES, Viewer
from guike.platform.errors import Refused


def require_room(
    person_id: int, coming: Sequence[int], *, actor: Viewer, release: bool = False, reason: str = "", field: str = "owner"
) -> list[str]:
    """Refuse where a quota in force has no room with the person for these customers; returns the warnings of quotas that only warn.

    Locks the person's row first, so that takings at the same moment are counted one after the other: call it inside the verb's
    transaction, after the customers are locked. `release`: the actor lets it pass knowingly; needs one of the policy's roles and a reason.
    """
    person = apps.get_model("organisation", "Person").objects.select_for_update(no_key=True).get(pk=person_id)
    full = engine.full_for(person.pk, coming)
    for one in full:
        if one.refuses and not (release and _may_release(actor, one) and reason.strip()):
            raise Refused(_refusal(person.name, one), field=field, code="quota", clause=one.clause, releasable_by=_names(one.release))
        if one.refuses:
            compliance.note_release(actor, one.policy, "customer", coming, reason.strip())
    return [words(person.name, one) for one in full]


def room_warnings(person_id: int, coming: Sequence[int], *, refusing: bool = False) -> list[str]:
    """What would be said of these customers coming to the person, without doing or locking anything; for the page that asks.

    `refusing`: only by quotas that would refuse, not by those that warn.
    """
    person = apps.get_model("organisation", "Person").objects.get(pk=person_id)
    return [words(person.name, one) for one in engine.full_for(person_id, coming) if one.refuses or not refusing]


def _may_release(actor: Viewer, full: engine.Full) -> bool:
    return actor.is_system or actor.has_role(*full.release)


def words(name: str, full: engine.Full) -> str:
    """黄可的「全部客户」已有 200 家，再转入 1 家超过上限 200 家（《客户跟进管理办法》第十五条，第 1 版）"""
    return _("%(name)s的「%(label)s」已有 %(held)d 家，再转入 %(coming)d 家超过上限 %(cap)d 家（%(clause)s，第 %(version)d 版）") % {
        "name": name,
        "label": full.taken.label,
        "held": full.taken.held,
        "coming": full.taken.coming,
        "cap": full.taken.cap,
        "clause": full.clause,
        "version": full.version,
    }


def _names(roles: Sequence[str]) -> str:
    return "、".join(_(ROLES[role]) for role in roles)


def _refusal(name: str, full: engine.Full) -> str:
    return _("%(what)s；改选别人，或由%(roles)s写明原因放行") % {"what": words(name, full), "roles": _names(full.release)}
