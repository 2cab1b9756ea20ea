"""The command line: finds the command modules of this folder, prepares what a command needs, prints what it returns."""

import argparse
import contextlib
import importlib
import json
import os
import pkgutil
import sys
from typing import Any

from guike.launcher.messages import Stop
from guike.wiring.cli.parsing import Parser
from guike.wiring.cli.reply import Reply

#: Order of `guike` without arguments; modules not named come after these.
ORDER = ("running", "testing", "users", "importing", "exporting", "policy", "explaining", "metric", "bench", "backing", "checking", "django")


def run(arguments: list[str]) -> int:
    """Run one command line; returns the exit code (2: wrong usage, 1: refused or failed, 130: interrupted)."""
    arguments, home = _taken_home(arguments)
    modules = command_modules()
    if not arguments or arguments[0] == "help":
        print(overview(modules))
        return 0
    parser, subparsers = _parser()
    for module in modules:
        module.register(subparsers)
    known, rest = parser.parse_known_args(arguments)
    if rest and not getattr(known, "passes_on", False):
        parser.error(f"不认识的参数：{' '.join(rest)}")
    known.rest, known.home = rest, home
    if not hasattr(known, "run"):
        print(overview(modules, prefix=arguments[0]), file=sys.stderr)
        return 2
    return _perform(known)


def _taken_home(arguments: list[str]) -> tuple[list[str], str | None]:
    """--home may stand anywhere, before Django's own commands too; returns what is left, and the folder."""
    for number, word in enumerate(arguments):
        if word.startswith("--home="):
            return arguments[:number] + arguments[number + 1 :], word.partition("=")[2]
        if word == "--home" and number + 1 < len(arguments):
            return arguments[:number] + arguments[number + 2 :], arguments[number + 1]
    return arguments, os.environ.get("GUIKE_HOME")


def command_modules() -> list[Any]:
    """Every module of this folder that declares commands, in the order of the overview."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    commands = [module for module in modules if hasattr(module, "register")]
    names = [*ORDER, *sorted(module.__name__.rpartition(".")[2] for module in commands)]
    return sorted(commands, key=lambda module: names.index(module.__name__.rpartition(".")[2]))


def overview(modules: list[Any], prefix: str = "") -> str:
    """What `guike` prints without arguments: one line a command (those that begin with `prefix`)."""
    lines = [(call, what) for module in modules for call, what in module.USAGE if call.startswith(prefix)]
    wide = 64
    return "\n".join(f"guike {call}".ljust(wide) + ("  " if len(call) + 6 <= wide else "\n" + " " * (wide + 2)) + what for call, what in lines)


def _parser() -> tuple[Parser, Any]:
    parser = Parser(prog="guike", allow_abbrev=False)
    return parser, parser.add_subparsers(metavar="命令", parser_class=Parser)


def _perform(arguments: argparse.Namespace) -> int:
    try:
        with _quiet_output(arguments), _prepared(arguments):
            value = arguments.run(arguments)
    except KeyboardInterrupt:
        return 130
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status
    except Exception as problem:
        if not _is_refusal(problem):
            raise
        print(problem, file=sys.stderr)
        return 1
    return _print(value if isinstance(value, Reply) else Reply(value), arguments)


def _prepared(arguments: argparse.Namespace) -> contextlib.AbstractContextManager:
    from guike.launcher.instance import Instance

    arguments.instance = Instance.at(arguments.home)
    return arguments.instance.opened() if getattr(arguments, "needs", "database") == "database" else contextlib.nullcontext()


def _quiet_output(arguments: argparse.Namespace) -> contextlib.AbstractContextManager:
    """With --json nothing but the object may stand on standard output."""
    return contextlib.redirect_stdout(sys.stderr) if _wants_json(arguments) else contextlib.nullcontext()


def _wants_json(arguments: argparse.Namespace) -> bool:
    return bool(getattr(arguments, "json", False))


def _is_refusal(problem: Exception) -> bool:
    from django.core.exceptions import PermissionDenied
    from django.core.management.base import CommandError
    from django.http import Http404

    from guike.platform.errors import Refused

    return isinstance(problem, Refused | PermissionDenied | Http404 | CommandError)


def _print(reply: Reply, arguments: argparse.Namespace) -> int:
    if _wants_json(arguments):
        from django.core.serializers.json import DjangoJSONEncoder

        print(json.dumps(reply.value, ensure_ascii=False, cls=DjangoJSONEncoder))
    elif show := getattr(arguments, "show", None):
        show(reply.value)
    return reply.status
