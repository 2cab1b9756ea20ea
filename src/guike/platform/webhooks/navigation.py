from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register("webhooks", group="settings", label=_("推送地址"), icon="send", url_name="webhooks:webhooks", order=76,
                    access=("webhook", "manage"))  # fmt: skip
