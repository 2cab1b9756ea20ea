"""Every icon that a page draws is in icons.txt, so that set-up copies it."""

import re
from pathlib import Path

from guike.launcher.assets import icon_names

PACKAGE = Path(__file__).resolve().parents[3]
IN_TEMPLATE = re.compile(r'\{% icon "([a-z0-9/-]+)"')
IN_PYTHON = re.compile(r'\bicon="([a-z0-9/-]+)"')


def used_icons() -> dict[str, str]:
    """Icon → a file that draws it."""
    found: dict[str, str] = {}
    for path in PACKAGE.rglob("*.*"):
        if path.suffix in (".html", ".py") and "static_vendor" not in path.parts and "tests" not in path.parts:
            pattern = IN_TEMPLATE if path.suffix == ".html" else IN_PYTHON
            found.update((name, str(path.relative_to(PACKAGE))) for name in pattern.findall(path.read_text(encoding="utf-8")))
    return found


def test_every_icon_in_use_is_listed():
    listed = set(icon_names())
    missing = {name: where for name, where in used_icons().items() if name not in listed}
    assert missing == {}
