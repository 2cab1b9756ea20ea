from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

#: What a domain may declare; each is imported once all models are known.
DECLARATIONS = ("access", "metrics", "imports", "navigation", "pickers", "timeline", "telling", "automations", "jobs", "notifications", "references", "checks", "facts", "personal")


class WiringConfig(AppConfig):
    name = "guike.wiring"
    label = "wiring"

    def ready(self) -> None:
        autodiscover_modules(*DECLARATIONS)
        import_module("guike.wiring.reactions")
        import_module("guike.wiring.checks")
        import_module("guike.wiring.tour")
