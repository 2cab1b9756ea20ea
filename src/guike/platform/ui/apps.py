"""The kit as a Django app: label `ui`. The wiring loads every app's `navigation.py` and `pickers.py`."""

import logging

from django.apps import AppConfig

logger = logging.getLogger(__name__)


class UiConfig(AppConfig):
    name = "guike.platform.ui"
    label = "ui"

    def ready(self) -> None:
        """A clone has catalogues but nothing compiled; an installed package has both and may be read-only."""
        from guike.platform.ui import i18n

        try:
            i18n.compile_stale()
        except OSError as error:
            logger.warning("catalogues could not be compiled: %s", error)
