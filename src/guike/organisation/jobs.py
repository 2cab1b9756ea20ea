"""What the day's turn does to people (PLT-08)."""

from typing import Any

from guike.organisation import services
from guike.organisation.login.services import links, sessions
from guike.platform import jobs
from guike.platform.access import SYSTEM


@jobs.daily
def end_due_employments() -> int:
    """Whose last day was yesterday or before loses posts and login."""
    return services.end_due_employments(actor=SYSTEM)


@jobs.daily
def forget_old_sessions() -> int:
    """Rows of sessions long over."""
    return sessions.forget_old_sessions()


@jobs.task(links.JOB)
def send_reset_mail(progress: Any, login: str) -> dict[str, Any]:
    """A link to a new password by mail; its outcome says nothing about who asked."""
    links.send_reset_mail(login)
    return {}
