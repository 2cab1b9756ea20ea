from datetime import date

import pytest
from django.db import transaction

from guike.platform import numbering
from guike.platform.models import NumberSeries

pytestmark = pytest.mark.django_db


def test_numbers_run_without_gap():
    numbering.register("slip", "单", "DJ", digits=4)
    assert [numbering.take("slip") for _n in range(3)] == ["DJ-0001", "DJ-0002", "DJ-0003"]
    assert numbering.take_many("slip", 2) == ["DJ-0004", "DJ-0005"]


def test_a_rolled_back_writer_leaves_no_gap():
    numbering.register("slip", "单", "DJ", digits=4)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbering.take("slip")
        raise ZeroDivisionError
    assert numbering.take("slip") == "DJ-0001"


@pytest.mark.parametrize(
    ("restarts", "first", "second"),
    [("year", "DJ-2026-0001", "DJ-2027-0001"), ("month", "DJ-202611-0001", "DJ-202701-0001"), ("never", "DJ-0001", "DJ-0002")],
)
def test_restarts_by_period(restarts, first, second):
    numbering.register("slip", "单", "DJ", digits=4, restarts=restarts)
    assert numbering.take("slip", date(2026, 11, 22)) == first
    assert numbering.take("slip", date(2027, 1, 3)) == second


def test_registering_again_keeps_what_the_company_changed():
    numbering.register("slip", "单", "DJ")
    NumberSeries.objects.filter(code="slip").update(prefix="XX")
    numbering.register("slip", "单", "DJ")
    assert numbering.take("slip") == "XX-000001"
