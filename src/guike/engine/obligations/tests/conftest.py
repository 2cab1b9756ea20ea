import pytest
import time_machine

from guike.engine.obligations.tests.cast import Company


@pytest.fixture
def present():
    """Tuesday 2026-11-24, nine in the morning in Shanghai."""
    with time_machine.travel("2026-11-24T01:00:00+00:00", tick=False):
        yield


@pytest.fixture
def company(present, db):
    return Company()
