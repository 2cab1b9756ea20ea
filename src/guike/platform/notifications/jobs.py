"""Work of the worker: deliveries, the round of every minute, failed jobs told to the administrators."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app as queue

from guike.platform import jobs, privacy
from guike.platform.access import SYSTEM
from guike.platform.notifications import registry, services
from guike.platform.notifications.services.telling import DELIVER

registry.register_kind(
    registry.Kind(
        "job.failed", gettext_lazy("后台任务出错"), channels=frozenset({"page", "mail"}), urgent=True, icon="alert-triangle",
        roles=frozenset({"administrator"}),
    )
)  # fmt: skip


@queue.task(name=DELIVER)
def deliver(delivery_id: int) -> None:
    """One delivery; a second delivery of the job finds nothing waiting and does nothing."""
    services.deliver(delivery_id)


@queue.periodic(cron="* * * * *")
@queue.task(name="guike.notify_round", queueing_lock="guike.notify_round", lock="guike.notify_round", pass_context=False)
def every_minute(timestamp: int = 0) -> None:
    """What became due goes out; digests whose hour has come are made."""
    services.send_digests()
    services.round_of_minute()


@privacy.passes(gettext_lazy("180 天"), "notifications.Notice", "notifications.Delivery")
@jobs.daily
def forget_old() -> None:
    services.forget_old(actor=SYSTEM)


@jobs.when_failed
def tell_administrators(run: Any) -> None:
    """A background job failed: administrators hear of it, and whoever started it."""
    services.notify(
        "job.failed",
        role="administrator",
        accounts=[run.started_by_id] if run.started_by_id else [],
        title=lambda: _("后台任务出错：%(title)s") % {"title": run.title},
        text=run.error,
        href=reverse("platform:job", args=[run.pk]),
        key=f"job:{run.pk}:{run.kind}",
        subject=("job", run.pk),
    )
