from django.utils.translation import gettext_lazy as _

from guike.platform.notifications import selectors
from guike.platform.ui import navigation

navigation.register("notices", group="", label=_("消息"), icon="bell", url_name="notifications:notices", order=3,
                    access=("notice", "view"), count=selectors.unread, shortcut="m")  # fmt: skip
navigation.register("channels", group="settings", label=_("通知渠道"), icon="send", url_name="notifications:channels", order=70,
                    access=("channel", "view"))  # fmt: skip
navigation.register("deliveries", group="settings", label=_("发送记录"), icon="mail", url_name="notifications:deliveries", order=71,
                    access=("delivery", "view"))  # fmt: skip
