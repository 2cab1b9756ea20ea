"""`python -m guike`, the `guike` program: everything is in `guike.wiring.cli`."""

import signal
import sys


def main() -> None:
    """Run the command of this process's arguments and leave with its exit code."""
    from guike.wiring.cli import run

    # told to stop, a command unwinds: children end and the database that it started is stopped
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
