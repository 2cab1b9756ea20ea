"""What upper domains add to the door: where a login is led to first (the first-run wizard), what is offered beside it (the demo's tour),
and what they say to "why can she see this"."""

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


Offer = Callable[[], tuple[str, str] | None]
_offers: list[Offer] = []


def offer_at_door(offer: Offer) -> None:
    """Register `offer()`: (words, address) of a link under the log-in form, or None for nothing."""
    if offer not in _offers:
        _offers.append(offer)


def offers() -> list[tuple[str, str]]:
    """What is offered beside logging in."""
    return [found for offer in _offers if (found := offer())]


Ground = Callable[[Viewer, int], list[str]]
_grounds: dict[str, Ground] = {}


def explain(code: str, ground: Ground) -> None:
    """Register `ground(viewer, pk)`: what a domain's own rules add about one of its rows and a viewer, a sentence each (PLT-01)."""
    _grounds[code] = ground


def own_grounds(code: str, viewer: Viewer, pk: int) -> list[str]:
    return _grounds[code](viewer, pk) if code in _grounds else []
