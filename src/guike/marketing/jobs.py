"""What happens to finds when the business day turns."""

from guike.marketing import services
from guike.platform import jobs
from guike.platform.access import SYSTEM


@jobs.daily
def recall() -> None:
    """What nobody took up in time is marketing's again."""
    services.fall_back(actor=SYSTEM)
