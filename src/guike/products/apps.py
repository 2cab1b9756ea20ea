from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def register_numbers(**_kwargs: object) -> None:
    """A product that comes without a number of its own gets CP-000001 and on."""
    from guike.platform import numbering

    numbering.register("product", "产品", "CP")


class ProductsConfig(AppConfig):
    name = "guike.products"
    label = "products"
    verbose_name = _("产品")

    def ready(self) -> None:
        post_migrate.connect(register_numbers, sender=self, dispatch_uid="products.numbers")
