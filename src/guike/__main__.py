"""`python -m guike`, the `guike` program: everything is in `guike.wiring.cli`."""

import sys


def main() -> None:
    """Run the command of this process's arguments and leave with its exit code."""
    from guike.wiring.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
