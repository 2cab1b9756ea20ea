"""One line a part; names live in the namespace `workspace`."""

from importlib.util import find_spec

from django.urls import include, path

from guike.workspace import PARTS

app_name = "workspace"
urlpatterns = [
    path("", include(f"guike.workspace.{part}.urls"))
    for part in PARTS
    if find_spec(f"guike.workspace.{part}") and find_spec(f"guike.workspace.{part}.urls")
]
