"""Backups and the plan, as the administrator sees them."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min

from guike.platform import clock
from guike.platform.access import Viewer, row, rows
from guike.platform.operations.models import Backup, BackupPlan

SHOWN = 40


def plan() -> BackupPlan:
    """What holds: the row, or the defaults where nobody changed anything."""
    return BackupPlan.objects.first() or BackupPlan()


def folder(chosen: BackupPlan) -> Path:
    return Path(chosen.folder) if chosen.folder else settings.HOME / "backups"


def recent(viewer: Viewer) -> list[Backup]:
    """The newest backups, those that made room left out."""
    return list(rows(viewer, "backup").filter(removed_at=None).order_by("-started_at")[:SHOWN])


def backup(viewer: Viewer, pk: int) -> Backup:
    return row(viewer, "backup", pk)


def made_at() -> datetime:
    """When this instance's database was made."""
    return MigrationRecorder(connection).migration_qs.aggregate(first=Min("applied"))["first"]


def newest() -> Backup | None:
    """The newest backup that can be restored from."""
    return Backup.objects.filter(state=Backup.State.DONE, removed_at=None).order_by("-started_at").first()


def newest_age() -> timedelta | None:
    found = newest()
    return clock.now() - found.started_at if found else None


def last_drilled() -> Backup | None:
    """The backup whose restore was tried last, whatever came of it."""
    return Backup.objects.exclude(drill__in=["", Backup.Drill.RUNNING]).order_by("-drilled_at").first()
