"""What runs by itself: sealing every minute, cutting what is over age every night (PLT-02, PLT-08)."""

from typing import Any

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as queue

from guike.oversight import services
from guike.oversight.selectors import VERIFY
from guike.oversight.services.retention import LOOK
from guike.platform import jobs


@queue.periodic(cron="* * * * *")
@queue.task(name="guike.seal", queueing_lock="guike.seal", lock="guike.seal", pass_context=False)
def seal_minutely(timestamp: int = 0) -> None:
    """Seal what was written in the last minute; nothing new, nothing written."""
    services.seal()


@jobs.daily
def seal_at_day_end() -> int:
    """Once a day also where the minute's turn was missed."""
    return services.seal()


@jobs.task(VERIFY)
def verify(progress: jobs.Progress) -> dict[str, Any]:
    """Check the whole trail; the result stands in the run."""
    services.seal()
    return services.verify(progress).as_dict()


@jobs.daily
def cut_over_age() -> int:
    """Looks and log-ins whose time to be kept is over."""
    return services.cut_over_age()


@jobs.daily
def remind_of_requests() -> int:
    """People's requests whose time runs out."""
    return services.remind()


@jobs.daily
def act_on_terms() -> None:
    """Whose data are past their term, found in the background: a million people take longer than a night's turn may."""
    jobs.start(LOOK, _("个人信息到期检查"))


@jobs.daily
def end_what_was_kept() -> int:
    """What was locked away for the law until yesterday, and copies nobody fetched, are gone."""
    return services.end_over() + services.remove_old_copies()
