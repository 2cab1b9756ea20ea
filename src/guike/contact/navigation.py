from django.utils.translation import gettext_lazy as _

from guike.engine.regulations.carriers import register_form
from guike.platform.ui import navigation

navigation.register("follow_ups", group="follow", label=_("跟进"), icon="notes", url_name="contact:list", order=20,
                    access=("follow_up", "view"), shortcut="f")  # fmt: skip
navigation.register_main_action(label=_("记跟进"), icon="pencil-plus", url_name="contact:log", access=("follow_up", "add"))
register_form("follow_up", _("客户跟踪记录表"), "contact:list", ("follow_up", "view"))
