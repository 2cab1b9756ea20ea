"""The API against its own description: right and wrong calls at every operation, with a key and without (PLT-07).

The suite thinks up the same calls every time; `guike campaign api --seed N --cases N` others, and more.
"""

from __future__ import annotations

import json
import logging
import os
from functools import cache
from random import Random

import pytest
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.test import Client, override_settings
from jsonschema import Draft202012Validator

from guike.customers import services as customers
from guike.engine.services import ensure_default_packs
from guike.platform.access import SYSTEM
from guike.platform.api import root
from guike.platform.api.tests.calling import Caller
from guike.products.models import Product
from guike.wiring.tests.asking import Call, Operation, Thinker, operations
from guike.wiring.tests.test_api import account, viewer_for

pytestmark = pytest.mark.django_db
SEED, CALLS = int(os.environ.get("GUIKE_CAMPAIGN_SEED") or 4), int(os.environ.get("GUIKE_CAMPAIGN_COUNT") or 750)
#: A call as described may still be refused by a rule: a day to come, a number in use, a row that is not there, a version long gone.
BY_RULE = {401, 403, 404, 409, 412, 422, 428}
REFUSED = {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429}


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    with override_settings(API_PER_MINUTE=10_000_000):
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def key():
    """A clerk with every scope, and rows behind the ids that are asked for."""
    clerk = viewer_for(account("P1", "administrator"))
    made = customers.add_customer({"name": "温州瓯泰阀门有限公司"}, actor=SYSTEM, owner_id=clerk.person_id, number="KH-1")
    contact = customers.add_contact(made.pk, {"name": "林海峰"}, actor=SYSTEM)
    product = Product.objects.create(number="ZF-50", name="闸阀")
    return Caller(clerk).text, [made.pk, contact.pk, product.pk, clerk.person_id, 987_654_321]


WORDS = ["KH-1", "ZF-50", "P1", "customer", "city", "phone", "name", "-id", "id,name", "industry", "contacts.count_90d", "1,2"]


def ask(client: Client, call: Call, key: str = "") -> HttpResponse:
    """The answer; what was written is taken back, so that every call meets the same company."""
    headers = {name: value for name, value in call.headers.items() if name != "Content-Type"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    data = {} if call.body is None else {"data": call.body, "content_type": call.headers.get("Content-Type", "")}
    with transaction.atomic():
        answer = client.generic(call.operation.method.upper(), call.path, headers=headers, **data)
        transaction.set_rollback(True)
    return answer


def judged(call: Call, answer: HttpResponse) -> list[str]:
    """What of an answer is otherwise than described."""
    status, responses = answer.status_code, call.operation.told["responses"]
    if str(status) not in responses:
        return [f"{status} is not described: {answer.content[:200].decode()}"]
    found = []
    if call.wrong and not call.wrong.startswith("?") and status not in REFUSED:
        found.append(f"{status}, taken although {call.wrong}")
    if not call.wrong and status >= 400 and status not in BY_RULE:
        found.append(f"{status}, refused although as described: {answer.content[:200].decode()}")
    kind, content = answer.headers.get("Content-Type", ""), responses[str(status)].get("content", {})
    if not content:
        return found + ([f"{status} has a body and none is described"] if answer.content else [])
    if kind not in content:
        return [*found, f"{status} comes as {kind}, described as {sorted(content)}"]
    problems = list(validator(json.dumps(content[kind]["schema"])).iter_errors(json.loads(answer.content)))
    return found + [f"{status} {'.'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in problems[:2]]


@cache
def validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": root.described()["components"]})


def test_every_answer_is_as_described(key, record_property):
    ensure_default_packs(actor=SYSTEM)
    text, ids = key
    chance = Random(f"api {SEED}")
    thinker, client, found = Thinker(root.described(), chance, ids, WORDS), Client(raise_request_exception=False), []
    every = operations(root.described())
    each = max(2, CALLS // len(every))
    for operation in every:
        calls = thinker.calls(operation)
        for _number in range(each):
            call = next(calls)
            found += [f"{call}\n   {problem}" for problem in judged(call, ask(client, call, text))]
    record_property("cases", each * len(every))
    assert len(every) > 50
    assert not found, f"{len(found)}, seed {SEED}:\n" + "\n".join(found[:60])


def test_without_a_key_every_operation_is_refused_the_same_way():
    client, thinker, found = Client(raise_request_exception=False), Thinker(root.described(), Random("api"), [1], WORDS), []
    for operation in operations(root.described()):
        call = next(thinker.calls(operation))
        answer = ask(client, call)
        if answer.status_code != 401 or (problems := judged(call, answer)):
            found.append(f"{call}: {answer.status_code} {problems}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_misspelt_filter_is_refused_by_its_name(key, method):
    """It would filter nothing, and the program would take every customer for its own."""
    caller = Client(headers={"Authorization": f"Bearer {key[0]}"})
    answer = caller.generic(method, "/api/v1/customers?nummber=KH-1", data="{}", content_type="application/json")
    assert (answer.status_code, answer.json()["field"]) == (422, "nummber")
    assert caller.get("/api/v1/customers?number=KH-1").status_code == 200


@pytest.mark.parametrize(
    ("answer", "wrong", "told"),
    [
        (JsonResponse({"data": []}, status=202), "", "not described"),
        (JsonResponse({"data": 7, "next": None}), "", "data"),
        (JsonResponse({"data": [], "next": None}), "unknown parameter", "taken although"),
        (HttpResponse("<h1>", status=200), "", "comes as text/html"),
        (JsonResponse({"data": []}, status=500), "", "not described"),
    ],
)
def test_the_comparison_notices_what_is_not_as_described(answer, wrong, told):
    """Negative control: answers that the description of the list of customers does not have."""
    listing = Operation("get", "/api/v1/customers", root.described()["paths"]["/api/v1/customers"]["get"])
    assert told in " ".join(judged(Call(listing, "/api/v1/customers", wrong=wrong), answer))
