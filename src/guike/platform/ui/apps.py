"""The kit as a Django app: label `ui`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    """Loads every app's `navigation.py` and `pickers.py`, where domains register what the shell and the forms offer."""

    name = "guike.platform.ui"
    label = "ui"

    def ready(self) -> None:
        autodiscover_modules("navigation", "pickers")
