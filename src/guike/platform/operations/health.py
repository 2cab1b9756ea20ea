"""Does the service serve? Each part looked at, said in words, without a name, path or value of anybody (PLT-11)."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils.translation import gettext as _

from guike.platform.backups.restoring import known_migrations
from guike.platform.operations import certificates, rules, selectors
from guike.platform.operations.models import Backup
from guike.platform.operations.rules import State


@dataclass(frozen=True)
class Part:
    """One part of the service: how it is, what there is to say, what to do about it."""

    code: str
    label: str
    state: State
    text: str
    advice: str = ""

    @property
    def tone(self) -> str:
        return {State.OK: "", State.WARNING: "warn", State.FAILED: "danger"}[self.state]

    @property
    def word(self) -> str:
        return {State.OK: _("正常"), State.WARNING: _("要注意"), State.FAILED: _("不正常")}[self.state]


def parts() -> list[Part]:
    """All parts; where the database does not answer, it and what can be looked at without it."""
    try:
        return [_database(), _migrations(), _worker(), _queue(), _disk(), *_certificate(), *of_backups()]
    except (DatabaseError, InterfaceError):
        advice = _("看数据库是否在运行、连接数是否用完；内置数据库会自己重新启动")
        return [Part("database", _("数据库"), State.FAILED, _("连不上"), advice), _disk(), *_certificate()]


def is_ready(found: list[Part]) -> bool:
    """Something to look at does not take the service down; something that fails does."""
    return all(part.state < State.FAILED for part in found)


def _asked(query: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


def _database() -> Part:
    version, connections, most = _asked(
        "SELECT current_setting('server_version'), (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),"
        " current_setting('max_connections')::int"
    )
    state = State.WARNING if connections > most * 0.9 else State.OK
    text = _("PostgreSQL %(version)s，连接 %(n)d / %(most)d") % {"version": version.split()[0], "n": connections, "most": most}
    return Part("database", _("数据库"), state, text, _("加大 max_connections，或减少网页进程") if state else "")


def _migrations() -> Part:
    """Steps that this program has and the database has not."""
    known = _steps()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        applied = {name for (name,) in cursor.fetchall()}
    behind = len(known - applied)
    text = _("差 %(n)d 步没有升级") % {"n": behind} if behind else _("和程序一致")
    return Part(
        "migrations", _("数据库结构"), State.FAILED if behind else State.OK, text, _("停下，用这一版程序重新 guike up") if behind else ""
    )


@cache
def _steps() -> frozenset[str]:
    return frozenset(f"{app}.{name}" for app, names in known_migrations().items() for name in names)


def _worker() -> Part:
    count, silent = _asked("SELECT count(*), min(now() - last_heartbeat) FROM procrastinate_workers")
    state = rules.heart(silent)
    if silent is None:
        text = _("没有在运行")
    else:
        text = _("%(n)d 个进程，上次心跳 %(seconds)d 秒前") % {"n": count, "seconds": silent.total_seconds()}
    advice = _("提醒、审批升级、导入、备份都停着；看服务日志，重新启动 Guike")
    return Part("worker", _("后台任务进程"), state, text, advice if state else "")


def _queue() -> Part:
    waiting, oldest, failed = _asked(
        "SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),"
        " (SELECT max(now() - greatest(e.at, coalesce(j.scheduled_at, e.at))) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id"
        "   WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now() AND e.type IN ('deferred', 'deferred_for_retry')),"
        " (SELECT count(*) FROM platform_jobrun WHERE state = 'failed' AND finished_at > now() - interval '1 day')"
        " FROM procrastinate_jobs"
    )
    state = rules.queue(oldest)
    text = _("排队 %(n)d 个") % {"n": waiting}
    if oldest is not None:
        text += "，" + _("最早的等了 %(time)s") % {"time": duration(oldest)}
    if failed:
        text += "，" + _("24 小时内出错 %(n)d 个") % {"n": failed}
    return Part("queue", _("后台任务队列"), state, text, _("任务做不过来：看是不是有很大的导入，或多开一个后台任务进程") if state else "")


def duration(length: timedelta) -> str:
    """「3 小时」: one unit is enough."""
    seconds = int(length.total_seconds())
    if seconds < 120:
        return _("%(n)d 秒") % {"n": seconds}
    if seconds < 7200:
        return _("%(n)d 分钟") % {"n": seconds // 60}
    if seconds < 172_800:
        return _("%(n)d 小时") % {"n": seconds // 3600}
    return _("%(n)d 天") % {"n": seconds // 86_400}


def _disk() -> Part:
    """The instance's folder; the database's own disk is its server's affair."""
    place = next(path for path in [Path(settings.HOME), *Path(settings.HOME).parents] if path.exists())
    found = shutil.disk_usage(place)
    state = rules.disk(found.free, found.total)
    text = _("实例文件夹所在的盘剩 %(free).1f GB / %(total).1f GB") % {"free": found.free / 2**30, "total": found.total / 2**30}
    return Part("disk", _("磁盘"), state, text, _("清理，或把备份放到别的盘") if state else "")


def _certificate() -> list[Part]:
    """What the reverse proxy shows, where its file is named."""
    label, advice = _("HTTPS 证书"), _("看自动续期为什么没做，换上新证书，重新加载反向代理")
    try:
        left = certificates.left()
    except certificates.Unreadable as problem:
        return [Part("certificate", label, State.WARNING, _("读不了：%(why)s") % {"why": problem}, _("看 GUIKE_TLS_CERTIFICATE 指的文件"))]
    if left is None:
        return []
    state = rules.certificate(left)
    text = _("已过期，浏览器进不来") if state == State.FAILED else _("还有 %(time)s到期") % {"time": duration(left)}
    return [Part("certificate", label, state, text, advice if state else "")]


def of_backups() -> list[Part]:
    """The two parts that the page of backups speaks of."""
    return [_backup(), _drill()]


def _backup() -> Part:
    label, plan = _("备份"), selectors.plan()
    if not plan.active:
        return Part("backup", label, State.WARNING, _("每晚备份关着"), _("在备份设置里打开"))
    age = selectors.newest_age()
    state = rules.backup_age(age)
    text = _("还没有备份") if age is None else _("最近一份在 %(time)s前") % {"time": duration(age)}
    return Part("backup", label, state, text, _("打开「备份」看原因，或现在备份") if state else "")


def _drill() -> Part:
    label = _("恢复演练")
    last = selectors.last_drilled()
    if last is None:
        return Part("drill", label, State.WARNING, _("还没有演练过"), _("备份后会自动演练，也可以在「备份」里现在演练"))
    if last.drill == Backup.Drill.FAILED:
        return Part("drill", label, State.WARNING, _("最近一次有问题"), _("打开「备份」看哪里不对"))
    return Part("drill", label, State.OK, _("最近一次恢复无误"))
