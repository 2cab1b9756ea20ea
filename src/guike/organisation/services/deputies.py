"""Deputies while somebody is absent (ORG-01)."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from guike.organisation import events as facts
from guike.organisation.models import Deputy, Person
from guike.platform import clock, events
from guike.platform.access import Reach, Viewer, reach, require, row
from guike.platform.errors import Forbidden, Refused
from guike.platform.verbs import verb


@verb("organisation.name_deputy")
def name_deputy(person_id: int, deputy_id: int, starts_on: date, ends_on: date, *, actor: Viewer, reason: str = "") -> Deputy:
    """Who stands in for a person, both days included. Everybody may name their own deputy, the administrator anybody's.

    The deputy gets the person's roles and departments for those days, and what escalates to the person goes to the deputy.
    """
    require(actor, "deputy", "add")
    if reach(actor, "deputy", "add") < Reach.ALL and person_id != actor.person_id:
        raise Forbidden(_("只能给自己安排代理人"))
    people = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=[person_id, deputy_id], active=True).order_by("pk")}
    _refuse_days(starts_on, ends_on)
    if person_id == deputy_id:
        raise Refused(_("代理人要是另一个人"), field="deputy")
    if len(people) < 2:
        raise Refused(_("本人或代理人不在职"), field="deputy")
    if Deputy.objects.filter(person_id=person_id, starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise Refused(_("这段日子已有代理人，先撤掉原来的"), field="starts_on")
    deputy = Deputy.objects.create(person_id=person_id, deputy_id=deputy_id, starts_on=starts_on, ends_on=ends_on, reason=reason[:100])
    events.emit(facts.DeputyNamed(person_id, deputy_id, starts_on, ends_on))
    return deputy


@verb("organisation.withdraw_deputy")
def withdraw_deputy(pk: int, *, actor: Viewer) -> None:
    """End a deputyship: one that has not begun disappears, one that runs ends yesterday, one that is over stays as it was."""
    deputy = row(actor, "deputy", pk, "delete", lock=True)
    yesterday = clock.today() - timedelta(days=1)
    if deputy.starts_on > yesterday:
        deputy.delete()
    elif deputy.ends_on > yesterday:
        deputy.ends_on = yesterday
        deputy.save(update_fields=["ends_on"])


def _refuse_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refused(_("结束日期早于开始日期"), field="ends_on")
    if ends_on < clock.today():
        raise Refused(_("这段日子已经过去"), field="ends_on")
