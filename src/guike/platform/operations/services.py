"""Taking, proving and removing backups; the plan for the night (PLT-11)."""

import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from guike.launcher.messages import Stop
from guike.platform import access, clock, jobs, sealing
from guike.platform.access import Viewer, require
from guike.platform.backups.taking import take
from guike.platform.backups.verifying import verify
from guike.platform.errors import Refused, Stale
from guike.platform.models import JobRun
from guike.platform.operations import rules, selectors
from guike.platform.operations.models import Backup, BackupPlan
from guike.platform.operations.notifications import tell
from guike.platform.verbs import verb

logger = logging.getLogger(__name__)
SAVED = ("active", "hour", "folder", "daily", "weekly", "monthly", "drill")
#: The night's backup is tried again every ten minutes, so often in all.
TRIES = 3


@verb("operations.save_plan")
def save_plan(
    *, actor: Viewer, passphrase: str = "", forget_passphrase: bool = False, version: int | None = None, **values: Any
) -> BackupPlan:
    """Change when, where and how long. An empty passphrase leaves the one kept. Refuses a folder that cannot be written to."""
    require(actor, "backup", "change")
    plan = BackupPlan.objects.select_for_update().first() or BackupPlan()
    if version is not None and version != plan.version:
        raise Stale(_("备份设置刚被别人改过，刷新后再改"))
    for name in SAVED:
        setattr(plan, name, values[name].strip() if isinstance(values[name], str) else values[name])
    if plan.folder:
        _require_writable(Path(plan.folder))
    if passphrase and len(passphrase) < 8:
        raise Refused(_("口令太短，至少 8 个字符"), field="passphrase")
    if passphrase or forget_passphrase:
        plan.passphrase = sealing.seal(passphrase)
    plan.version += 0 if plan._state.adding else 1
    plan.save()
    return plan


def _require_writable(folder: Path) -> None:
    if not folder.is_absolute():
        raise Refused(_("写完整的路径，以 / 开头"), field="folder")
    if folder.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise Refused(_("不能放在附件文件夹里，备份会把自己也备份进去"), field="folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / ".guike-write"
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as problem:
        raise Refused(_("写不了 %(folder)s：%(why)s") % {"folder": folder, "why": problem.strerror}, field="folder") from problem


@verb("operations.ask_backup")
def ask_backup(*, actor: Viewer) -> JobRun:
    """Take one now, in the background."""
    require(actor, "backup", "add")
    if Backup.objects.filter(state=Backup.State.RUNNING, started_at__gt=clock.now() - rules.BROKEN_OFF).exists():
        raise Refused(_("正在备份，做完再来"))
    return jobs.start("operations.backup", _("备份"), actor=actor)


@verb("operations.ask_drill")
def ask_drill(pk: int, *, actor: Viewer) -> JobRun:
    """Try to restore one now, in the background."""
    found = access.row(actor, "backup", pk, "change", lock=True)
    if found.state != Backup.State.DONE or found.removed_at:
        raise Refused(_("这份备份没有做成或已清理，不能演练"))
    if found.drill == Backup.Drill.RUNNING and found.drilled_at > clock.now() - rules.BROKEN_OFF:
        raise Refused(_("正在演练，做完再来"))
    return jobs.start("operations.drill", _("恢复演练：%(file)s") % {"file": found}, actor=actor, backup_id=found.pk)


def database_url() -> str:
    """The database of this process as libpq takes it; the direct way where a pooler stands between."""
    if settings.DIRECT_URL:
        return settings.DIRECT_URL
    known = connection.settings_dict
    named = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "password": known["PASSWORD"], "dbname": known["NAME"]}
    texts = {name: value for name, value in known["OPTIONS"].items() if isinstance(value, str)}
    return make_conninfo("", **{**texts, **{name: str(value) for name, value in named.items() if value}})


