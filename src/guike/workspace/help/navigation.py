from urllib.parse import quote

from django.urls import reverse

from guike.platform.ui import shell
from guike.workspace.help import sections


def _address(path: str) -> str:
    """The handbook's section for a page; the handbook itself has none."""
    if path.startswith(reverse("workspace:help")):
        return ""
    found = sections.for_path(path)
    if found is None:
        return reverse("workspace:help")
    name, heading = found
    return reverse("workspace:help_page", args=[name]) + (f"?section={quote(heading)}" if heading else "")


shell.provide_help(_address)
