"""`guike backup`, `guike restore`, `guike verify` (PLT-11)."""

import argparse
import os
from pathlib import Path
from typing import Any

from guike.launcher.messages import Stop, say
from guike.wiring.cli.reply import ProgressBar, Reply

USAGE = [
    ("backup FILE [--passphrase-file F | --without-key]", "边用边备份：数据库、附件、密钥写进一个文件，带校验值"),
    ("restore FILE [--force] [--passphrase-file F | --without-key]", "从备份恢复到空的实例；--force 先给现有数据留快照再替换"),
    ("verify FILE", "验一份备份：核对校验值，恢复到临时数据库，逐表对行数和内容，查附件，跑检查"),
]


def register(subparsers: Any) -> None:
    needs = {"backup": "nothing", "restore": "nothing", "verify": "nothing"}
    for (name, run), (_call, what) in zip((("backup", backup), ("restore", restore), ("verify", verify)), USAGE, strict=True):
        parser = subparsers.add_parser(name, help=what)
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.set_defaults(run=run, needs=needs[name], show=SHOW[name])
        if name != "verify":
            key = parser.add_mutually_exclusive_group()
            key.add_argument(
                "--passphrase-file", metavar="F", type=Path, help="密钥用这个文件里的口令加密（或环境变量 GUIKE_BACKUP_PASSPHRASE）"
            )
            key.add_argument("--without-key", action="store_true", help="不带密钥：加密的附件、邮箱密码恢复后读不出来")
        if name == "restore":
            parser.add_argument("--force", action="store_true", help="实例里有数据也恢复，先留快照")


class Told:
    """Progress of several stages, each with a line of its own."""

    def __init__(self) -> None:
        self._bar, self._what = ProgressBar(""), ""

    def __call__(self, what: str, done: int) -> None:
        if what != self._what:
            self._bar, self._what = ProgressBar(what), what
        self._bar(done)


def _passphrase(arguments: argparse.Namespace) -> str:
    if arguments.passphrase_file is None:
        return "" if arguments.without_key else os.environ.get("GUIKE_BACKUP_PASSPHRASE", "")
    try:
        found = arguments.passphrase_file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as problem:
        raise Stop(f"读不了口令文件 {arguments.passphrase_file}（{problem}）") from problem
    if len(found) < 8:
        raise Stop(f"{arguments.passphrase_file} 里的口令太短，至少 8 个字符")
    return found


def direct(url: str) -> str:
    """The database itself, where DATABASE_URL leads through a pooler."""
    return os.environ.get("GUIKE_DIRECT_URL") or url


def backup(arguments: argparse.Namespace) -> Reply:
    """Exit code 0 also where attachments are missing from the disk: the rest is safe, and `missing` says which."""
    from guike.platform.backups.taking import take

    passphrase = _passphrase(arguments)
    if not arguments.instance.exists():
        raise Stop(f"{arguments.instance.home} 里没有实例。用 --home 指出在哪儿。")
    with arguments.instance.running_database() as url:
        _set_up()
        return Reply(
            take(
                arguments.file, direct(url), arguments.instance.home, passphrase=passphrase, with_key=not arguments.without_key, told=Told()
            )
        )


def restore(arguments: argparse.Namespace) -> Reply:
    """Into an empty instance; then up to this version of the program."""
    from guike.platform.backups import restoring

    file, told = arguments.file.absolute(), Told()
    given: dict[str, Any] = {"passphrase": _passphrase(arguments), "with_key": not arguments.without_key, "force": arguments.force}
    with arguments.instance.not_running(), arguments.instance.running_database() as url:
        _set_up()
        kept = _kept_before(arguments, direct(url)) if arguments.force else None
        done = restoring.restore(file, direct(url), arguments.instance.home, told=told, **given)
        arguments.instance.forget_prepared()
        arguments.instance.prepare("migrate")
    return Reply(done | {"snapshot": str(kept) if kept else None})


def _kept_before(arguments: argparse.Namespace, url: str) -> Path | None:
    """A snapshot of what `--force` is about to replace; none of an empty instance. The backup itself is looked at first."""
    from guike.platform import clock
    from guike.platform.backups import content, programs
    from guike.platform.backups.archive import reading
    from guike.platform.backups.taking import take

    with reading(arguments.file):
        pass
    with programs.connected(url) as connection:
        if not content.tables(connection):
            return None
    path = arguments.instance.home / "backups" / f"before-restore-{clock.local(clock.now()):%Y%m%d-%H%M%S}.guike"
    take(path, url, arguments.instance.home, told=Told())
    say(f"现有数据的快照：{path}")
    return path


def verify(arguments: argparse.Namespace) -> Reply:
    """Exit code 1 where anything is wrong with it. Needs no instance: the scratch server is its own."""
    from guike.platform.backups.verifying import verify as verified

    _set_up()
    found = verified(arguments.file.absolute(), told=Told())
    return Reply(found, status=0 if found["ok"] else 1)


def _set_up() -> None:
    """The program's own list of migrations, and its clock, are Django's."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guike.wiring.settings")
    django.setup()


KEYS = {
    "clear": "密钥在备份里，没有加密：拿到文件的人能读加密的附件和邮箱密码。放在安全的地方，或加 --passphrase-file",
    "passphrase": "密钥用口令加密；口令另外记好，丢了就读不出加密的附件和邮箱密码",
    "none": "没有带密钥：另外保存 secret.key，否则恢复后加密的附件和邮箱密码读不出来，大家要重新登录",
}


def _figures(value: dict[str, Any]) -> str:
    return (
        f"{value['tables']} 张表 {value['rows']:,} 行，附件 {value['files']:,} 个，{value['bytes'] / 2**20:,.1f} MB，{value['seconds']} 秒"
    )


def show_backup(value: dict[str, Any]) -> None:
    print(f"已备份到 {value['file']}：{_figures(value)}")
    print(KEYS[value["key"]])
    if value["missing"]:
        print(f"注意：{len(value['missing'])} 个附件不在磁盘上，没有进备份，第一个是 {value['missing'][0]}")
    if value["damaged"]:
        print(f"注意：{len(value['damaged'])} 个附件在磁盘上已损坏，第一个是 {value['damaged'][0]}")


def show_restore(value: dict[str, Any]) -> None:
    print(f"已恢复 {value['taken_at']} 的备份：{_figures(value)}")
    print("大家要重新登录；备份时正在做的后台任务会重做")
    if value["key_differs"]:
        print("注意：GUIKE_SECRET_KEY 和备份里的密钥不同，加密的附件和邮箱密码读不出来。改成备份里的，或去掉这个变量")
    elif not value["key_restored"]:
        print("注意：没有恢复密钥，加密的附件和邮箱密码读不出来，把原来的 secret.key 放回实例文件夹")
    if value["snapshot"]:
        print(f"原来的数据在 {value['snapshot']}")


def show_verify(value: dict[str, Any]) -> None:
    print(f"{value['file']}（{value['taken_at']}，{value['program']}）：{_figures(value)}")
    if value["steps_behind"]:
        print(f"比这一版程序早 {value['steps_behind']} 步，恢复时会自动升级")
    for problem in value["problems"]:
        print(f"  {problem}")
    print("可以恢复" if value["ok"] else f"有 {len(value['problems'])} 个问题，不要依赖这份备份")


SHOW = {"backup": show_backup, "restore": show_restore, "verify": show_verify}
