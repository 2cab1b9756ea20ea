"""Tags as lists and pages show them: words with colours, read once a request."""

from collections.abc import Iterable, Mapping

from django.utils.safestring import SafeString

from guike.platform import dictionaries
from guike.platform.ui import html

DICTIONARY = "customer_tag"


def words() -> dict[str, dictionaries.Word]:
    """code → word, retired ones included: a customer keeps what it carries."""
    return {word.code: word for word in dictionaries.entries(DICTIONARY, active_only=False)}


def choices() -> list[tuple[str, str]]:
    """What may be put on a customer."""
    return [(word.code, word.label) for word in dictionaries.entries(DICTIONARY)]


def drawn(codes: Iterable[str], known: Mapping[str, dictionaries.Word]) -> SafeString:
    """The tags of one customer as coloured labels."""
    return html.labels((known[code].label, known[code].colour) if code in known else (code, "") for code in codes)


def text(codes: Iterable[str], known: Mapping[str, dictionaries.Word]) -> str:
    """The tags of one customer in a file: 「重点跟进、回款慢」."""
    return "、".join(known[code].label if code in known else code for code in codes)
