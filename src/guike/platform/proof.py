"""Pages that give or take rights ask once more who one is, when that was proved a while ago (PLT-01)."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from guike.platform import clock

#: How long a proof counts.
LASTS = timedelta(minutes=15)


def proved(view: Callable) -> Callable:
    """For pages that give or take rights: who they are is asked again when it was proved more than 15 minutes ago. Goes below `@page`."""

    @functools.wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        at = request.session.proved_at  # type: ignore[attr-defined]
        if at is not None and clock.now() - at < LASTS:
            return view(request, *args, **kwargs)
        htmx: Any = getattr(request, "htmx", None)
        came = urlsplit(request.META.get("HTTP_REFERER", ""))
        page = request.get_full_path() if request.method == "GET" and not htmx else f"{came.path or '/'}?{came.query}".rstrip("?")
        address = f"{reverse('organisation:prove')}?{urlencode({'next': page})}"
        return HttpResponse(status=204, headers={"HX-Redirect": address}) if htmx else redirect(address)

    check.needs_proof = True  # type: ignore[attr-defined]
    return check
