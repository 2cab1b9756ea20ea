"""`python -m guike.wiring.prepare STEP …`: bring database and static files to this version; prints a JSON report.

Several commands may start at once: an advisory lock of the database lets one of them migrate while the others wait.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from guike.launcher.messages import Stop, say

LOCK = 0x67756B65  # "guke"


def main(steps: list[str]) -> int:
    try:
        with redirect_stdout(sys.stderr):
            _set_up()
            with one_at_a_time():
                report = {step: STEPS[step]() for step in steps}
    except Stop as stop:
        say(str(stop))
        return stop.status
    print(json.dumps(report, ensure_ascii=False))
    return 0


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guike.wiring.settings")
    django.setup()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Held by a transaction of its own: it outlives those of a migration, and a pooler keeps its connection apart meanwhile."""
    from django.db import connection

    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield
    finally:
        holder.close()


def migrate() -> None:
    """Apply migrations; says so only when there are any."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan and not executor.loader.applied_migrations:
        say("建立数据库")
    elif plan:
        snapshot_before_upgrade()
        say(f"升级数据库：{len(plan)} 步")
    call_command("migrate", interactive=False, verbosity=0)


def snapshot_before_upgrade() -> None:
    """A backup of what is about to be changed, whatever the migrations do to it. Without one nothing is upgraded (PLT-11)."""
    from guike.platform.backups.upgrading import snapshot

    if os.environ.get("GUIKE_UPGRADE_SNAPSHOT") == "0":
        return
    path = snapshot(os.environ.get("GUIKE_DIRECT_URL") or os.environ["DATABASE_URL"], Path(os.environ.get("GUIKE_HOME", "instance")))
    say(f"升级前的快照：{path}\n要退回：换回旧程序，guike restore {path} --force")


def static() -> None:
    """Copy, name by content and compress the static files into the instance."""
    from django.core.management import call_command
    from django.test.utils import override_settings

    storages = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    from django.conf import settings

    with override_settings(STORAGES=settings.STORAGES | storages):
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def admin() -> dict[str, str] | None:
    """The first administrator, once; None when accounts exist already."""
    from guike.organisation import services

    made = services.create_first_admin()
    return {"login": made[0], "password": made[1]} if made else None


def demo() -> list[dict[str, Any]]:
    """The demo company and a login for every role; whole or not at all, and never beside real accounts."""
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from guike.wiring.demo import load

    if get_user_model().objects.exists():
        raise Stop("这个数据库里已有账号，演示公司不会装进去。去掉 DATABASE_URL，或指向一个空数据库。")
    say("装入演示公司")
    with transaction.atomic():
        return load()


STEPS: dict[str, Callable[[], Any]] = {"migrate": migrate, "static": static, "admin": admin, "demo": demo}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
