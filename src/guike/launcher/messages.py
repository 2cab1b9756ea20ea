"""How the launcher speaks: on standard error, because standard output belongs to the command's result."""

import sys


class Stop(Exception):
    """Ends the command with this message on standard error and `status` as exit code. Says what, where, what to do."""

    def __init__(self, message: str, status: int = 1):
        super().__init__(message)
        self.status = status


def say(message: str) -> None:
    """One line of progress for the person at the terminal."""
    print(message, file=sys.stderr, flush=True)
