"""Who gets a customer of the public pool, and who may not have one more (CUS-06)."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.apps import apps

from guike.customers import services as customers
from guike.engine import selectors as engine
from guike.engine import services as policies
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused
from guike.wiring.campaigns.races import Fixture, Race, cast, linger, register
from guike.wiring.campaigns.races.volley import Answer

CLAIMANTS, CAP = 20, 3
WITHOUT = "guike.wiring.campaigns.races.pool:take_guards_away"
QUOTA = f"""
code: race-quota
kind: quota
title: 每人客户数上限
clause: {{title: 客户跟进管理办法, number: 第十五条}}
per: [owner]
caps:
  - {{label: 全部客户, cap: {CAP}}}
"""


def _model(name: str) -> Any:
    return apps.get_model("customers", name).objects


def _pooled(count: int, place: Any) -> list[Any]:
    made = [customers.add_customer({"name": f"{place.name}第{n}阀门厂"}, actor=SYSTEM, unowned=True) for n in range(count)]
    _model("Customer").filter(pk__in=[one.pk for one in made]).update(department=place)
    return list(_model("PoolStay").filter(customer__in=made, left_on__isnull=True).order_by("pk"))


def _quota() -> None:
    policies.publish_text(QUOTA, effective=date(2020, 1, 1), actor=SYSTEM) if not _published() else None


def _published() -> bool:
    return any(one.policy.code == "race-quota" for one in engine.policies(SYSTEM))


# --- one customer, many hands ----------------------------------------------------------------------------------------------


def one_customer(count: int, chance: random.Random) -> Fixture:
    """Twenty colleagues press 「领取」 on one customer, again and again, all at once."""
    _quota()
    place = cast.department("公海")
    hands = cast.sessions(cast.people(min(CLAIMANTS, count), place))
    stay = _pooled(1, place)[0]
    shots = [hands[n % len(hands)].shot(f"/customers/pool/{stay.pk}/claim/") for n in range(count)]
    chance.shuffle(shots)
    return Fixture(shots, {"customer": stay.customer_id})


def one_winner(fixture: Fixture, answers: Sequence[Answer]) -> list[str]:
    won = [answer for answer in answers if answer.won]
    owner = _model("Customer").get(pk=fixture.known["customer"]).owner_id
    found = [] if len(won) == 1 else [f"{len(won)} 个人都被告知领到了同一家客户"]
    return found if owner is not None else [*found, "没有人领到"]


# --- one pair of hands, many customers -------------------------------------------------------------------------------------


def one_person(count: int, _chance: random.Random) -> Fixture:
    """One colleague claims more customers at once than the quota allows."""
    _quota()
    place = cast.department("满额")
    hand = cast.sessions(cast.people(1, place))[0]
    stays = _pooled(min(count, 200), place)
    return Fixture([hand.shot(f"/customers/pool/{stay.pk}/claim/") for stay in stays], {"person": hand.person_id})


def never_over_the_cap(fixture: Fixture, answers: Sequence[Answer]) -> list[str]:
    held = _model("Customer").filter(owner_id=fixture.known["person"]).count()
    won = sum(answer.won for answer in answers)
    found = [f"上限 {CAP} 家，名下有 {held} 家"] if held != CAP else []
    return [*found, f"告知领到 {won} 家，名下有 {held} 家"] if won != held else found


# --- the control -----------------------------------------------------------------------------------------------------------


def take_guards_away() -> None:
    """Look before writing, lock nothing: how it would be without the guards. Called by the control's server only."""
    from django.db.models import F

    from guike.customers.services import pool_guards

    def take(customer_id: int, person_id: int, department_id: int | None, on: date) -> bool:
        free = _model("Customer").filter(pk=customer_id, owner__isnull=True).exists()
        if free:
            linger()
            _model("Customer").filter(pk=customer_id).update(owner_id=person_id, owner_since=on, version=F("version") + 1)
        return free

    def room(person_id: int, customer_id: int, **_given: object) -> list[str]:
        if engine.full_for(person_id, [customer_id]):
            raise Refused("满额")
        linger()
        return []

    pool_guards.take, pool_guards.room = take, room  # type: ignore[assignment]


register(Race("pool-claim", "公海领取", one_customer, one_winner, WITHOUT))
register(Race("pool-quota", "客户数上限", one_person, never_over_the_cap, WITHOUT))
