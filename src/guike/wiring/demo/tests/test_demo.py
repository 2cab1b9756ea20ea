"""The demo company: the same every time, whole, and alive (PLT-12)."""

import pytest
from django.apps import apps
from django.db.models import Count, Sum

from guike.engine import selectors as engine
from guike.organisation.selectors import viewer_of_login
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.wiring.demo import load
from guike.wiring.demo.people import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def _model(label):
    return apps.get_model(label)


def test_the_company_stands_and_loading_again_changes_nothing():
    logins = load()
    roles = {role for login in logins for role in viewer_of_login(login["login"]).roles}
    assert roles == {
        "salesperson",
        "sales_manager",
        "marketing",
        "service",
        "technician",
        "finance",
        "warehouse",
        "executive",
        "clerk",
        "administrator",
    }
    assert {login["password"] for login in logins} == {PASSWORD}
    today = clock.today()
    orders, customers = _model("sales.SalesOrder").objects, _model("customers.Customer").objects
    assert customers.count() == 3_005
    waiting = _model("customers.PoolStay").objects.filter(left_on=None).count()
    assert customers.filter(owner=None).count() == waiting > 140  # those never owned, and those released and let go
    assert _model("customers.PoolStay").objects.filter(how="claimed").count() == 2
    finds = _model("marketing.Find").objects
    assert finds.filter(state="sent").count() == 6
    assert finds.filter(alike__gte=60).exists()
    assert 0 < finds.filter(ordered_on__isnull=False).count() < finds.filter(contacted_on__isnull=False).count() < finds.filter(state="accepted").count()
    assert _model("engine.PolicyVersion").objects.filter(policy__code="customer-grade", status="draft").exists()
    assert orders.count() > 20_000
    sums = _model("sales.SalesOrderLine").objects.values("order").annotate(s=Sum("amount")).values_list("order", "s")
    assert dict(sums) == dict(orders.values_list("pk", "amount"))
    assert max(len(name) for name in customers.values_list("name", flat=True)) > 25
    assert customers.values("name").annotate(n=Count("pk")).filter(n__gt=1).count() == 0
    open_ones = _model("engine.Obligation").objects.filter(state__in=["open", "snoozed"])
    assert open_ones.filter(due_on__lt=today).exists() and open_ones.filter(due_on__gte=today).exists()
    assert {outcome for outcome, _label, _n in engine.distribution(SYSTEM, "customer-grade")} == {"A", "B", "C"}
    assert len(engine.movements(SYSTEM, "customer-grade", today.replace(year=today.year - 1), today)) > 10
    counts = {
        label: _model(label).objects.count() for label in ("organisation.Person", "sales.SalesOrder", "contact.FollowUp", "engine.Decision")
    }
    assert load() == logins
    assert counts == {label: _model(label).objects.count() for label in counts}
