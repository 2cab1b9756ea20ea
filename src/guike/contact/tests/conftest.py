"""The cast: 陈思远 and 黄可 under 王立群, their customers graded A to C, a cadence of 7, 15 and 30 days in force."""

from datetime import date

import pytest
import time_machine

from guike.contact import services
from guike.contact.rules import Draft
from guike.engine.obligations.tests.cast import Company
from guike.platform.access import SYSTEM

TODAY = date(2026, 11, 24)
PACES = [
    {"outcome": "A", "days": 7, "factor": 3, "rest_day": "keep"},
    {"outcome": "B", "days": 15, "factor": 2, "rest_day": "keep"},
    {"outcome": "C", "days": 30, "factor": 1, "rest_day": "keep"},
]


@pytest.fixture
def present():
    """Tuesday 2026-11-24, nine in the morning in Shanghai."""
    with time_machine.travel("2026-11-24T01:00:00+00:00", tick=False):
        yield


@pytest.fixture
def company(present, db):
    return Company(paces=PACES)


@pytest.fixture
def chen(company):
    return company.viewer("chen")


@pytest.fixture
def huang(company):
    return company.viewer("huang")


@pytest.fixture
def wang(company):
    return company.viewer("wang", "sales_manager")


@pytest.fixture
def customer(company):
    """An A customer of 陈思远 with its routine contact open."""
    made = company.customer("A")
    services.refresh_cadences(actor=SYSTEM)
    return made


def draft(**changes):
    return Draft(**{"method": "phone", "said": "希望账期放宽到 75 天", "happened_on": TODAY, **changes})
