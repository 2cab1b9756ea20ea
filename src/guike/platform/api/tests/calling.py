"""A program that calls the API in tests, with a key of somebody's."""

import json
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.test import Client

from guike.platform.access import Viewer
from guike.platform.api import keys, scopes


class Caller:
    """`Caller(viewer).get("/customers")`: with every scope unless some are named."""

    def __init__(self, viewer: Viewer, *held: str, **limits: Any):
        maker = replace(viewer, is_system=True)  # whatever the role may
        self.key, self.text = keys.make_key("ERP", held or list(scopes.known()), actor=maker, **limits)
        self.client = Client(raise_request_exception=True)

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> HttpResponse:
        sent = {"Authorization": f"Bearer {self.text}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(method, "/api/v1" + address, headers=sent, **data)  # type: ignore[arg-type]

    def get(self, address: str, **headers: str) -> HttpResponse:
        return self("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> HttpResponse:
        return self("POST", address, body, **headers)

    def patch(self, address: str, body: Any = None, **headers: str) -> HttpResponse:
        return self("PATCH", address, body, **headers)

    def put(self, address: str, body: Any = None, **headers: str) -> HttpResponse:
        return self("PUT", address, body, **headers)

    def delete(self, address: str, **headers: str) -> HttpResponse:
        return self("DELETE", address, **headers)
