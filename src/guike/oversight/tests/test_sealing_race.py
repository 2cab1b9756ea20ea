"""The sealer meets an erasure that is not committed: it waits for the next minute; without the hold it seals what is about to go (PLT-02, CUS-12)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import connections, transaction

from guike.customers import services as customers
from guike.organisation.models import Account
from guike.organisation.selectors import viewer_for
from guike.oversight import services
from guike.oversight.models import Seal
from guike.oversight.services import erasure, overwriting
from guike.platform import audit, clock, jobs
from guike.platform.access import SYSTEM
from guike.platform.models import JobRun

NAME = "欧阳云裳"


@pytest.fixture
def confirmed(transactional_db, company, admin) -> None:
    """A contact whose erasure is confirmed and waits for the worker; nothing of it is sealed, but the sealer knows how far it may go."""
    firm = customers.add_customer({"name": "温州瓯泰阀门有限公司"}, actor=SYSTEM)
    one = customers.add_contact(firm.pk, {"name": NAME, "phone": "13911112222"}, actor=SYSTEM)
    asked = {"wish": "erase", "asker": NAME, "way": "phone", "received_on": clock.today(), "checked": "call"}
    request = services.record_request("contact", one.pk, actor=SYSTEM, **asked)
    services.count_up(request.pk, actor=admin)
    jobs.run_now(JobRun.objects.get(kind="oversight.count"))
    services.propose_erasure(request.pk, actor=admin)
    account = Account.objects.filter(person=company.boss).first() or company.account(company.boss, "boss")
    services.confirm_erasure(request.pk, actor=viewer_for(account))
    with somebody_writing():
        assert services.seal() == 0
    assert not Seal.objects.exists()


@contextmanager
def somebody_writing() -> Iterator[None]:
    """Another transaction holds the trail open: what is written up to now is measured, and sealed only when that one is over."""
    begun, over = Event(), Event()

    def write() -> None:
        try:
            with transaction.atomic():
                audit.note(SYSTEM, "login", "account")
                begun.set()
                over.wait(timeout=30)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(write)
        begun.wait(timeout=30)
        yield
        over.set()
        held.result(timeout=30)


def erase_with_the_sealer_in_between(monkeypatch) -> int:
    """Everything is overwritten, nothing committed: then the sealer comes. Answers how many rows it sealed."""
    written, sealed = Event(), Event()
    last = erasure._out_of_use

    def pausing(made):
        done = last(made)
        written.set()
        sealed.wait(timeout=30)
        return done

    monkeypatch.setattr(erasure, "_out_of_use", pausing)

    def work() -> JobRun:
        try:
            return jobs.run_now(JobRun.objects.get(kind="oversight.erase"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(work)
        assert written.wait(timeout=60), run.result(timeout=1)
        rows = services.seal()
        sealed.set()
        assert run.result(timeout=60).state == "done"
    return rows


@pytest.mark.slow
def test_nothing_is_sealed_while_somebody_is_erased(confirmed, monkeypatch):
    assert erase_with_the_sealer_in_between(monkeypatch) == 0
    assert services.seal() + services.seal() > 0
    assert services.verify().findings == []


@pytest.mark.slow
def test_without_the_hold_the_erasure_would_look_like_an_alteration(confirmed, monkeypatch):
    """Negative control."""
    monkeypatch.setattr(overwriting, "hold_the_sealer", lambda: None)
    assert erase_with_the_sealer_in_between(monkeypatch) > 0
    services.seal()
    assert {one.kind for one in services.verify().findings} == {"altered"}
