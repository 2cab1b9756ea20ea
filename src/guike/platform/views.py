"""Error pages, files, and the administrator's view of background work."""

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from guike.platform.access import public


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/403.html", {"message": str(exception or "")}, status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = str(exception) if isinstance(exception, Http404) and exception.args and isinstance(exception.args[0], str) else ""
    return render(request, "ui/404.html", {"message": message}, status=404)


@public
def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/500.html", status=500)


@public
def health(request: HttpRequest) -> HttpResponse:
    """Answers 200 when the web process and the database do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