def back_up(kind: str, told: Callable[[str, int], None] = lambda _what, _n: None) -> Backup:
    """Take one here and now; its row says what became of it. A failure is told to the administrators, not raised."""
    plan = selectors.plan()
    Backup.objects.filter(state=Backup.State.RUNNING, host=socket.gethostname()).update(
        state=Backup.State.FAILED, finished_at=clock.now(), error=_("中断：程序停了")
    )
    now = clock.now()
    path = selectors.folder(plan) / f"guike-{clock.local(now):%Y%m%d-%H%M%S}.guike"
    row = Backup.objects.create(kind=kind, host=socket.gethostname(), path=str(path), started_at=now)
    try:
        found = take(path, database_url(), settings.HOME, passphrase=sealing.unseal(plan.passphrase), told=told)
    except Exception as problem:
        return _failed(row, problem)
    row.size, row.tables, row.rows, row.files = found["bytes"], found["tables"], found["rows"], found["files"]
    row.missing, row.key = len(found["missing"]) + len(found["damaged"]), found["key"]
    row.state, row.finished_at = Backup.State.DONE, clock.now()
    row.save()
    return row


def _failed(row: Backup, problem: Exception) -> Backup:
    logger.error("backup %s failed", row.pk, exc_info=problem)
    row.state, row.finished_at = Backup.State.FAILED, clock.now()
    row.error = _in_words(problem)
    row.save()
    tell(row, _("备份没有做成"), row.error)
    return row


def _in_words(problem: Exception) -> str:
    if isinstance(problem, Stop):
        return str(problem)
    if isinstance(problem, sealing.Unreadable):
        return _("备份口令用别的密钥存的，读不出来；在备份设置里重新填")
    return _("程序出错，详情见服务日志")


def drill(row: Backup, told: Callable[[str, int], None] = lambda _what, _n: None) -> Backup:
    """Restore it on a scratch server and compare; whatever is wrong is told to the administrators."""
    row.drill, row.drilled_at = Backup.Drill.RUNNING, clock.now()
    row.save(update_fields=["drill", "drilled_at"])
    try:
        problems = verify(Path(row.path), told=told)["problems"]
    except Exception as problem:
        logger.error("drill of backup %s failed", row.pk, exc_info=problem)
        problems = [_in_words(problem)]
    row.drill = Backup.Drill.FAILED if problems else Backup.Drill.PASSED
    row.problems, row.drill_seconds = problems[:50], round((clock.now() - row.drilled_at).total_seconds())
    row.save(update_fields=["drill", "problems", "drill_seconds"])
    if problems:
        tell(row, _("恢复演练有问题"), problems[0])
    return row


def rotate() -> list[Backup]:
    """Remove the nightly backups whose time is over; those taken by hand stay. The newest always stays."""
    plan = selectors.plan()
    nightly = list(Backup.objects.filter(kind=Backup.Kind.NIGHTLY, state=Backup.State.DONE, removed_at=None).order_by("started_at"))
    stay = rules.kept(
        ((row.pk, clock.local(row.started_at).date()) for row in nightly), rules.Keeping(plan.daily, plan.weekly, plan.monthly)
    )
    gone = [row for row in nightly if row.pk not in stay and row.host == socket.gethostname()]
    for row in gone:
        Path(row.path).unlink(missing_ok=True)
        row.removed_at = clock.now()
        row.save(update_fields=["removed_at"])
    return gone


def _drill_again() -> None:
    """A drill whose process was killed says for ever that it is under way; it is made once more."""
    lost = Backup.objects.filter(drill=Backup.Drill.RUNNING, drilled_at__lt=clock.now() - rules.BROKEN_OFF, removed_at=None)
    for row in lost.filter(host=socket.gethostname()):
        drill(row)


def nightly() -> Backup | None:
    """What the clock asks for: tonight's backup once, its drill, and room for the next. None where nothing was due."""
    plan = selectors.plan()
    _drill_again()
    now = clock.local(clock.now())
    due = now.replace(hour=plan.hour, minute=0, second=0, microsecond=0)
    if not plan.active or now < due or selectors.made_at() > due:  # a new instance has missed nothing
        return None
    tonight = Backup.objects.filter(kind=Backup.Kind.NIGHTLY, started_at__date=now.date())
    if tonight.filter(state=Backup.State.DONE).exists() or tonight.filter(~Q(state=Backup.State.DONE)).count() >= TRIES:
        return None
    row = back_up(Backup.Kind.NIGHTLY)
    if row.state == Backup.State.DONE:
        rotate()
        if plan.drill:
            drill(row)
    return row
