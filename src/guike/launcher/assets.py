"""Browser parts: from node_modules (fetched by npm) to the git-ignored `static_vendor` folder that pages are served from.

Standard library only: it runs during set-up. `python -m guike.launcher.assets` does it again after icons.txt changed.
"""

import hashlib
import shutil
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parents[1]
VENDOR = PACKAGE / "static_vendor"
ICON_LIST = PACKAGE / "platform" / "ui" / "icons.txt"

# Name served -> file inside node_modules.
FILES = {
    "css/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "css/tom-select.bootstrap5.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "css/fullcalendar.css": "fullcalendar/skeleton.css",
    "js/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "js/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "js/alpine-csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "js/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "js/echarts.min.js": "echarts/dist/echarts.min.js",
    "js/sortable.min.js": "sortablejs/Sortable.min.js",
    "js/tom-select.complete.min.js": "tom-select/dist/js/tom-select.complete.min.js",
    "js/fullcalendar.js": "fullcalendar/all/global.js",
}
SOURCE_MAP_LINE = (b"//# sourceMappingURL=", b"/*# sourceMappingURL=")


class AssetMissing(Exception):
    """A listed file or icon does not exist in node_modules; the text names it."""


def fingerprint() -> str:
    """What the copied folder depends on: the npm lock, the icon list and this file."""
    digest = hashlib.sha256()
    for path in (CHECKOUT / "package-lock.json", ICON_LIST, Path(__file__)):
        digest.update(path.read_bytes() if path.exists() else b"-")
    return digest.hexdigest()


def icon_names() -> list[str]:
    """Icons that pages use, one a line in icons.txt: `user` (outline) or `filled/star`; `#` starts a comment."""
    if not ICON_LIST.exists():
        return []
    lines = (line.split("#")[0].strip() for line in ICON_LIST.read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line})


def copy(modules: Path, target: Path = VENDOR) -> int:
    """Fill `target` from `modules` (a node_modules folder) and return the number of files.

    The folder is built beside and swapped in, so a running server never sees half of it. Raises AssetMissing.
    """
    building = target.with_name(target.name + ".new")
    shutil.rmtree(building, ignore_errors=True)
    for name, source in FILES.items():
        _place(modules / source, building / name)
    for name in icon_names() or _every_outline_icon(modules):
        variant, _, icon = name.rpartition("/")
        place = f"{variant or 'outline'}/{icon}.svg"
        _place(modules / "@tabler/icons/icons" / place, building / "icons" / place)
    (building / "fingerprint").write_text(fingerprint())
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)
    return sum(1 for path in target.rglob("*") if path.is_file())


def _every_outline_icon(modules: Path) -> list[str]:
    """Without a list every outline icon is offered, so that a page can be drawn before it is written down."""
    return [path.stem for path in (modules / "@tabler/icons/icons/outline").glob("*.svg")]


def is_current(target: Path = VENDOR) -> bool:
    """True when `target` was filled from this lock and this icon list."""
    stamp = target / "fingerprint"
    return stamp.exists() and stamp.read_text() == fingerprint()


def _place(source: Path, target: Path) -> None:
    if not source.is_file():
        raise AssetMissing(f"{source.name} ({source})")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_without_source_map(source.read_bytes()))


def _without_source_map(content: bytes) -> bytes:
    """Maps are not copied; a reference to one would make browsers and the static manifest ask for it."""
    return b"\n".join(line for line in content.split(b"\n") if not line.startswith(SOURCE_MAP_LINE))


if __name__ == "__main__":
    print(f"{copy(CHECKOUT / 'node_modules')} files in {VENDOR.name}")
