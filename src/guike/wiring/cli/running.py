"""`guike up` and `guike demo`."""

import argparse
import json
from typing import Any

from guike.launcher.instance import Instance
from guike.launcher.messages import Stop
from guike.wiring.cli.reply import Reply

USAGE = [
    ("up [--port 8000] [--host 127.0.0.1]", "安装、升级数据库，启动数据库、网页和后台任务；第一次启动给出地址和一次性管理员密码"),
    ("demo [--port 8000]", "同上，带演示公司，每个角色一个登录名（在自己的文件夹里，不动正式数据）"),
]


def register(subparsers: Any) -> None:
    for name, function in (("up", up), ("demo", demo)):
        parser = subparsers.add_parser(name, help={"up": USAGE[0][1], "demo": USAGE[1][1]}[name])
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认只对本机；0.0.0.0 对所有网络")
        parser.set_defaults(run=function, needs="nothing")


def up(arguments: argparse.Namespace) -> Reply:
    """Start the instance and stay until it is stopped."""
    return _serve(arguments, arguments.instance, ("migrate", "static", "admin"))


def demo(arguments: argparse.Namespace) -> Reply:
    """The same with the demo company, in a folder that holds nothing else."""
    instance = Instance.at(arguments.home, "instance-demo")
    logins = instance.home / "demo.json"
    if (instance.home / "secret.key").exists() and not logins.exists():
        raise Stop(f"{instance.home} 是正式实例，演示公司不会装进去。用 --home 换一个文件夹。")
    instance.home.mkdir(parents=True, exist_ok=True)
    logins.touch(mode=0o600)
    return _serve(arguments, instance, ("migrate", "static", "demo"))


def _serve(arguments: argparse.Namespace, instance: Instance, steps: tuple[str, ...]) -> Reply:
    from guike.launcher.serve import serve

    return Reply(status=serve(instance, arguments.host, arguments.port, steps, lambda report: introduce(instance, report)))


def introduce(instance: Instance, report: dict[str, Any]) -> list[str]:
    """Who can log in: the new administrator once; the demo company's people at every start."""
    if admin := report.get("admin"):
        return [f"首次登录：{admin['login']}，密码 {admin['password']}（只显示这一次，登录后要改）"]
    logins = instance.home / "demo.json"
    if rows := report.get("demo"):
        logins.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    if not logins.exists():
        return []
    return [f"  {row['role']}：{row['login']}，密码 {row['password']}" for row in json.loads(logins.read_text(encoding="utf-8") or "[]")]
