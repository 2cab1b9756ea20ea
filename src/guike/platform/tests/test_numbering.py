from datetime import date

import pytest
from django.db import transaction

from guike.platform import numbering
from guike.platform.access import Viewer
from guike.platform.errors import Forbidden, Refused
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


ADMINISTRATOR = Viewer(account_id=1, person_id=1, name="管理员", roles=frozenset({"administrator"}))
CLERK = Viewer(account_id=2, person_id=2, roles=frozenset({"clerk"}))


@pytest.fixture
def slip():
    numbering.register("slip", "单", "DJ", digits=4)
    numbering.register("other", "别的", "BD")
    return NumberSeries.objects.get(code="slip")


def test_the_next_number_takes_the_new_look(slip):
    numbering.take("slip")
    numbering.change_series(slip.pk, prefix="FH", digits=5, restarts="never", actor=ADMINISTRATOR)
    assert [shown.upcoming for shown in numbering.listed(ADMINISTRATOR) if shown.series == slip] == ["FH-00002"]
    assert numbering.take("slip") == "FH-00002"


@pytest.mark.parametrize(
    ("prefix", "digits", "message"),
    [("小", 4, "前缀用 1～8 个大写字母或数字"), ("A-B", 4, "前缀用"), ("", 4, "前缀用"), ("DJ", 2, "流水位数在 3～10 之间"), ("BD", 4, "前缀 BD 已被别的编号用了")],
)
def test_refuses_a_look_that_would_not_print(slip, prefix, digits, message):
    with pytest.raises(Refused, match=message):
        numbering.change_series(slip.pk, prefix=prefix, digits=digits, restarts="never", actor=ADMINISTRATOR)
    slip.refresh_from_db()
    assert (slip.prefix, slip.digits) == ("DJ", 4)


def test_only_the_administrator_changes_numbers(slip):
    with pytest.raises(Forbidden):
        numbering.change_series(slip.pk, prefix="FH", digits=5, restarts="never", actor=CLERK)
    assert NumberSeries.objects.get(pk=slip.pk).prefix == "DJ"
