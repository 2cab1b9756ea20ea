from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DictionariesConfig(AppConfig):
    name = "guike.platform.dictionaries"
    label = "dictionaries"
    verbose_name = _("字典")

    def ready(self) -> None:
        from guike.platform.dictionaries import catalogue

        autodiscover_modules("dictionaries")
        post_migrate.connect(catalogue.seed_after_migrate, sender=self, dispatch_uid="dictionaries.seed")
