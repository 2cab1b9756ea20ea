"""What the worker does for the API."""

from django.utils.translation import gettext_lazy as _

from guike.platform import jobs, privacy
from guike.platform.api import idempotency, taking


@privacy.passes(_("24 小时"), "api.IdempotentAnswer")
@jobs.daily
def forget_old_answers() -> None:
    idempotency.forget_old()


@jobs.often
def write_down_what_keys_read() -> None:
    taking.write_down()
