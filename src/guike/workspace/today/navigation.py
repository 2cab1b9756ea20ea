from django.utils.translation import gettext_lazy as _

from guike.engine.obligations import selectors as obligations
from guike.platform.ui import navigation

navigation.register("today", group="", label=_("今日"), icon="sun", url_name="workspace:today", order=1,
                    access=("obligation", "view"), count=obligations.mine_today, urgent=True, shortcut="t", bottom=True)  # fmt: skip
navigation.register("calendar_own", group="", label=_("日程"), icon="calendar-event", url_name="workspace:calendar", order=2,
                    access=("obligation", "view"), shortcut="r")  # fmt: skip
