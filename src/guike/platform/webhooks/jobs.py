"""Work of the worker: turns of addresses, the round of every minute, the log kept a month."""

from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app as queue

from guike.platform import jobs, privacy
from guike.platform.notifications import registry
from guike.platform.webhooks import sending
from guike.platform.webhooks.events import ROUND

registry.register_kind(
    registry.Kind("webhook.stopped", gettext_lazy("推送地址停用"), channels=frozenset({"page", "mail"}), urgent=True, icon="alert-triangle")
)


@queue.task(name=ROUND)
def push(webhook_id: int) -> None:
    """One turn; a second one at the same time finds nothing that is not taken."""
    sending.turn(webhook_id)


@queue.periodic(cron="* * * * *")
@queue.task(name="guike.push_round", queueing_lock="guike.push_round", lock="guike.push_round", pass_context=False)
def every_minute(timestamp: int = 0) -> None:
    sending.round_of_minute()


@privacy.passes(gettext_lazy("送到后 30 天，没送到 180 天"), "webhooks.Fact", "webhooks.Push")
@jobs.daily
def forget_old() -> None:
    sending.forget_old()
