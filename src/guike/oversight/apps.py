from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "guike.oversight"
    label = "oversight"
    verbose_name = _("审计与个人信息")
