"""Handing finds to sales: to a person, to a department, by the company's rules; and those rules (CUS-08)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from guike.marketing import rules, selectors
from guike.marketing.events import FindSent
from guike.marketing.models import Find, FindTerms, Route
from guike.marketing.services import tasks
from guike.marketing.services.collecting import look_for_double
from guike.organisation import selectors as organisation
from guike.organisation.calendar.selectors import add_workdays
from guike.platform import clock, events
from guike.platform.access import Reach, Viewer, reach, require, row
from guike.platform.errors import Forbidden, Refused
from guike.platform.verbs import verb

#: Who can do something with a find.
RECEIVING = ("salesperson", "sales_manager")


def receivers(department_id: int) -> list[int]:
    """Who of a department, or below it, may take a find from its pool."""
    found = organisation.people_with_role("salesperson", department_id=department_id)
    return sorted(found.values_list("pk", flat=True))


def _home(person_id: int) -> int | None:
    """The department of a person who sells here; refused for anybody else."""
    for role in RECEIVING:
        if organisation.people_with_role(role).filter(pk=person_id).exists():
            return organisation.home_of(person_id)
    name = organisation.person_names([person_id]).get(person_id, "")
    raise Refused(_("%(name)s没有业务员或销售经理的岗位，不能接收线索") % {"name": f"{name} " if name else ""}, field="person")


def _within(actor: Viewer, department_id: int | None) -> None:
    if reach(actor, "find", "send") < Reach.ALL and department_id not in actor.department_tree_ids:
        raise Forbidden(_("只能分派给自己部门的人"))


@verb("marketing.send")
def send(find_id: int, *, actor: Viewer, person_id: int | None = None, department_id: int | None = None, reason: str = "") -> Find:
    """Send a find to a person, or to a department where the first to accept gets it. One that waits with somebody goes on to the new one."""
    found: Find = row(actor, "find", find_id, "send", lock=True)
    return _sent(found, person_id, department_id, actor=actor, said=reason)


@verb("marketing.send_by_rules")
def send_by_rules(find_id: int, *, actor: Viewer, reason: str = "") -> Find:
    """Send a find to whom the first rule that fits it names; refused where none does."""
    found: Find = row(actor, "find", find_id, "send", lock=True)
    way = selectors.route_for(found)
    if way is None:
        raise Refused(_("没有适用的分派规则，选人或部门"), code="no_route")
    return _sent(found, way.person_id, way.department_id, actor=actor, said=reason, route=way.name)


def _sent(found: Find, person_id: int | None, department_id: int | None, *, actor: Viewer, said: str, route: str = "") -> Find:
    if not rules.may_become(found.state, "sent"):
        raise Refused(_("「%(name)s」%(state)s，不能再分派") % {"name": found, "state": found.get_state_display()})
    if (person_id is None) == (department_id is None):
        raise Refused(_("选一个人，或一个部门"), field="person")
    people = [person_id] if person_id is not None else receivers(department_id or 0)
    if not people:
        raise Refused(_("这个部门没有业务员，选别的部门或人"), field="department")
    place = _home(people[0]) if person_id is not None else department_id
    _within(actor, place)
    tasks.call_off(found, _("线索转给了别人"))
    found.receiver_id, found.department_id, found.pooled = person_id, place, person_id is None
    found.state, found.sent_by_id, found.sent_on, found.route = Find.State.SENT, actor.person_id, clock.today(), route
    found.due_on = add_workdays(clock.today(), selectors.terms().accept_days)
    found.returned_why, found.returned_by, found.returned_on, found.said = "", None, None, said.strip()[:200]
    look_for_double(found)
    found.version += 1
    found.save()
    if person_id is not None:
        tasks.ask(found, person_id)
    else:
        tasks.offer(found, people)
    events.emit(FindSent(found.pk, tuple(people), actor.person_id))
    return found


# --- the rules -----------------------------------------------------------------------------------------------------------------

ROUTE_FIELDS = frozenset({"position", "name", "regions", "product_lines", "sources", "person", "department"})


@verb("marketing.save_route")
def save_route(values: Mapping[str, Any], *, actor: Viewer, route_id: int | None = None, reason: str = "") -> Route:
    """Make or change a rule. `person` and `department` are ids, exactly one of them."""
    if unknown := set(values) - ROUTE_FIELDS:
        raise TypeError(f"a route has no {sorted(unknown)}")
    if route_id is None:
        require(actor, "find_route", "add")
        found = Route()
    else:
        found = row(actor, "find_route", route_id, "change", lock=True)
    given = dict(values)
    found.person_id, found.department_id = given.pop("person", None), given.pop("department", None)
    if (found.person_id is None) == (found.department_id is None):
        raise Refused(_("选一个人，或一个部门"), field="person")
    if found.person_id is not None:
        _home(found.person_id)
    for name, value in given.items():
        setattr(found, name, value)
    if not found.name.strip():
        raise Refused(_("名称要填"), field="name")
    if Route.objects.filter(name=found.name).exclude(pk=found.pk).exists():
        raise Refused(_("已有叫「%(name)s」的规则") % {"name": found.name}, field="name")
    try:
        found.save()
    except IntegrityError as race:
        raise Refused(_("已有叫「%(name)s」的规则") % {"name": found.name}, field="name") from race
    return found


@verb("marketing.remove_route")
def remove_route(route_id: int, *, actor: Viewer, reason: str = "") -> None:
    """Take a rule away; finds that were sent by it stay where they are."""
    row(actor, "find_route", route_id, "delete", lock=True).delete()


@verb("marketing.set_terms")
def set_terms(accept_days: int, follow_days: int, *, actor: Viewer, reason: str = "") -> FindTerms:
    """Set how long receivers have. Holds for what is sent and accepted from now on."""
    require(actor, "find_route", "change")
    kept, _made = FindTerms.objects.get_or_create(pk=1)
    kept.accept_days, kept.follow_days = accept_days, follow_days
    kept.save()
    return kept
