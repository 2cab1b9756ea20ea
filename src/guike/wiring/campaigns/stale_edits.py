"""Edits of something that somebody else has saved meanwhile: every one refused, with the difference shown (08-quality)."""

import random
from collections.abc import Sequence

from django.apps import apps

from guike.platform.access import SYSTEM
from guike.wiring.campaigns import Outcome, counted
from guike.wiring.campaigns.calls import Answer, Call, made, unlimited
from guike.wiring.campaigns.server import serving
from guike.wiring.campaigns.writers import key

NAME = "stale-edits"
WHAT = "改别人刚改过的记录：全部拒绝，并说出哪里不同"
COUNTS = {"short": 100, "full": 1000}
AT_ONCE, CUSTOMERS = 32, 20
WITHOUT = "guike.wiring.campaigns.stale_edits:take_guards_away"


def run(size: str, seed: int) -> Outcome:
    unlimited()
    outcome, chance = Outcome(controls=1), random.Random(f"stale {seed}")  # noqa: S311 - repeatable by seed
    with serving() as port:
        outcome.failures, outcome.details = _run(port, counted(COUNTS, size), chance)
        outcome.cases = counted(COUNTS, size)
    with serving(WITHOUT) as port:
        found, told = _run(port, 100, chance)
        outcome.controls_failed_as_they_should = int(bool(found))
        outcome.details["without guard"] = told | {"violations": found}
    return outcome


def _run(port: int, count: int, chance: random.Random) -> tuple[list[str], dict]:
    from guike.customers import services

    text = key()
    names = [f"S{chance.randrange(10**6)}-{number}" for number in range(CUSTOMERS)]
    made(port, text, [Call("POST", "/customers", {"name": name, "city": "温州市"}) for name in names], AT_ONCE)
    rows = list(apps.get_model("customers.Customer").objects.filter(name__in=names))
    if len(rows) != CUSTOMERS:
        raise RuntimeError("the customers to be edited are not there")
    for row in rows:
        services.change_customer(row.pk, {"city": "台州市"}, version=row.version, actor=SYSTEM)
    calls = [
        Call("PATCH", f"/customers/{row.pk}", {"city": f"宁波市{number}", "version": row.version})
        for number, row in ((number, chance.choice(rows)) for number in range(count))
    ]
    answers = made(port, text, calls, AT_ONCE)
    return judged(names, answers), {"answers": len(answers), "refused": sum(answer.status == 409 for answer in answers)}


def judged(names: Sequence[str], answers: Sequence[Answer]) -> list[str]:
    """Edits that went through, refusals that do not say what differs, rows that changed."""
    through = [answer for answer in answers if answer.status != 409]
    silent = [
        answer
        for answer in answers
        if answer.status == 409 and [(one["field"], one["now"]) for one in answer.said.get("differences", [])] != [("city", "台州市")]
    ]
    changed = apps.get_model("customers.Customer").objects.filter(name__in=names).exclude(city="台州市", version=2).count()
    problems = [f"{len(through)} 次修改没有被拒绝：{sorted({answer.status for answer in through})}"] if through else []
    problems += [f"{len(silent)} 次拒绝没有说哪里不同"] if silent else []
    return problems + ([f"{changed} 家客户被改了"] if changed else [])


def take_guards_away() -> None:
    """Whoever saves last wins: how it would be without the version. Called by the control's server only."""
    from guike.customers import services

    original = services.change_customer

    def change_customer(customer_id, values, *, version, actor, reason=""):  # type: ignore[no-untyped-def]
        present = apps.get_model("customers.Customer").objects.get(pk=customer_id).version
        return original(customer_id, values, version=present, actor=actor, reason=reason)

    services.change_customer = change_customer  # type: ignore[assignment]
