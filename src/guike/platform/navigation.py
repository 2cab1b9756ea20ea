from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register(
    "jobs", group="settings", label=_("后台任务"), icon="list-details", url_name="platform:jobs", order=90, access=("job", "view")
)
navigation.register("numbers", group="settings", label=_("编号规则"), icon="hash", url_name="platform:series", order=80, access=("number_series", "view"))
