"""System checks that make a missing declaration a failed start (architecture: access is denied by default)."""

from collections.abc import Iterator

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern of the product with its whole route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


@register()
def every_page_declares_its_access(**_: object) -> list[Error]:
    """A URL whose view carries no `@page`, `@signed_in` or `@public` stops the start (PLT-01)."""
    return [
        Error(
            f"/{route} has no access declaration",
            hint="decorate its view with @page(object, action), @signed_in or @public",
            id="guike.E001",
        )
        for route, pattern in patterns()
        if not hasattr(pattern.callback, "access")
    ]
