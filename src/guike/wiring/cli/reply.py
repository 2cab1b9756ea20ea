"""What commands give back and share."""

import argparse
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reply:
    """A command's result: the object that --json prints, and the exit code."""

    value: Any = None
    status: int = 0


def add_acting(parser: argparse.ArgumentParser) -> None:
    """Declare `--as LOGIN`: whose rights the command uses and whose name the history shows."""
    parser.add_argument("--as", dest="acting_login", metavar="LOGIN", help="以谁的身份（权限和修改记录都算他的），默认系统")


def acting(arguments: argparse.Namespace) -> Any:
    """The viewer of `--as LOGIN`; SYSTEM without it. Raises Refused when there is no such active login."""
    from guike.platform.access import SYSTEM

    login = getattr(arguments, "acting_login", None)
    if not login:
        return SYSTEM
    from guike.organisation import selectors
    from guike.platform.errors import Refused

    viewer = selectors.viewer_of_login(login)
    if viewer is None:
        raise Refused(f"没有能登录的账号 {login}。用 guike user add {login} --role … 建一个。")
    return viewer


class ProgressBar:
    """`bar(done, total)`: one line that is drawn over on a terminal; silent where standard error is not one."""

    def __init__(self, title: str):
        self.title = title
        self._visible = sys.stderr.isatty()

    def __call__(self, done: int, total: int | None = None) -> None:
        if not self._visible:
            return
        share = min(done / total, 1.0) if total else 0.0
        bar = "█" * round(share * 30)
        count = f"{done:,} / {total:,}" if total else f"{done:,}"
        end = "\n" if total and done >= total else ""
        print(f"\r{self.title} {bar:░<30} {count}", end=end, file=sys.stderr, flush=True)
