"""Inline SVG icons from @tabler/icons. Names in use stand in icons.txt; set-up copies them to static_vendor/icons."""

import logging
from functools import lru_cache
from pathlib import Path

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).resolve().parents[2] / "static_vendor" / "icons"
logger = logging.getLogger(__name__)


@lru_cache(maxsize=1024)
def shapes(name: str) -> str:
    """The drawing inside the <svg> of `user` (outline) or `filled/star`; empty, with a log line, when it was not copied."""
    variant, _, icon = name.rpartition("/")
    path = FOLDER / (variant or "outline") / f"{icon}.svg"
    if not path.is_file():
        logger.warning("icon %s is missing: add it to platform/ui/icons.txt and run python -m guike.launcher.assets", name)
        return ""
    text = path.read_text(encoding="utf-8")
    return text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")].replace("\n", "").replace("  ", "")


@lru_cache(maxsize=4096)
def svg(name: str, size: int = 18, label: str = "", css: str = "") -> SafeString:
    """One icon, `size` px square. Without `label` it is decoration and hidden from assistive technology."""
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    paint = 'fill="currentColor"' if name.startswith("filled/") else 'fill="none" stroke="currentColor" stroke-width="1.6"'
    return mark_safe(
        f'<svg class="gk-icon {conditional_escape(css)}" width="{int(size)}" height="{int(size)}" viewBox="0 0 24 24" {paint} '
        f'stroke-linecap="round" stroke-linejoin="round" {voice}>{shapes(name)}</svg>'
    )
