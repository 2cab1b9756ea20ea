"""The campaigns of step 3 that break things: found by name, and their judges see what they are there to see."""

import random

import psycopg
import pytest
from django.db import connection

from guike.platform.access import SYSTEM
from guike.wiring.campaigns import campaigns, kill, numbers, stale_edits
from guike.wiring.campaigns.calls import Answer
from guike.wiring.campaigns.writers import Writers, judged


def test_they_are_found_and_those_that_kill_have_instances_of_their_own():
    found = campaigns()
    assert {"kill", "backup", "failover", "numbers", "stale-edits"} <= set(found)
    assert {name for name, one in found.items() if one.alone} == {"kill", "backup", "failover"}


def test_the_same_seed_kills_in_the_same_order_and_every_kind():
    orders = [list(kill._order(20, random.Random(7))) for _time in range(2)]
    assert orders[0] == orders[1]
    assert {kind: orders[0].count(kind) for kind in kill.KINDS} == dict.fromkeys(kill.KINDS, 4)


@pytest.fixture
def customers(db):
    """Adds customers under the names given, numbered as they come."""
    from guike.customers import services

    return lambda *names: [services.add_customer({"name": name}, actor=SYSTEM) for name in names]


def answered(count: int, status: int = 201) -> list[Answer]:
    return [Answer(status, {})] * count


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, ""),
        ("UPDATE customers_customer SET number = 'KH-000900' WHERE name = 'N-1'", "断号"),
        ("UPDATE platform_numbercounter SET last = last + 1", "断号"),
        ("UPDATE customers_customer SET name = 'elsewhere' WHERE name = 'N-2'", "应写入 3 家，写入 2 家"),
    ],
)
def test_a_gap_is_seen(customers, change, said):
    first = numbers._last() + 1
    customers("N-0", "N-1", "N-2")
    if change:
        with connection.cursor() as cursor:
            cursor.execute(change)
    assert said in "；".join(numbers.judged("N", 3, first, answered(3)))
    assert bool(numbers.judged("N", 3, first, answered(3))) is bool(change)


def test_an_unanswered_call_is_seen(customers):
    first = numbers._last() + 1
    customers("N-0")
    assert "没有好好回答" in numbers.judged("N", 1, first, answered(1, 500))[0]


def test_an_edit_that_went_through_or_was_refused_without_a_word_is_seen(customers):
    from guike.customers import services

    (row,) = customers("S-0")
    services.change_customer(row.pk, {"city": "台州市"}, version=row.version, actor=SYSTEM)
    good = Answer(409, {"differences": [{"field": "city", "sent": "宁波市1", "now": "台州市"}]})
    assert stale_edits.judged(["S-0"], [good]) == []
    assert "没有被拒绝" in stale_edits.judged(["S-0"], [good, Answer(200, {})])[0]
    assert "没有说哪里不同" in stale_edits.judged(["S-0"], [Answer(409, {"differences": []})])[0]
    services.change_customer(row.pk, {"city": "宁波市"}, version=2, actor=SYSTEM)
    assert "被改了" in stale_edits.judged(["S-0"], [good])[0]


class _Present:
    """The rows of the test's own transaction, where the judge would look into the database."""

    def __enter__(self):
        return self

    def __exit__(self, *_problem):
        return None

    def execute(self, query, arguments=()):
        self.cursor = connection.cursor()
        self.cursor.execute(query, arguments)
        return self.cursor


def test_what_was_lost_or_written_by_nobody_is_seen(customers, monkeypatch):
    monkeypatch.setattr(psycopg, "connect", lambda _url: _Present())
    customers("K-1", "K-2")
    with connection.cursor() as cursor:  # whatever else the database holds has its number, too
        cursor.execute("UPDATE platform_numbercounter SET last = (SELECT count(*) FROM customers_customer)")
    writers = Writers([1], "", "K-", random.Random(0))
    writers.sent = {"K-1", "K-2", "K-3"}
    writers.acked = {"K-1": 0.0, "K-2": 0.0}
    assert judged("", writers) == []
    writers.acked["K-3"] = 0.0
    assert "1 条确认过的写入没有了，如 K-3" in judged("", writers)
    writers.sent.remove("K-2")
    assert "1 条没人写过" in judged("", writers)
