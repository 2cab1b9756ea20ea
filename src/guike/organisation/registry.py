"""Where a login is led to first. An upper domain registers the page that somebody must see before Today: the first-run wizard."""

from collections.abc import Callable

from guike.platform.access import Viewer

Landing = Callable[[Viewer], str | None]
_landings: list[Landing] = []


def lead_to(landing: Landing) -> None:
    """Register `landing(viewer)`: the address to open right after log-in, or None for no wish."""
    if landing not in _landings:
        _landings.append(landing)


def landing_for(viewer: Viewer) -> str | None:
    """The first address that somebody registered for this viewer."""
    return next((address for landing in _landings if (address := landing(viewer))), None)
