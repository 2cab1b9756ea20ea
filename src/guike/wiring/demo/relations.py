"""Groups, dealers with their sub-dealers, who brought whom (CUS-15)."""

from datetime import date
from random import Random
from typing import Any

from guike.customers import services
from guike.platform import events
from guike.platform.access import SYSTEM
from guike.wiring.demo.size import Size

SEED = 20261125
GROUPS, DEALERS, REFERRALS, OTHERS = 14, 20, 40, 16


def relate_some(accounts: list[Any], size: Size) -> None:
    """Its own dice. Nobody stands in two trees, so that nothing is refused. Nobody is judged anew at every one: `settle` does it once."""
    random = Random(SEED)  # noqa: S311 — a demo must be the same every time
    buyers = [account.row.pk for account in accounts if account.buys and account.row.kind == "company" and account.row.owner_id]
    random.shuffle(buyers)
    largest = next(account.row.pk for account in sorted(accounts, key=lambda one: -one.yearly) if account.row.pk in buyers)
    buyers.remove(largest)
    with events.unheard():
        _relate_all(random, largest, buyers, size)


def _relate_all(random: Random, largest: int, buyers: list[int], size: Size) -> None:
    for place in range(size.of(GROUPS)):
        _group(random, largest if place == 0 else buyers.pop(), buyers, 6 if place == 0 else random.randint(1, 4))
    for _place in range(size.of(DEALERS)):
        dealer = buyers.pop()
        for _below in range(random.randint(1, 3)):
            _relate(random, buyers.pop(), "dealer:upper", dealer)
    for _place in range(size.of(REFERRALS)):
        _relate(random, buyers.pop(), "referral:upper", random.choice((largest, buyers[-1], buyers[0])))
    for _place in range(size.of(OTHERS)):
        _relate(random, buyers.pop(), random.choice(("control:upper", "partner:upper", "competitor:upper")), buyers.pop())


def _group(random: Random, top: int, buyers: list[int], size: int) -> None:
    """Two levels: every third member stands under the one before it."""
    before = top
    for place in range(size):
        member = buyers.pop()
        _relate(random, member, "parent:upper", before if place % 3 == 2 else top)
        before = member


def _relate(random: Random, this: int, side: str, other: int) -> None:
    since = date(random.randint(2016, 2025), random.randint(1, 12), 1) if random.random() < 0.7 else None
    services.relate(this, side, other, {"since": since}, actor=SYSTEM)
