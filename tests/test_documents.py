"""What the documents tell people to type exists, and what they point to is there."""

import re
import shlex
from pathlib import Path

import pytest

from guike.wiring.cli import _parser, _taken_home, command_modules, overview

CHECKOUT = Path(__file__).resolve().parents[1]
DOCUMENTS = [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"), *CHECKOUT.glob("src/guike/**/*.md")]
COMMAND = re.compile(r"(?:^|`)(?:[A-Z_]+=\S+ )*\./guike ([^`#|\n]+)", re.M)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def named_commands() -> list[tuple[str, str]]:
    return sorted({(str(path.relative_to(CHECKOUT)), found.strip()) for path in DOCUMENTS for found in COMMAND.findall(path.read_text(encoding="utf-8"))})


def understood(line: str) -> bool:
    """True when the command line's own parser accepts the words."""
    parser, subparsers = _parser()
    for module in command_modules():
        module.register(subparsers)
    words, _ = _taken_home(shlex.split(line))
    try:
        known, rest = parser.parse_known_args(words)
    except SystemExit:
        return False
    return hasattr(known, "run") and (not rest or getattr(known, "passes_on", False))


def test_the_check_refuses_what_does_not_exist(capsys):
    assert understood("up --port 9000")
    assert not understood("up --prot 9000")
    assert not understood("fly")


def test_documented_commands_exist(capsys):
    commands = named_commands()
    assert ("README.md", "demo") in commands
    wrong = [f"{path}: ./guike {line}" for path, line in commands if not understood(line)]
    assert not wrong, "\n".join(wrong)


def test_links_lead_somewhere():
    wrong = [
        f"{path.relative_to(CHECKOUT)} -> {target}"
        for path in DOCUMENTS
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", sorted(CHECKOUT.glob("docs/adr/*.md")), ids=lambda path: path.name)
def test_a_decision_fits_on_a_page(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 30


def test_readmes_of_domains_stay_short():
    long = [str(path.relative_to(CHECKOUT)) for path in CHECKOUT.glob("src/guike/*/README.md") if len(path.read_text(encoding="utf-8").splitlines()) > 60]
    assert not long


def test_every_command_stands_in_the_overview():
    text = overview(command_modules())
    _, subparsers = _parser()
    for module in command_modules():
        module.register(subparsers)
    missing = [name for name in subparsers.choices if f"guike {name}" not in text]
    assert not missing
