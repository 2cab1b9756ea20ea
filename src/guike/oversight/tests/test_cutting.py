"""Over age leaves, sealed and signed for; what is younger, or not sealed yet, stays."""

from datetime import timedelta

import pytest

from guike.organisation.models import LoginRecord
from guike.oversight import services
from guike.oversight.models import Excision
from guike.oversight.services import cutting
from guike.platform import clock


@pytest.fixture(autouse=True)
def least(settings):
    settings.AUDIT_DAYS = {}


def logged_in(days_ago: int) -> int:
    return LoginRecord.objects.create(login="chensy", outcome="in", address="", at=clock.now() - timedelta(days=days_ago)).pk


@pytest.mark.parametrize(("set_to", "kept"), [(0, 183), (30, 183), (400, 400)])
def test_the_setting_cannot_go_below_the_least(settings, set_to, kept):
    settings.AUDIT_DAYS = {"organisation_loginrecord": set_to}
    assert cutting.days_kept("organisation_loginrecord") == kept


def test_over_age_goes_and_the_chain_stays_verifiable(company, attacker):
    old, older, young = logged_in(200), logged_in(300), logged_in(100)
    assert services.cut_over_age() == 0  # not sealed yet
    services.seal()
    assert services.cut_over_age() == 2
    assert list(LoginRecord.objects.values_list("pk", flat=True)) == [young]
    services.seal()
    found = services.verify()
    assert (found.findings, found.lawful) == ([], 2)
    # somebody with the database alone cannot stretch the cut
    attacker("UPDATE oversight_excision SET row = row + 1000 WHERE cut")
    attacker("DELETE FROM organisation_loginrecord WHERE id = %s", [young])
    assert {(one.kind, one.row) for one in services.verify().findings} >= {("removed", young), ("removed", old), ("removed", older)}


def test_a_row_below_a_younger_one_waits_for_it(company):
    logged_in(100)
    logged_in(300)
    services.seal()
    assert services.cut_over_age() == 0
    assert not Excision.objects.exists()
