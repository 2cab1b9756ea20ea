"""What *Today* says about approvals (PLT-05)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from guike.engine.approvals import selectors
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.ui import formats
from guike.platform.ui.components import Need


def need(viewer: Viewer) -> Need | None:
    """「等你批：瓯泰阀门 人工调为 A 级」, the one due first, and how many more wait. One query; None where nothing does."""
    found = list(selectors.waiting(viewer).values_list("pk", "title", "due_on")[:100])
    if not found:
        return None
    pk, title, due = found[0]
    words = _("等你批：%(title)s") % {"title": title}
    strong = _("，%(day)s 前") % {"day": formats.short_day(due)} if due else ""
    if due is not None and due < clock.today():
        strong = _("，已逾期 %(days)d 天") % {"days": (clock.today() - due).days}
    listed = reverse("approvals:list")
    return Need(words, strong, _("去签批"), reverse("approvals:card", args=[pk]), len(found) - 1, listed, icon="checkup-list", sheet=False)
