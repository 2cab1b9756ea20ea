"""The kit as a Django app: label `ui`. The wiring loads every app's `navigation.py` and `pickers.py`."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "guike.platform.ui"
    label = "ui"
