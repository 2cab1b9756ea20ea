from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register("status", group="settings", label=_("运行状态"), icon="stethoscope", url_name="operations:status", order=91,
                    access=("backup", "view"))  # fmt: skip
navigation.register("backups", group="settings", label=_("备份"), icon="database", url_name="operations:backups", order=92,
                    access=("backup", "view"))  # fmt: skip
