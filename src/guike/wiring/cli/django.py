"""`guike manage …`: Django's own commands on this instance."""

import argparse
from typing import Any

USAGE = [("manage …", "Django 自带的命令（shell、dbshell、migrate …）")]


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("manage", help=USAGE[0][1], add_help=False)
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="…")
    parser.set_defaults(run=manage)


def manage(arguments: argparse.Namespace) -> None:
    """Run the command in this process; it prints and exits by itself."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["guike manage", *arguments.words])
