"""The last check of the trail."""

from guike.platform.models import JobRun

VERIFY = "oversight.verify"


def last_check() -> JobRun | None:
    """The newest run of the check, finished or not."""
    return JobRun.objects.filter(kind=VERIFY).order_by("-pk").first()
