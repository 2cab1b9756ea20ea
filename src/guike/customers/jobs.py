"""What happens to customers when the business day turns, and work too long for a page."""

from collections.abc import Sequence
from datetime import datetime

from guike.customers import notifications, services
from guike.platform import clock, jobs
from guike.platform.access import SYSTEM


@jobs.daily
def turn_of_the_day() -> None:
    """Figures as of the new day; then those whose facts demand it move on in their life."""
    services.refresh_key_dates()
    services.refresh_file_duties(None)
    services.refresh_figures()
    services.advance_stages(actor=SYSTEM, reason="日终")


@jobs.daily
def recycle() -> None:
    """Owners are warned; customers that nobody looked after go to the public pool."""
    services.recycle(actor=SYSTEM)
    notifications.tell_pool_soon()


@jobs.task("customers.refresh")
def refresh(progress: jobs.Progress, customer_ids: Sequence[int] | None = None) -> dict:
    """Figures and stages of some customers, or of all: after an import, a publication, a mass change."""
    services.refresh_key_dates(customer_ids)
    services.refresh_file_duties(customer_ids)
    changed = services.refresh_figures(customer_ids)
    moved = services.advance_stages(customer_ids, actor=SYSTEM)
    return {"refreshed": changed, "moved": moved}


@jobs.task("customers.withdraw")
def withdraw(progress: jobs.Progress, customer_ids: Sequence[int], since: str) -> dict:
    """Figures and stages of those whom an undone import concerned."""
    changed = services.refresh_figures(customer_ids)
    return {"refreshed": changed, "moved": services.take_back_stages(customer_ids, since=datetime.fromisoformat(since), actor=SYSTEM)}


@jobs.task("customers.scan")
def scan(progress: jobs.Progress) -> dict:
    """Looking through all the books for doubles (CUS-07)."""
    return services.scan_now(progress)


@jobs.daily
def scan_on_sundays() -> None:
    """A scan a week; whoever cannot wait starts one at 疑似重复."""
    if clock.today().isoweekday() == 7:
        jobs.start("customers.scan", "扫描疑似重复客户")
