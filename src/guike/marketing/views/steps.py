"""What the forms of finds share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from guike.platform.errors import Refused
from guike.platform.ui import sheets


def carried_out(
    request: HttpRequest,
    form: forms.Form,
    write: Callable[[], Any],
    message: Callable[[Any], str],
    to: Callable[[Any], str],
    *,
    stay: bool = True,
) -> HttpResponse | None:
    """Run a service with a valid form; a refusal goes back to its field. None = show the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        result = write()
    except Refused as refusal:
        form.refuse(refusal)  # type: ignore[attr-defined]
        return None
    return sheets.done(request, message(result), to=to(result), stay=stay)
