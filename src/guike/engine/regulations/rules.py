"""Numbering and comparing clauses: pure functions (POL-09)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """1 → 一, 10 → 十, 12 → 十二, 20 → 二十, 105 → 一百零五: as chapters and articles are counted, up to 999."""
    if not 0 < number < 1000:
        raise ValueError(f"{number} is no number of a clause")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (DIGITS[ones] if ones else "")


def article(number: int) -> str:
    """12 → 第十二条."""
    return f"第{numeral(number)}条"


def chapter(number: int) -> str:
    """2 → 第二章."""
    return f"第{numeral(number)}章"


@dataclass(frozen=True)
class Said:
    """What a clause says in one version: its number there, heading, text as read, and what carries it out."""

    key: str
    number: int
    chapter: str
    title: str
    text: str
    carried_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A clause in two versions. `how`: same, changed, moved (only its number or chapter), added, removed."""

    key: str
    how: str
    before: Said | None
    after: Said | None


def compare(before: Sequence[Said], after: Sequence[Said]) -> tuple[Pair, ...]:
    """Clauses of two versions side by side, by key, in the order of the later one; what was taken out stands where it stood."""
    earlier: Mapping[str, Said] = {one.key: one for one in before}
    kept = {one.key for one in after}
    pairs = [Pair(one.key, _how(earlier.get(one.key), one), earlier.get(one.key), one) for one in after]
    for one in before:
        if one.key not in kept:
            pairs.insert(_place_of_removed(one, before, pairs), Pair(one.key, "removed", one, None))
    return tuple(pairs)


def _how(before: Said | None, after: Said) -> str:
    if before is None:
        return "added"
    if (before.title, before.text, before.carried_by) != (after.title, after.text, after.carried_by):
        return "changed"
    return "same" if (before.number, before.chapter) == (after.number, after.chapter) else "moved"


def _place_of_removed(removed: Said, before: Sequence[Said], pairs: Sequence[Pair]) -> int:
    """After the nearest clause that stood before it and is still there."""
    places = {pair.key: place for place, pair in enumerate(pairs)}
    standing = [places[one.key] for one in before if one.number < removed.number and one.key in places]
    return standing[-1] + 1 if standing else 0


def on_time_share(on_time: int, due: int) -> int | None:
    """Percent of what was due that was done on time, rounded down, so that 100 means all; None where nothing was due."""
    return on_time * 100 // due if due else None
