"""Schemathesis compares the API with its own description: right and wrong calls at every operation, with a key and without (PLT-07).

The suite has it think up the same few calls every time; `guike campaign api --seed N --cases N` others, and N at each operation.
"""

import logging
import os
from copy import deepcopy

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

from guike.customers import services as customers
from guike.platform.access import SYSTEM
from guike.platform.api import root
from guike.platform.api.tests.calling import Caller
from guike.products.models import Product
from guike.wiring.tests.test_api import account, viewer_for
from guike.wiring.wsgi import application

EXAMPLES = int(os.environ.get("GUIKE_CAMPAIGN_COUNT") or 3)
#: Rules of the business refuse what the description's shapes allow: a day in the future, a number in use, a customer that is not there.
CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"allow-x00": False},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "412", "422", "428"]},
            "missing_required_header": {"enabled": False},
        },
    }
)
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)
if EXAMPLES < 50:  # a thousand customers of sixty fields each take their time to think up
    schema = schema.exclude(path_regex="/bulk$")
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="GUIKE_CAMPAIGN_SEED" not in os.environ,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    for ends in (request_started, request_finished):
        ends.disconnect(close_old_connections)  # the test's own connection, as Django's test client does
    with override_settings(API_PER_MINUTE=10_000_000):
        yield
    for ends in (request_started, request_finished):
        ends.connect(close_old_connections)
    logging.disable(logging.NOTSET)


@pytest.fixture
def company(db):
    """Something behind the first ids, so that calls find what they name."""
    clerk = viewer_for(account("P1", "administrator"))
    made = customers.add_customer(
        {"name": "温州瓯泰阀门有限公司", "phone": "13800138000"}, actor=SYSTEM, owner_id=clerk.person_id, number="1"
    )
    customers.add_contact(made.pk, {"name": "林海峰"}, actor=SYSTEM)
    Product.objects.create(number="1", name="闸阀")
    return {"Authorization": f"Bearer {Caller(clerk).text}"}


@pytest.mark.slow
@schema.parametrize()
@BOUNDED
def test_with_a_key(case, company):
    case.call_and_validate(headers=company)


@schema.parametrize()
@settings(BOUNDED, max_examples=2)
def test_without_a_key(case, db):
    response = case.call()
    if response.status_code in (404, 405):  # no such address, or none that knows the method: tells nothing
        return
    assert response.status_code == 401
    assert response.headers["content-type"][0].startswith("application/problem+json")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_misspelt_filter_is_refused_by_its_name(company, method):
    """It would filter nothing, and the program would take every customer for its own."""
    caller = Client(headers=company)
    answer = caller.generic(method, "/api/v1/customers?nummber=KH-1", data="{}", content_type="application/json")
    assert (answer.status_code, answer.json()["field"]) == (422, "nummber")
    assert caller.get("/api/v1/customers?number=KH-1").status_code == 200


def test_the_comparison_notices_an_answer_that_is_not_described(db):
    """Negative control: the same API, described without its refusals."""
    told = deepcopy(root.described())
    told["paths"]["/api/v1/customers"]["get"]["responses"].pop("401")
    operation = schemathesis.openapi.from_dict(told, config=CONFIG)["/api/v1/customers"]["GET"]
    case = operation.Case()
    response = schema["/api/v1/customers"]["GET"].Case().call()
    with pytest.raises(BaseExceptionGroup) as found:
        case.validate_response(response)
    assert "Undocumented status code" in repr(found.value.exceptions)
