from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register("dashboard", group="analysis", label=_("看板"), icon="dashboard", url_name="workspace:dashboard", order=10,
                    access=("customer", "view"), shortcut="d")  # fmt: skip
