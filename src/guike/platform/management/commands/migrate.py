"""Django's `migrate`, which makes an empty database at once (guike.platform.fresh)."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.utils.module_loading import module_has_submodule

from guike.platform import fresh


class Command(Migrate):
    def handle(self, *arguments: Any, **options: Any) -> None:
        """Only the plain call is shortened: whoever names an app, a plan or a pretence wants each step."""
        connection = connections[options["database"]]
        stepwise = any(options.get(name) for name in ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune"))
        if not stepwise and fresh.is_fresh(connection):
            self._import_signals()
            fresh.make(connection, options["verbosity"])
        else:
            super().handle(*arguments, **options)

    def _import_signals(self) -> None:
        """Apps connect their receivers of pre_migrate and post_migrate in `management`, as Django's own command imports it."""
        for config in apps.get_app_configs():
            if module_has_submodule(config.module, "management"):
                import_module(".management", config.name)
