from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register(
    "audit", group="settings", label=_("审计"), icon="shield-check", url_name="oversight:looks", order=85, access=("access_log", "view")
)
navigation.register(
    "personal-inventory", group="settings", label=_("个人信息清单"), icon="user-shield", url_name="oversight:inventory", order=87, access=("personal_field", "view")
)
