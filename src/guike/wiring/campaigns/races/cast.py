"""People with open sessions, for races."""

import itertools
import secrets
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.test import Client

from guike.organisation import services as organisation
from guike.platform.access import SYSTEM
from guike.wiring.campaigns.races.volley import Shot

_count = itertools.count(1)


def department(name: str) -> Any:
    """A sales department of its own for a race."""
    return organisation.add_department(f"{name}{next(_count)}", actor=SYSTEM, function="sales")


def people(count: int, place: Any, role: str = "salesperson") -> list[Any]:
    """So many people of a role with a login that has nothing left to do first."""
    model, made = apps.get_model("organisation.Account"), []
    for _person in range(count):
        login = f"race{next(_count)}{secrets.token_hex(2)}"
        person, _password = organisation.add_colleague(actor=SYSTEM, name=f"竞争者{login[4:]}", department=place.pk, role=role, login=login)
        made.append(model.objects.get(person=person))
    model.objects.filter(pk__in=[one.pk for one in made]).update(must_change_password=False)
    return [model.objects.get(pk=one.pk) for one in made]


class Session:
    """An open session: makes shots."""

    def __init__(self, account: Any):
        client = Client()
        client.force_login(account)
        self.person_id = account.person_id
        self._token = secrets.token_hex(16)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={self._token}"

    def shot(self, path: str, form: str = "") -> Shot:
        return Shot(path, self._cookies, self._token, form)


def sessions(accounts: Sequence[Any]) -> list[Session]:
    return [Session(account) for account in accounts]
