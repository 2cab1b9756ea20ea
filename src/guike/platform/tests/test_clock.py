"""The one door to time."""

from datetime import UTC, date, datetime

import time_machine

from guike.platform import clock

BEFORE_MIDNIGHT, AFTER_MIDNIGHT = datetime(2026, 11, 25, 15, 59, tzinfo=UTC), datetime(2026, 11, 25, 16, 1, tzinfo=UTC)


def test_work_that_crosses_midnight_stays_on_its_day():
    with time_machine.travel(BEFORE_MIDNIGHT) as traveller, clock.day_held() as day:
        traveller.move_to(AFTER_MIDNIGHT)
        assert day == clock.today() == date(2026, 11, 25)
    with time_machine.travel(AFTER_MIDNIGHT):
        assert clock.today() == date(2026, 11, 26)
