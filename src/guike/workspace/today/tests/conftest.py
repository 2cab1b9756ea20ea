"""The cast of contact's tests, signed in."""

import pytest

from guike.contact.tests.conftest import chen, company, customer, huang, present, wang  # noqa: F401
from guike.organisation.models import Account


@pytest.fixture
def signed_in(client, company):  # noqa: F811
    def enter(name):
        account, _made = Account.objects.get_or_create(
            login=name, defaults={"person": getattr(company, name), "must_change_password": False}
        )
        client.force_login(account)
        return client

    return enter
