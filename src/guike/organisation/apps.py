from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "guike.organisation"
    label = "organisation"
    verbose_name = _("人员与部门")

    def ready(self) -> None:
        from guike.organisation import checks  # noqa: F401 — registers itself
        from guike.organisation.calendar.seed import seed_after_migrate
        from guike.organisation.selectors import rights
        from guike.platform.rights import provide

        provide(rights.present)

        post_migrate.connect(seed_after_migrate, sender=self, dispatch_uid="organisation.calendar.seed")
        post_migrate.connect(make_number_series, sender=self, dispatch_uid="organisation.numbers")


def make_number_series(**_: Any) -> None:
    """People's numbers: YG-0001."""
    from guike.platform import numbering

    numbering.register("person", "工号", "YG", digits=4)
