from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "guike.organisation"
    label = "organisation"
    verbose_name = _("人员与部门")

    def ready(self) -> None:
        from guike.organisation.calendar.seed import seed_after_migrate

        post_migrate.connect(seed_after_migrate, sender=self, dispatch_uid="organisation.calendar.seed")
