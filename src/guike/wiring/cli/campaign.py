"""`guike campaign`: quality campaigns against a real server, repeatable by seed (08-quality)."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guike.launcher.messages import Stop
from guike.wiring.cli.reply import Reply

USAGE = [("campaign NAME [--short|--full|--cases N] [--seed N] [--json]", "质量战役：在自己的数据库和服务器上成百上千次地试，如 races（同时抢占）")]


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("campaign", help=USAGE[0][1])
    parser.add_argument("name", metavar="NAME", help="哪一场，如 races")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--short", dest="size", action="store_const", const="short", default="short", help="短的，几分钟以内（默认）")
    size.add_argument("--full", dest="size", action="store_const", const="full", help="全的，发布前跑")
    size.add_argument("--cases", dest="size", type=_number, metavar="N", help="这么多个情况")
    parser.add_argument("--seed", type=int, metavar="N", help="同一个种子得到同一串情况，默认随机")
    parser.set_defaults(run=start, show=show, needs="nothing")


def _number(text: str) -> str:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("N 是 1 以上的整数")
    return text


def start(arguments: argparse.Namespace) -> Reply:
    """A campaign that starts instances of its own needs none; others work beside this one's database."""
    if _known(arguments.name).alone:
        return campaign(arguments)
    with arguments.instance.opened():
        return campaign(arguments)


def _known(name: str) -> Any:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guike.wiring.settings")
    django.setup()
    from guike.wiring.campaigns import campaigns

    known = campaigns()
    if name not in known:
        raise Stop(f"没有 {name}，有：{'、'.join(f'{one.name}（{one.what}）' for one in known.values())}", status=2)
    return known[name]


def campaign(arguments: argparse.Namespace) -> Reply:
    """Run one in a database beside the instance's that is dropped afterwards. Exit code 1 where it failed."""
    known = _known(arguments.name)
    seed = random.randrange(1_000_000) if arguments.seed is None else arguments.seed  # noqa: S311 — not a secret
    command = [sys.executable, "-m", "guike.wiring.campaigns", arguments.name, arguments.size, str(seed)]
    with (
        tempfile.TemporaryDirectory(prefix="guike-campaign-", ignore_cleanup_errors=True) as home,
        _database(known, Path(home)) as own,
    ):
        done = subprocess.run(command, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Stop("没有跑完，原因见上面", status=1)
    told = json.loads(done.stdout.splitlines()[-1])
    passed = not told["failures"] and told["controls"] == told["controls_failed_as_they_should"]
    return Reply(told, status=0 if passed else 1)


@contextmanager
def _database(campaign: Any, home: Path) -> Iterator[dict[str, str]]:
    """The environment of one: a database beside the instance's that is dropped afterwards, or that of an instance it starts itself."""
    from guike.launcher.postgres import Cluster
    from guike.wiring.bench import database

    packages = str(Path(__file__).resolve().parents[3])  # the program need not be installed where it is tested
    if campaign.checkout:  # pytest makes its own
        yield {"DATABASE_URL": os.environ["DATABASE_URL"], "PYTHONPATH": packages, "GUIKE_HOME": str(home)}
        return
    if campaign.alone:
        home.chmod(0o711)  # root's database account has to pass through
        yield {"DATABASE_URL": Cluster(home / "live" / "pg").url, "PYTHONPATH": packages, "GUIKE_HOME": str(home / "live")}
        return
    url, name = os.environ["DATABASE_URL"], f"guike_campaign_{campaign.name}_{os.getpid()}"
    own = database.make(url, name, fresh=True)
    try:
        yield {"DATABASE_URL": own, "PYTHONPATH": packages, "GUIKE_HOME": str(home)}
    finally:
        database.drop(url, name)


def show(value: dict[str, Any]) -> None:
    """The counts, then what failed."""
    print(f"{value['name']}：{value['cases']:,} 个情况，失败 {len(value['failures'])} 个，{value['seconds']} 秒，种子 {value['seed']}")
    print(f"对照（去掉防线应当出错）：{value['controls']} 个，其中 {value['controls_failed_as_they_should']} 个如期出错")
    for failure in value["failures"]:
        print(f"  {failure}")
