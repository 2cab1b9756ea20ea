"""One day of every role in a real browser, at a desk and on a phone: what each of them sees at every step (PLT-12).

The same days take the pictures of README and handbook: `python docs/screenshots.py`.
"""

import json
import os

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from tests.days import accountant, administrator, area_manager, clerk, customer_service, general_manager, marketing, salesperson, tour
from tests.days.stage import Stage, served

from guike.wiring import demo
from guike.wiring.demo.size import SMALL, WHOLE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
#: The pictures show the whole company; a test makes do with every tenth customer.
SIZE = WHOLE if os.environ.get("GUIKE_PICTURES") else SMALL


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker):
    """The product's address with the demo company behind it, as `guike demo` leaves it."""
    logins = settings.HOME / "demo.json"
    with django_db_blocker.unblock():
        with transaction.atomic():
            rows = demo.load(SIZE)
        logins.write_text(json.dumps(rows), encoding="utf-8")
        with served() as url:
            yield url
        logins.unlink()
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def _django_db_helper(company):
    """Days follow each other in one company: nothing is rolled back or emptied between them."""


@pytest.fixture
def stage(company, chromium):
    """Everybody has gone home when a day is over, and no page has complained."""
    made = Stage(company, chromium)
    yield made
    made.close()
    assert made.complaints == []


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_the_tour(stage, device):
    tour.walked(stage, device)


def test_a_salesperson_on_the_road(stage):
    salesperson.on_the_road(stage)


def test_a_salesperson_at_the_desk(stage):
    salesperson.at_the_desk(stage)


def test_the_manager_of_an_area(stage):
    area_manager.of_an_area(stage)


def test_the_manager_of_the_department(stage):
    area_manager.of_the_department(stage)


def test_marketing(stage):
    marketing.at_the_fair(stage)
    marketing.at_the_desk(stage)


def test_the_clerk(stage, tmp_path):
    clerk.at_the_desk(stage, tmp_path)


def test_customer_service(stage):
    customer_service.at_the_desk(stage)
    customer_service.on_the_phone(stage)


def test_the_accountant(stage):
    accountant.at_the_desk(stage)


def test_the_administrator(stage):
    administrator.at_the_desk(stage)


def test_the_general_manager(stage):
    general_manager.on_the_phone(stage)
    general_manager.at_the_desk(stage)
