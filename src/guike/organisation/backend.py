"""Django's door to accounts: finds the account of a session with its person, in one query."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from guike.organisation.models import Account


class AccountBackend(BaseBackend):
    """Sessions only: passwords are checked by `services.sign_in`, which counts failures."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> Account | None:
        """The account of a running session; None when it was shut."""
        return Account.objects.select_related("person").filter(pk=user_id, is_active=True, person__active=True).first()
