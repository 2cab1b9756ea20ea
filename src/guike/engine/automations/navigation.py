from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register(
    "automations", group="policy", label=_("自动化"), icon="settings-automation", url_name="automations:list", order=30, access=("automation", "view")
)
