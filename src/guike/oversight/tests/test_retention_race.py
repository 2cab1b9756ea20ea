"""The round twice at the same time makes one row a person and tells once; without the constraint it makes two (08-quality)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections, transaction

from guike.customers.models import Contact, Customer
from guike.oversight import services
from guike.oversight.models import DuePerson
from guike.oversight.services import retention
from guike.platform import numbering

PEOPLE, RACERS = 300, 4


@pytest.fixture
def people(transactional_db) -> int:
    long_ago = datetime(2015, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    firm = Customer.objects.create(number=numbering.take("customer"), name="温州瓯泰阀门有限公司", created_at=long_ago)
    Contact.objects.bulk_create(Contact(customer=firm, name=f"联系人{n}", created_at=long_ago) for n in range(PEOPLE))
    return PEOPLE


def race(work: Callable[[], services.Looked]) -> list[services.Looked]:
    """Everybody starts at once on a connection of their own."""
    gate = Barrier(RACERS)

    def run(_n: int) -> services.Looked:
        try:
            gate.wait(timeout=30)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(run, range(RACERS)))


@pytest.mark.slow
def test_four_rounds_at_once_list_everybody_once(people):
    done = race(lambda: services.look(batch=50))
    assert (sum(one.new for one in done), DuePerson.objects.count()) == (people, people)
    assert services.look().written == 0


@pytest.mark.slow
def test_without_the_constraint_somebody_is_listed_twice(people, monkeypatch):
    """Negative control: look who is listed, and then leap."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE oversight_dueperson DROP CONSTRAINT dueperson_once")
    head, rest = retention._ROUND.split("    ON CONFLICT")
    end = rest[rest.index("    RETURNING") :].replace("\n)", "\n), unused AS (SELECT %s::date AS a, %s::date AS b)", 1)
    head = head.replace("FROM over ORDER BY", "FROM over WHERE NOT EXISTS (SELECT 1 FROM {table} x WHERE x.subject_id = over.subject_id) ORDER BY")
    monkeypatch.setattr(retention, "_ROUND", head + end)
    looked = Barrier(RACERS)

    @transaction.atomic
    def leap() -> services.Looked:
        done = services.look()
        looked.wait(timeout=30)  # nobody has committed yet
        return done

    try:
        race(leap)
        assert DuePerson.objects.count() == people * RACERS
    finally:
        DuePerson.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE oversight_dueperson ADD CONSTRAINT dueperson_once UNIQUE (subject_kind, subject_id)")
