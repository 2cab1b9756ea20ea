from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EngineConfig(AppConfig):
    name = "guike.engine"
    label = "engine"
    verbose_name = _("制度")

    def ready(self) -> None:
        from guike.engine.approvals import exports, kinds  # noqa: F401 — what the engine itself asks to be signed

        post_migrate.connect(make_number_series, sender=self, dispatch_uid="engine.numbers")


def make_number_series(**_: object) -> None:
    """Requests are numbered SP-2026-000001; a company may change the pattern (PLT-13)."""
    from guike.platform import numbering

    numbering.register("approval", "审批", "SP", restarts="year")
