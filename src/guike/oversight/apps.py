from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "guike.oversight"
    label = "oversight"
    verbose_name = _("审计与个人信息")

    def ready(self) -> None:
        post_migrate.connect(make_number_series, sender=self, dispatch_uid="oversight.numbers")


def make_number_series(**_: object) -> None:
    """Requests are GX-000001 and on; a company may change the pattern later (PLT-13)."""
    from guike.platform import numbering

    numbering.register("personal_request", "个人信息请求", "GX")
