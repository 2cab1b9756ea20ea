from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guike.workspace import PARTS

#: What a part may declare, as a domain does.
DECLARATIONS = ("access", "navigation", "pickers", "jobs")


class WorkspaceConfig(AppConfig):
    name = "guike.workspace"
    label = "workspace"
    verbose_name = _("工作台")

    def ready(self) -> None:
        for part in PARTS:
            for declaration in DECLARATIONS:
                module = f"guike.workspace.{part}.{declaration}"
                if find_spec(f"guike.workspace.{part}") and find_spec(module):
                    import_module(module)
