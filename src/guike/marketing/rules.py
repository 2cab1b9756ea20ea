"""Pure rules of market finds: who gets one, which way it may go, what a season of them came to (CUS-08)."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Working days to accept, days to the first contact, where the company set nothing else.
ACCEPT_DAYS = 3
FOLLOW_DAYS = 7
#: From which likeness on a find is marked as "perhaps a customer already".
SUSPICIOUS = 60
#: State → states it may become. What is dropped stays dropped.
MOVES: dict[str, frozenset[str]] = {
    "new": frozenset({"sent", "dropped"}),
    "sent": frozenset({"sent", "accepted", "returned", "dropped"}),
    "accepted": frozenset({"returned"}),
    "returned": frozenset({"sent", "dropped"}),
    "dropped": frozenset(),
}


def may_become(state: str, wanted: str) -> bool:
    return wanted in MOVES[state]


@dataclass(frozen=True)
class Way:
    """A rule of distribution, comparable: empty lists match everything."""

    key: int
    regions: tuple[str, ...] = ()
    product_lines: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def _bare(place: str) -> str:
    """温州市, 温州 and 温州 市 are one place; 浙江省 and 浙江 too.

    >>> _bare("温州市"), _bare("浙江"), _bare("市")
    ('温州', '浙江', '市')
    """
    text = "".join(place.split())
    return text[:-1] if len(text) > 2 and text[-1] in "省市" else text


def _in_region(regions: Sequence[str], province: str, city: str) -> bool:
    return bool({_bare(one) for one in regions} & {_bare(place) for place in (province, city) if place})


def way_for(ways: Sequence[Way], *, province: str, city: str, product_line: str, source: str) -> Way | None:
    """The first way all of whose lists hold the find's value; None where none fits.

    >>> ways = [Way(1, regions=("温州",), product_lines=("闸阀",)), Way(2, regions=("浙江",)), Way(3, sources=("web",))]
    >>> way_for(ways, province="浙江省", city="温州市", product_line="闸阀", source="").key
    1
    >>> way_for(ways, province="浙江省", city="温州市", product_line="球阀", source="").key
    2
    >>> way_for(ways, province="", city="", product_line="", source="web").key
    3
    >>> way_for(ways, province="江苏省", city="", product_line="", source="trade_event") is None
    True
    """
    for way in ways:
        fits = (
            not way.regions or _in_region(way.regions, province, city),
            not way.product_lines or product_line in way.product_lines,
            not way.sources or source in way.sources,
        )
        if all(fits):
            return way
    return None


@dataclass(frozen=True)
class Yield:
    """What became of the finds of one source or month."""

    label: str
    code: str
    found: int
    accepted: int
    contacted: int
    ordered: int
    returned: int
    waiting: int

    @staticmethod
    def share(part: int, whole: int) -> int | None:
        """Percent, rounded half up; None of nothing.

        >>> Yield.share(1, 8), Yield.share(0, 3), Yield.share(0, 0)
        (13, 0, None)
        """
        return (200 * part + whole) // (2 * whole) if whole else None

    @property
    def accepted_share(self) -> int | None:
        return self.share(self.accepted, self.found)

    @property
    def contacted_share(self) -> int | None:
        return self.share(self.contacted, self.accepted)

    @property
    def ordered_share(self) -> int | None:
        return self.share(self.ordered, self.accepted)
