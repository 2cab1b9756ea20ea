"""The hundred-line ERP of the documentation against a running server, as its own process (PLT-07)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from guike.customers import services as customers
from guike.customers.models import Customer
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.api.tests.calling import Caller
from guike.products.models import Product
from guike.sales.models import SalesOrder
from guike.wiring.tests.test_api import account, viewer_for

EXAMPLE = Path(__file__).parents[4] / "docs/api/sync_example.py"


@pytest.mark.django_db(transaction=True)
def test_the_example_synchronises_both_ways(live_server, tmp_path):
    clerk = viewer_for(account("P1", "clerk"))
    key = Caller(clerk, "customers:write", "products:read", "sales-orders:write").text
    Product.objects.create(number="ZF-50", name="闸阀")
    customers.add_customer({"name": "只在贵客里的客户"}, actor=SYSTEM, number="KH-9")
    line = {"product_number": "ZF-50", "quantity": "2", "unit_price": "100"}
    today = clock.today().isoformat()
    erp = tmp_path / "erp.json"
    state = {
        "customers": {"E-1": {"dirty": True, "sent": {"name": "温州瓯泰阀门有限公司"}}, "E-2": {"dirty": True, "sent": {"name": "乙"}}},
        "orders": {"SO-1": {"dirty": True, "sent": {"customer_number": "E-1", "ordered_on": today, "lines": [line]}}},
    }
    erp.write_text(json.dumps(state))

    def run():
        environment = {**os.environ, "GUIKE": live_server.url, "GUIKE_KEY": key}
        done = subprocess.run([sys.executable, str(EXAMPLE), str(erp)], check=False, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(erp.read_text())

    first = run()
    assert set(first["customers"]) == {"E-1", "E-2", "KH-9"} and str(SalesOrder.objects.get().amount) == "200.00"
    made = Customer.objects.get(number="E-1")
    customers.change_customer(made.pk, {"city": "温州市"}, version=made.version, actor=SYSTEM)
    customers.merge(
        made.pk, [Customer.objects.get(number="E-2").pk], versions=dict(Customer.objects.values_list("pk", "version")), actor=SYSTEM
    )
    second = run()
    assert second["customers"]["E-1"]["city"] == "温州市"
    assert second["customers"]["E-2"]["merged_into"] == made.pk
    assert Customer.objects.count() == 2 and SalesOrder.objects.count() == 1  # nothing was made twice
    connection.close()
