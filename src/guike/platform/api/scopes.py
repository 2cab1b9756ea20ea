"""What a key may be limited to: one word a resource, reading or writing (PLT-07). Resources register themselves with their `api.py`."""

from django.urls import get_resolver
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text = str | Promise
_known: dict[str, Text] = {}


def register(code: str, label: Text, *, writes: bool = True) -> None:
    """A resource's scopes: `code:read`, and `code:write` where it can be written."""
    _known[f"{code}:read"] = label
    if writes:
        _known[f"{code}:write"] = label


def known() -> dict[str, str]:
    """Scope → 「客户 · 读」, in order of registration. They are declared with the addresses, which a worker may not have loaded yet."""
    load()
    return {code: f"{label} · {_('写') if code.endswith(':write') else _('读')}" for code, label in _known.items()}


def covers(held: list[str], wanted: str) -> bool:
    """Is a scope among those held? Writing includes reading."""
    return wanted in held or (wanted.endswith(":read") and wanted.removesuffix("read") + "write" in held)


def load() -> None:
    """Read the addresses, and with them every domain's `api.py`."""
    if not get_resolver().url_patterns:
        raise LookupError("no addresses")
