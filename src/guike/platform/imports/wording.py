"""Messages of the spreadsheet layer, which knows no Django, in the language of the viewer."""

from typing import Any

from django.utils.translation import gettext

from guike.platform.errors import Refused
from guike.platform.sheets.problems import Said, SheetError


def say(message: Said) -> str:
    """The sentence translated, its values filled in (words among the values are translated too)."""
    values: dict[str, Any] = {name: gettext(value) if isinstance(value, str) and value else value for name, value in message.values.items()}
    template = gettext(message.template)
    return template % values if values else template


def refusal(error: SheetError) -> Refused:
    """The whole file is refused: pages show it at the upload field, the command line prints it."""
    return Refused(say(error), field="file", code="unreadable_file")
