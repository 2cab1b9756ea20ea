"""The product's pages and the tests' own list."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from guike.platform.access import page
from guike.platform.ui.lists import Action
from guike.platform.ui.tests.firms import FirmList
from guike.wiring.urls import handler403, handler404, handler500
from guike.wiring.urls import urlpatterns as product


@page("test_firm", "view")
def firms(request: HttpRequest) -> HttpResponse:
    return FirmList().respond(request, actions=[Action("样式指南", reverse("ui:guide"), "palette", primary=True)])


urlpatterns = [path("firms/", firms, name="test-firms"), *product]
__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
