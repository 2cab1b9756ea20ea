"""Who of a department gets a market find, and how many customers arise from it (CUS-08)."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.apps import apps

from guike.marketing import services as marketing
from guike.platform.access import SYSTEM
from guike.wiring.campaigns.races import Fixture, Race, cast, linger, register
from guike.wiring.campaigns.races.volley import Answer

RECEIVERS, NAME = 20, "台州恒捷泵业有限公司"
WITHOUT = "guike.wiring.campaigns.races.finds:take_guards_away"


def one_find(count: int, chance: random.Random) -> Fixture:
    """Twenty colleagues press 「接收」 on one find of their department, again and again, all at once."""
    place = cast.department("线索")
    hands = cast.sessions(cast.people(min(RECEIVERS, count), place))
    found = marketing.add_find({"name": f"{place.name}{NAME}"}, actor=SYSTEM)
    marketing.send(found.pk, department_id=place.pk, actor=SYSTEM)
    shots = [hands[n % len(hands)].shot(f"/marketing/finds/{found.pk}/accept/", "way=new") for n in range(count)]
    chance.shuffle(shots)
    return Fixture(shots, {"find": found.pk, "name": found.name})


def one_customer(fixture: Fixture, answers: Sequence[Answer]) -> list[str]:
    won = sum(answer.won for answer in answers)
    made = list(apps.get_model("customers.Customer").objects.filter(name=fixture.known["name"]).values_list("owner_id", flat=True))
    receiver = apps.get_model("marketing.Find").objects.get(pk=fixture.known["find"]).receiver_id
    found = [] if won == 1 else [f"{won} 个人都被告知接收了同一条线索"]
    if made != [receiver]:
        found.append(f"建了 {len(made)} 家客户")
    return found


def take_guards_away() -> None:
    """Look before writing, lock nothing: how it would be without the guard. Called by the control's server only."""
    from django.db.models import F

    from guike.marketing.services import answering

    def take(find_id: int, person_id: int, department_id: int | None, on: date) -> bool:
        rows: Any = apps.get_model("marketing.Find").objects.filter(pk=find_id)
        if not rows.filter(state="sent").exists():
            return False
        linger()
        rows.update(state="accepted", receiver_id=person_id, pooled=False, accepted_on=on, customer=None, version=F("version") + 1)
        return True

    answering.take = take


register(Race("find-accept", "接收线索", one_find, one_customer, WITHOUT))
