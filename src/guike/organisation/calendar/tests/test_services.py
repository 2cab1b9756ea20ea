from datetime import date
from pathlib import Path

import pytest

from guike.organisation import calendar
from guike.organisation.calendar import services
from guike.organisation.calendar.models import CalendarDay, CalendarException, CalendarYear, StatutoryDay
from guike.organisation.events import CalendarChanged
from guike.platform import history
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
NOTICES = Path(__file__).resolve().parents[6] / "shared" / "data" / "masters" / "holiday-cn"
LINES = "2027-01-01～2027-01-03 元旦 休\n2027-02-05～2027-02-11 春节 休\n2027-02-20 春节 班"


@pytest.fixture
def told(monkeypatch) -> list[CalendarChanged]:
    found: list[CalendarChanged] = []
    monkeypatch.setattr(services.events, "emit", found.append)
    return found


def test_a_loaded_notice_makes_the_year_firm_and_moves_deadlines(told):
    assert calendar.add_workdays(date(2027, 2, 4), 1) == date(2027, 2, 5)
    year, changed = services.load_notice(LINES, actor=SYSTEM, source="国办发明电〔2026〕7 号")
    assert (year.year, changed) == (2027, 7)  # 1 Jan, 5 days of the festival, one make-up Saturday
    assert calendar.add_workdays(date(2027, 2, 4), 1) == date(2027, 2, 12)
    assert calendar.provisional_years([2027]) == []
    assert not CalendarDay.objects.filter(day__year=2027, provisional=True).exists()
    assert [(e.first_day, e.last_day) for e in told] == [(date(2027, 1, 1), date(2027, 2, 20))]


def test_a_corrected_notice_replaces_the_first():
    services.load_notice(LINES, actor=SYSTEM)
    services.load_notice("2027-01-01 元旦 休", actor=SYSTEM)
    assert StatutoryDay.objects.filter(year=2027).count() == 1
    assert calendar.is_workday(date(2027, 2, 8))


@pytest.mark.shared_data
@pytest.mark.skipif(not NOTICES.exists(), reason="the notices are not beside the checkout")
def test_the_real_file_of_a_known_year_changes_nothing_and_the_empty_one_is_refused():
    _year, changed = services.load_notice((NOTICES / "2025.json").read_text(), actor=SYSTEM)
    assert changed == 0
    with pytest.raises(Refused, match="2027 年还没有公布"):
        services.load_notice((NOTICES / "2027.json").read_text(), actor=SYSTEM)


def test_a_line_that_cannot_be_read_leaves_everything_as_it_was():
    with pytest.raises(Refused, match="第 2 行看不懂"):
        services.load_notice("2027-01-01 元旦 休\n春节再说", actor=SYSTEM)
    assert not CalendarYear.objects.get(pk=2027).announced
    assert not StatutoryDay.objects.filter(year=2027).exists()


def test_the_company_stands_above_the_notice_and_can_take_it_back(told):
    saturday = date(2026, 11, 28)
    assert services.set_day(saturday, True, "年终盘点", actor=SYSTEM) == 1
    assert CalendarDay.objects.get(pk=saturday).kind == "company_work"
    assert calendar.add_workdays(date(2026, 11, 27), 1) == saturday
    assert services.clear_day(saturday, actor=SYSTEM) == 1
    assert CalendarDay.objects.get(pk=saturday).kind == "weekend"
    assert len(told) == 2


def test_a_day_that_counts_as_before_tells_nobody(told):
    assert services.set_day(date(2026, 11, 24), True, "正常上班", actor=SYSTEM) == 0
    assert told == []


def test_who_made_a_day_rest_is_in_its_history():
    services.set_day(date(2026, 12, 31), False, "厂庆", actor=SYSTEM)
    entries = history.of(CalendarException.objects.get(day=date(2026, 12, 31)))
    assert [(e.who, e.verb) for e in entries] == [("系统", "organisation.set_calendar_day")]


@pytest.mark.parametrize(("day", "reason", "message"), [(date(2026, 12, 31), " ", "写上原因"), (date(2036, 1, 1), "厂庆", "2035")])
def test_a_day_without_reason_or_outside_the_calendar_is_refused(day, reason, message):
    with pytest.raises(Refused, match=message):
        services.set_day(day, False, reason, actor=SYSTEM)
    assert not CalendarException.objects.exists()


def test_only_the_administrator_changes_the_calendar():
    seller = Viewer(account_id=1, person_id=1, name="陈思远", roles=frozenset({"salesperson"}))
    for attempt in (
        lambda: services.set_day(date(2026, 12, 31), False, "厂庆", actor=seller),
        lambda: services.clear_day(date(2026, 12, 31), actor=seller),
        lambda: services.load_notice(LINES, actor=seller),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert not CalendarException.objects.exists()
    assert not StatutoryDay.objects.filter(year=2027).exists()
