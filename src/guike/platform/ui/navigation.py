"""What stands in the side bar and the phone's bottom bar. Domains register their entries in their own `navigation.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pypinyin import Style, lazy_pinyin

from guike.platform.access import Viewer, allowed

#: Groups by what people do (interface.md); "" stands on top without a heading.
GROUPS = {
    "": "",
    "follow": gettext_noop("跟进"),
    "deal": gettext_noop("成交"),
    "service": gettext_noop("服务"),
    "policy": gettext_noop("制度"),
    "analysis": gettext_noop("分析"),
    "settings": gettext_noop("设置"),
}
COUNT_SECONDS = 60


@dataclass(frozen=True)
class Entry:
    """One place to go. `access` (object, action) hides it from those who may not; `count(viewer)` is computed apart from the page."""

    code: str
    group: str
    label: str
    icon: str
    url_name: str
    order: int = 100
    access: tuple[str, str] | None = None
    count: Callable[[Viewer], int] | None = None
    urgent: bool = False
    shortcut: str = ""
    bottom: int = 0


@dataclass(frozen=True)
class Shown:
    """An entry as drawn for one viewer on one page. `count` is None until it was computed."""

    entry: Entry
    href: str
    current: bool
    count: int | None
    counted: bool


@dataclass(frozen=True)
class MainAction:
    """The one thing done most, in the middle of the phone's bar and under the key n: 记跟进."""

    label: str
    icon: str
    url_name: str
    access: tuple[str, str]


_entries: dict[str, Entry] = {}
_main_actions: list[MainAction] = []


def register(
    code: str,
    *,
    group: str,
    label: str,
    icon: str,
    url_name: str,
    order: int = 100,
    access: tuple[str, str] | None = None,
    count: Callable[[Viewer], int] | None = None,
    urgent: bool = False,
    shortcut: str = "",
    bottom: int = 0,
) -> None:
    """Add an entry. `shortcut` is the letter after g; `urgent` prints the count red; `bottom` its place 1–3 in the phone's bar."""
    if group not in GROUPS:
        raise ValueError(f"{code}: unknown group {group}")
    _entries[code] = Entry(code, group, label, icon, url_name, order, access, count, urgent, shortcut, bottom)


def entries() -> Mapping[str, Entry]:
    """Every entry by its code, whoever may open it."""
    return dict(_entries)


def register_main_action(*, label: str, icon: str, url_name: str, access: tuple[str, str]) -> None:
    """Name the phone bar's middle button; the last registered one counts."""
    _main_actions.append(MainAction(label, icon, url_name, access))


def main_action(viewer: Viewer) -> tuple[MainAction, str] | None:
    """The middle button and its address, for those who may do it."""
    if not _main_actions or not viewer.account_id:
        return None
    action = _main_actions[-1]
    href = _href(action.url_name)
    return (action, href) if href and allowed(viewer, *action.access) else None


def visible_entries(viewer: Viewer) -> list[Entry]:
    """All entries the viewer may open, in the order of the side bar. A page that is not installed is left out."""
    return _in_sight(viewer, list(_entries.values()))


def _in_sight(viewer: Viewer, among: list[Entry]) -> list[Entry]:
    found = [entry for entry in among if _may_open(viewer, entry) and _href(entry.url_name)]
    return sorted(found, key=lambda entry: (list(GROUPS).index(entry.group), entry.order))


@lru_cache(maxsize=1000)
def _spoken(label: str) -> tuple[str, str]:
    """How a page's name sounds, and its first letters: 客户 → ("kehu", "kh")."""
    syllables = lazy_pinyin(label, style=Style.NORMAL)
    return "".join(syllables), "".join(one[:1] for one in syllables)


def sounds_like(label: str, text: str) -> bool:
    """Does a name, its pinyin or its initials contain the text? 记跟进 answers to 跟进, genjin, jgj."""
    typed = text.lower().replace(" ", "")
    return any(typed in one for one in _names(label))


def _names(label: str) -> tuple[str, ...]:
    return (label.lower(), *_spoken(label))


def named(viewer: Viewer, text: str) -> list[Entry]:
    """Pages whose name, pinyin or initials contain the text; those that begin with it first. All of them for an empty text."""
    typed = text.lower().replace(" ", "")
    answering = [entry for entry in _entries.values() if sounds_like(str(entry.label), text)]
    return sorted(_in_sight(viewer, answering), key=lambda entry: not any(one.startswith(typed) for one in _names(str(entry.label))))


def _may_open(viewer: Viewer, entry: Entry) -> bool:
    if not viewer.account_id:
        return False
    return entry.access is None or allowed(viewer, *entry.access)


def _href(url_name: str) -> str:
    return _address(url_name, settings.ROOT_URLCONF)


@lru_cache(maxsize=1000)
def _address(url_name: str, _urlconf: str) -> str:
    """Asked for fifty times a page; the addresses are fixed for each URL configuration."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def groups(viewer: Viewer, path: str) -> list[tuple[str, list[Shown]]]:
    """The side bar: heading and entries, the one whose address is the longest prefix of `path` marked as current."""
    entries = [(entry, _href(entry.url_name)) for entry in visible_entries(viewer)]
    here = max((href for _entry, href in entries if _is_under(path, href)), key=len, default="")
    counts = known_counts(viewer)
    shown = [Shown(e, href, href == here, counts.get(e.code), e.count is not None) for e, href in entries]
    return [(_(GROUPS[g]) if g else "", found) for g in GROUPS if (found := [s for s in shown if s.entry.group == g])]


def _is_under(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href))


def _cache_key(viewer: Viewer) -> str:
    return f"ui.counts.{viewer.account_id}"


def known_counts(viewer: Viewer) -> dict[str, int]:
    """Counts computed within the last minute and with the same rights: a page never waits for them."""
    version, found = cache.get(_cache_key(viewer)) or ("", {})
    return found if version == viewer.rights.version else {}


def counts(viewer: Viewer) -> dict[str, int]:
    """Compute the counts of all visible entries now and remember them for a minute."""
    found = {e.code: e.count(viewer) for e in visible_entries(viewer) if e.count}
    cache.set(_cache_key(viewer), (viewer.rights.version, found), COUNT_SECONDS)
    return found


def forget_counts(viewer: Viewer) -> None:
    """Call after a verb that changes the viewer's own counts, so that the next page shows the new ones."""
    cache.delete(_cache_key(viewer))


def forget_counts_of(account_id: int) -> None:
    """The same for somebody else, to whom something was just sent."""
    cache.delete(f"ui.counts.{account_id}")
