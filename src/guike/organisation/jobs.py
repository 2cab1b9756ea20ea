"""What the day's turn does to people (PLT-08)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from guike.organisation import services
from guike.organisation.login.services import links, sessions
from guike.organisation.models import Account
from guike.platform import jobs, privacy
from guike.platform.access import SYSTEM
from guike.platform.ui.lists import saved


@jobs.daily
def end_due_employments() -> int:
    """Whose last day was yesterday or before loses posts and login."""
    return services.end_due_employments(actor=SYSTEM)


@jobs.daily
def forget_old_sessions() -> int:
    """Rows of sessions long over."""
    return sessions.forget_old_sessions()


@privacy.passes(_("账号停用后，只给自己的视图当晚删除"), "ui.SavedView")
@jobs.daily
def drop_views_of_leavers() -> int:
    """Views that only somebody could open whose account is shut; shared ones stay with those who use them."""
    return saved.drop_views_but_of(Account.objects.filter(is_active=True).values("pk"))


@jobs.task(links.JOB)
def send_reset_mail(progress: Any, login: str) -> dict[str, Any]:
    """A link to a new password by mail; its outcome says nothing about who asked."""
    links.send_reset_mail(login)
    return {}
