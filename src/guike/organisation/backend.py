"""Django's door to accounts: finds the account of a session with its person, in one query."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from guike.organisation.models import Account
from guike.organisation.selectors.viewers import arriving


class AccountBackend(BaseBackend):
    """Sessions only: passwords are checked by `services.sign_in`, which counts failures."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> Account | None:
        """The account of a running session, its viewer put beside it; None when it was shut."""
        found = arriving(user_id)
        if found is None:
            return None
        account, arrival = found
        account.arrival = arrival
        return account
