"""Backups and the state of the service are the administrator's affair (PLT-11)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Grant, Reach, Scope, declare

declare(
    "backup",
    model="operations.Backup",
    label=_("备份"),
    scope=Scope(everyone=True),
    grants={"administrator": Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL)},
)
