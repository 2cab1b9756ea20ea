"""The small company of the organisation's tests, with people at the door."""

from datetime import datetime

import pytest
from django.test import Client

from guike.organisation.login import rules
from guike.organisation.login.services import factors
from guike.organisation.models import Account
from guike.organisation.selectors import viewer_for
from guike.organisation.tests.conftest import PASSWORD, admin, company, quick_hashing
from guike.platform import clock

__all__ = ["admin", "company", "quick_hashing"]


@pytest.fixture
def account(company) -> Account:
    return company.account(company.seller, "chensy")


def enter(client: Client, login: str = "chensy", password: str = PASSWORD, **more):
    return client.post("/login/", {"login": login, "password": password, **more})


def code(secret: str, at: datetime | None = None) -> str:
    """What the authenticator shows now."""
    return rules.code_at(secret, int((at or clock.now()).timestamp()) // rules.STEP)


def give_authenticator(account: Account) -> tuple[str, list[str]]:
    """(secret, recovery codes) of an authenticator that was set up a while ago, so that the present code is fresh."""
    secret = factors.new_secret()
    codes = factors.add_authenticator(secret, code(secret), actor=viewer_for(account))
    account.factors.filter(kind="totp").update(last_step=0)
    return secret, codes
