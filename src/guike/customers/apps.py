from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "guike.customers"
    label = "customers"
    verbose_name = _("客户")

    def ready(self) -> None:
        from guike.customers import grounds  # noqa: F401 — registers itself

        post_migrate.connect(make_number_series, sender=self, dispatch_uid="customers.numbers")


def make_number_series(**_: object) -> None:
    """A company starts with KH-000001; it may change the pattern later (PLT-13)."""
    from guike.platform import numbering

    numbering.register("customer", "客户编号", "KH")
