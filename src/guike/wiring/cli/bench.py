"""`guike bench`: how fast, on this machine, at which size (08-quality)."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from guike.launcher.messages import Stop
from guike.wiring.cli.reply import Reply

USAGE = [("bench [--scale small|full] [--only PRF-3] [--json]", "在自己的数据库里生成数据并测速；full 为 100 万客户，第一次要生成很久")]
KNOWN = ("PRF-1", "PRF-2", "PRF-3", "PRF-4", "PRF-5", "PRF-6", "PRF-7", "PRF-8", "PRF-9", "PRF-10", "PRF-11")


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("bench", help=USAGE[0][1])
    parser.add_argument("--scale", choices=["small", "full"], default="small", help="small 是 full 的百分之一")
    parser.add_argument("--only", metavar="PRF-N", default="", help="只测这几项，逗号分开")
    parser.set_defaults(run=bench, show=show)


def bench(arguments: argparse.Namespace) -> Reply:
    """Measure in a database beside the instance's, in a process of its own; the instance's data are not touched."""
    from guike.wiring.bench import database

    asked = [code for code in arguments.only.upper().split(",") if code]
    if unknown := [code for code in asked if code not in KNOWN]:
        raise Stop(f"没有 {'、'.join(unknown)}，能测的是 {'、'.join(KNOWN)}", status=2)
    url = database.make(os.environ["DATABASE_URL"], f"guike_bench_{arguments.scale}")
    command = [sys.executable, "-m", "guike.wiring.bench", "--scale", arguments.scale, "--only", ",".join(asked)]
    with tempfile.TemporaryDirectory(prefix="guike-bench-") as home:
        done = subprocess.run(
            command, env={**os.environ, "DATABASE_URL": url, "GUIKE_HOME": home}, stdout=subprocess.PIPE, text=True, check=False
        )
    if done.returncode:
        raise Stop("测速没有完成，原因见上面", status=1)
    return Reply(json.loads(done.stdout.splitlines()[-1]))


def show(value: dict[str, Any]) -> None:
    """One line a figure: what was reached, what should be."""
    machine = value["machine"]
    print(f"{value['scale']}：{machine['cores']} 核，{machine['memory_gb']} GB，PostgreSQL {machine['postgresql']}，负载 {machine['load']}")
    for one in value["results"]:
        queries = f"，{one['queries']} 次查询" if one["queries"] is not None else ""
        print(f"{one['id']:<14} {one['value']:>10,} {one['unit']:<7} 基准 {one['baseline']} 比 {one['ratio']}{queries}  {one['what']}")
