from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def register_numbers(**_kwargs: object) -> None:
    """Orders and returns that come without a number of their own: DD-2026-000001, TH-2026-000001."""
    from guike.platform import numbering

    numbering.register("sales_order", "订单", "DD", restarts="year")
    numbering.register("return_order", "退货单", "TH", restarts="year")


class SalesConfig(AppConfig):
    name = "guike.sales"
    label = "sales"
    verbose_name = _("销售")

    def ready(self) -> None:
        post_migrate.connect(register_numbers, sender=self, dispatch_uid="sales.numbers")
