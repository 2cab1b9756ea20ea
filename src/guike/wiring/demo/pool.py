"""The public pool of the demo: a few customers warned of, some released, two of them claimed again (CUS-06)."""

from datetime import date, timedelta
from typing import cast

from django.apps import apps
from django.db.models import OuterRef, Subquery

from guike.customers import services as customers
from guike.organisation import selectors as organisation
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused
from guike.wiring.demo.people import Staff

RELEASED, CLAIMED = 6, 2
GIVEN_UP = (("一年没有项目，转别人试试", 40), ("改做电商，不再采购阀门", 26), ("换了对接人，做不进去", 19), ("距离太远，照顾不到", 12))


def recycle_some(staff: Staff, today: date) -> None:
    """Warn all that are near their limit, as last night; some warnings are older, the oldest have run out; 黄可 claimed two."""
    customers.recycle(actor=SYSTEM)
    warnings = apps.get_model("engine.Obligation").objects.filter(kind="holding", state="open").order_by("pk")
    ids = list(warnings.values_list("pk", flat=True))
    for place, pk in enumerate(ids):
        days = 7 if place < RELEASED else 1 + place % 6
        warnings.filter(pk=pk).update(opened_on=today - timedelta(days=days))
    customers.recycle(actor=SYSTEM)
    _never_owned()
    _give_up(staff, today)
    _claim(staff)
    customers.refresh_figures()


def _viewer(staff: Staff, name: str) -> Viewer:
    return cast(Viewer, organisation.viewer_of_person(staff.people[name]))


def _never_owned() -> None:
    """Those whom nobody ever had have waited since they were registered."""
    Customer, PoolStay = apps.get_model("customers.Customer"), apps.get_model("customers.PoolStay")
    registered = Customer.objects.filter(pk=OuterRef("customer")).values("registered_on")
    PoolStay.objects.filter(last_owner__isnull=True, left_on__isnull=True).update(entered_on=Subquery(registered))


def _give_up(staff: Staff, today: date) -> None:
    """陈思远 let four small customers go, each with a reason, some weeks ago."""
    viewer = _viewer(staff, "陈思远")
    small = apps.get_model("customers.Customer").objects.filter(owner=viewer.person_id, figures__orders_12m=0).order_by("-pk")
    for customer, (reason, days) in zip(small[: len(GIVEN_UP)], GIVEN_UP, strict=False):
        stay = customers.release(customer.pk, actor=viewer, reason=reason)
        apps.get_model("customers.PoolStay").objects.filter(pk=stay.pk).update(entered_on=today - timedelta(days=days))


def _claim(staff: Staff) -> None:
    viewer = _viewer(staff, "黄可")
    lost = apps.get_model("customers.PoolStay").objects.filter(left_on__isnull=True, last_owner__isnull=False).exclude(last_owner=viewer.person_id)
    near = lost.filter(customer__department__in=viewer.department_ids).order_by("pk")
    for pk in list(near.values_list("pk", flat=True)[:CLAIMED]):
        try:
            customers.claim(pk, actor=viewer)
        except Refused:  # the quota of a company that changed its rules
            return
