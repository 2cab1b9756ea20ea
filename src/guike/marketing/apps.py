from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MarketingConfig(AppConfig):
    name = "guike.marketing"
    label = "marketing"
    verbose_name = _("市场线索")

    def ready(self) -> None:
        post_migrate.connect(make_number_series, sender=self, dispatch_uid="marketing.numbers")


def make_number_series(**_: object) -> None:
    """Finds are XS-000001 and on; a company may change the pattern later (PLT-13)."""
    from guike.platform import numbering

    numbering.register("find", "市场线索", "XS")
