"""Display choices of the person, and redirects that a sheet can follow."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from guike.platform.ui import shell

Answer = Callable[[HttpRequest], HttpResponse]
REDIRECTS = (301, 302, 303)


class Display:
    """Speaks the language the person chose, else Simplified Chinese whatever the browser prefers.

    htmx would put the page behind a redirect into the fragment; a redirect of an htmx request becomes one of the whole page.
    """

    def __init__(self, answer: Answer):
        self.answer = answer
        self.languages = tuple(code for code, _name in settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = shell.preference(request, "language", self.languages)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.answer(request)
        if getattr(request, "htmx", False):
            return _for_htmx(response)
        return response


def _for_htmx(response: HttpResponse) -> HttpResponse:
    if response.status_code not in REDIRECTS:
        return response
    answer = HttpResponse(status=200, headers={"HX-Redirect": response.headers["Location"]})
    answer.cookies = response.cookies
    return answer
