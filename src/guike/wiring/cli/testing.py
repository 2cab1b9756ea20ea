"""`guike test`: lint, types, contracts, migrations, tests."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from guike.launcher.messages import Stop, say
from guike.wiring.cli.reply import Reply

USAGE = [("test [--fast] [PYTEST ARGS]", "代码检查、类型、结构约定和测试（不带 --fast 时包括浏览器测试）")]

NO_MIGRATION = ["-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run", "-v", "1"]
#: name -> arguments of Python; the two groups run side by side.
CHECKS = (
    (
        ("ruff", ["-m", "ruff", "check", "--quiet", "."]),
        ("结构约定", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"]),
        ("迁移", NO_MIGRATION),
    ),
    (("类型", ["-m", "mypy"]),),
)


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("test", help=USAGE[0][1])
    parser.add_argument("--fast", action="store_true", help="不跑浏览器测试和慢测试")
    parser.set_defaults(run=test, needs="nothing", passes_on=True)


def test(arguments: argparse.Namespace) -> Reply:
    """Run everything even when something fails; exit code 1 when anything did. pytest has the last word."""
    checkout = os.environ.get("GUIKE_CHECKOUT")
    if not checkout:
        raise Stop("测试要在源码目录里运行：./guike test")
    with tempfile.TemporaryDirectory(prefix="guike-test-") as home:
        environment = {**os.environ, "GUIKE_HOME": home, "DJANGO_SETTINGS_MODULE": "guike.wiring.settings"}
        failed = _run_checks(Path(checkout), environment)
        status = subprocess.run(_pytest(arguments), cwd=checkout, env=environment, check=False).returncode
    if failed:
        say(f"测试之外没有通过：{'、'.join(failed)}")
    return Reply(status=int(bool(status or failed)))


def _pytest(arguments: argparse.Namespace) -> list[str]:
    line = [sys.executable, "-m", "pytest", "-q"]
    if not any(word.startswith("-n") or word in ("-p", "--pdb") for word in arguments.rest):
        line += ["-n", str(max(2, os.cpu_count() or 2)), "--dist", "loadscope"]
    if arguments.fast:
        line += ["-m", "not browser and not slow"]
    return line + arguments.rest


def _run_checks(checkout: Path, environment: dict[str, str]) -> list[str]:
    """Both groups at once (two cores); returns the names of those that failed, whose output is printed."""

    def run_group(group: Iterable[tuple[str, list[str]]]) -> list[str]:
        return [name for name, words in group if not _passes(name, words, checkout, environment)]

    with ThreadPoolExecutor(len(CHECKS)) as pool:
        return [name for failed in pool.map(run_group, CHECKS) for name in failed]


def _passes(name: str, words: list[str], checkout: Path, environment: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run([sys.executable, *words], cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    passed = done.returncode == 0
    verdict = f"{name}：{'通过' if passed else '没有通过'}（{time.monotonic() - started:.0f} 秒）"
    say(verdict if passed else f"{verdict}\n{done.stdout}{done.stderr}".rstrip())
    return passed
