"""`guike check`: everything that can be seen to be wrong before a user sees it."""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from guike.wiring.cli.reply import Reply

USAGE = [("check", "检查配置、数据库、工作日历、制度、权限和账目是否自洽")]
LEVELS = {10: "调试", 20: "提示", 30: "警告", 40: "错误", 50: "严重"}
ERROR = 40


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("check", help=USAGE[0][1])
    parser.set_defaults(run=check, show=show)


def check(arguments: argparse.Namespace) -> Reply:
    """Run every registered check (each domain registers its own with Django's framework); exit code 1 when one is an error."""
    from django.core.checks import registry, run_checks

    start = time.monotonic()
    messages = [*run_checks(databases=["default"], include_deployment_checks=False), *_migrations_left_out()]
    problems = [
        {"id": message.id, "level": LEVELS.get(message.level, "错误"), "message": str(message.msg), "hint": message.hint or "", "about": _about(message)}
        for message in sorted(messages, key=lambda message: -message.level)
    ]
    broken = any(message.level >= ERROR for message in messages)
    seconds = round(time.monotonic() - start, 2)
    count = len(registry.registry.get_checks())
    return Reply({"ok": not broken, "checks": count, "problems": problems, "seconds": seconds}, status=int(broken))


def _migrations_left_out() -> list[Any]:
    """Models that differ from their migrations: a column that the program expects is not in the database."""
    from django.apps import apps
    from django.core.checks import Error
    from django.db import connection
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
    from django.db.migrations.state import ModelState, ProjectState

    with _untranslated():  # migrations hold untranslated names
        loader = MigrationLoader(connection)
        present = ProjectState()
        for model in apps.get_models(include_swapped=True):
            if ".tests." not in model.__module__:  # stand-ins that the test suite registers are no part of the product
                present.add_model(ModelState.from_model(model))
        detector = MigrationAutodetector(loader.project_state(), present, NonInteractiveMigrationQuestioner())
        changes = detector.changes(graph=loader.graph)
    return [Error(f"{label} 的模型和迁移不一致", hint=f"guike manage makemigrations {label}", id="guike.E002") for label in sorted(changes)]


@contextmanager
def _untranslated() -> Iterator[None]:
    from django.utils import translation

    before = translation.get_language()
    translation.deactivate_all()
    try:
        yield
    finally:
        if before:
            translation.activate(before)


def _about(message: Any) -> str:
    return "" if message.obj is None else str(getattr(message.obj, "label", message.obj))


def show(value: dict[str, Any]) -> None:
    for problem in value["problems"]:
        about = f"{problem['about']}：" if problem["about"] else ""
        hint = f"\n    {problem['hint']}" if problem["hint"] else ""
        print(f"{problem['level']}  {about}{problem['message']}（{problem['id']}）{hint}")
    print(f"{value['checks']} 项检查，{len(value['problems'])} 个问题" if value["problems"] else f"{value['checks']} 项检查，没有问题")
