from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register("follow_ups", group="follow", label=_("跟进"), icon="notes", url_name="contact:list", order=20,
                    access=("follow_up", "view"), shortcut="f")  # fmt: skip
navigation.register_main_action(label=_("记跟进"), icon="pencil-plus", url_name="contact:log", access=("follow_up", "add"))
