from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.organisation import registry
from guike.platform.access import Viewer, allowed
from guike.platform.ui import navigation
from guike.workspace.wizard.services import wizard_open

navigation.register("wizard", group="settings", label=_("初始设置"), icon="checklist", url_name="workspace:wizard", order=95,
                    access=("company", "set_up"))  # fmt: skip


def first_page(viewer: Viewer) -> str | None:
    """Until it is finished or dismissed, the administrator's log-in leads to the wizard (PLT-12)."""
    return reverse("workspace:wizard") if allowed(viewer, "company", "set_up") and wizard_open() else None


registry.lead_to(first_page)
