"""Each domain registers how its records stand on the timeline, in its `timeline.py` (loaded at start)."""

from collections.abc import Callable
from dataclasses import dataclass

#: Groups of the timeline's filter, in order: code → word on screen.
GROUPS = {"contact": "跟进", "document": "单据", "money": "钱款", "decision": "判定", "other": "其他"}


@dataclass(frozen=True)
class Kind:
    """How one kind of record is shown: word, icon (or one per channel), group, its page, and the object whose right shows it.

    `own` kinds are what our people did: their icon is tinted; the others are facts of the system.
    """

    code: str
    label: str
    icon: str
    group: str
    access_object: str
    url: Callable[[int], str] | None = None
    own: bool = False
    channel_labels: dict[str, str] | None = None
    channel_icons: dict[str, str] | None = None

    def label_for(self, channel: str) -> str:
        return (self.channel_labels or {}).get(channel, self.label)

    def icon_for(self, channel: str) -> str:
        return (self.channel_icons or {}).get(channel, self.icon)

    def url_for(self, source_id: int) -> str:
        return self.url(source_id) if self.url else ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """State how a kind is shown. A group that the filter does not know raises."""
    if kind.group not in GROUPS:
        raise ValueError(f"{kind.code}: unknown group {kind.group}")
    _kinds[kind.code] = kind


def kinds() -> dict[str, Kind]:
    """All registered kinds by code."""
    return dict(_kinds)


def kind(code: str) -> Kind:
    """One kind; a code nobody registered is shown plainly rather than lost."""
    return _kinds.get(code) or Kind(code, code, "point", "other", "")
