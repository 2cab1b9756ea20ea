"""50 signatures of one step at the same moment over 50 connections: one wins; without the guards several do (08-quality)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from guike.engine.approvals import registry, services
from guike.engine.approvals.tests.conftest import found_company, publish, request
from guike.engine.models import Approval, ApprovalAct
from guike.organisation.models import Person, Post
from guike.platform.access import Viewer
from guike.platform.errors import Forbidden, Refused

RACERS = 50
ROUTE = """
  - code: any
    label: 市场部任一人
    steps:
      - {who: role, role: marketing}
"""


def _racers(company) -> list[Viewer]:
    """Fifty people of marketing, each asked at the step."""
    place = company.departments["市场部"]
    people = Person.objects.bulk_create([Person(number=f"R{n:03}", name=f"同事{n}") for n in range(RACERS)])
    Post.objects.bulk_create([Post(person=one, department=place, role="marketing") for one in people])
    return [Viewer(one.pk, one.pk, one.name, one.number, frozenset({"marketing"})) for one in people]


def _race(work, racers) -> Counter:
    """Everybody starts at once on a connection of their own; what each of them got."""
    gate = Barrier(len(racers))

    def run(racer):
        try:
            gate.wait(timeout=30)
            work(racer)
            return "won"
        except (Refused, Forbidden) as refusal:
            return refusal.__class__.__name__
        except Exception as error:
            return error.__class__.__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(racers)) as pool:
        return Counter(pool.map(run, racers))


@pytest.fixture
def approval(transactional_db, today, monkeypatch):
    carried: list[int] = []
    kind = registry.Kind("pool_exception", approved=lambda approval, actor: carried.append(approval.pk))
    monkeypatch.setitem(registry._kinds, "pool_exception", kind)
    company = found_company()
    racers = _racers(company)
    publish(ROUTE)
    return services.submit(request(), actor=company.viewer("陈思远")), racers, carried


@pytest.mark.slow
def test_of_fifty_signatures_at_once_one_counts(approval):
    asked, racers, carried = approval
    found = _race(lambda racer: services.approve(asked.pk, actor=racer), racers)
    assert (found["won"], sum(found.values())) == (1, RACERS), found
    assert set(found) <= {"won", "Refused", "Forbidden"}, found
    assert Approval.objects.get(pk=asked.pk).state == "approved"
    assert ApprovalAct.objects.filter(approval=asked, verb="approve").count() == 1
    assert carried == [asked.pk]


@pytest.mark.slow
def test_without_the_lock_the_constraint_and_the_conditions_several_would_win(approval, monkeypatch):
    """Negative control: take the row lock, the unique constraint and the conditional updates away, and the same race goes wrong."""
    asked, racers, _carried = approval
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX approvalact_one_decision_alone; DROP INDEX approvalact_one_decision_a_seat")
        cursor.execute("ALTER TABLE engine_approval DISABLE TRIGGER USER; ALTER TABLE engine_approvalstep DISABLE TRIGGER USER")

    def unguarded(racer: Viewer) -> None:
        if Approval.objects.get(pk=asked.pk).state != "pending":  # a look, and then a leap
            raise Refused("too late")
        step = asked.steps.get()
        ApprovalAct.objects.create(
            approval=asked, step=step, verb="approve", person_id=racer.person_id, seat_id=racer.person_id, alone=True, at=asked.requested_at
        )
        Approval.objects.filter(pk=asked.pk).update(state="approved", closed_at=asked.requested_at)

    try:
        found = _race(unguarded, racers)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE engine_approval ENABLE TRIGGER USER; ALTER TABLE engine_approvalstep ENABLE TRIGGER USER")
            decided = "verb IN ('approve', 'return', 'reject')"
            cursor.execute("ALTER TABLE engine_approvalact DISABLE TRIGGER USER; DELETE FROM engine_approvalact")
            cursor.execute("ALTER TABLE engine_approvalact ENABLE TRIGGER USER")
            cursor.execute(
                f"CREATE UNIQUE INDEX approvalact_one_decision_alone ON engine_approvalact (step_id) WHERE alone AND {decided};"
                f"CREATE UNIQUE INDEX approvalact_one_decision_a_seat ON engine_approvalact (step_id, seat_id) WHERE {decided}"
            )
    assert found["won"] > 1, found
