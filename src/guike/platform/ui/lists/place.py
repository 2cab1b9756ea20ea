"""Where a record stands in the list it was opened from: 第 3 / 94 家, the one before and the one after, the way back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.http import QueryDict

from guike.platform.access import Viewer
from guike.platform.ui.lists import keyset, state

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage

#: Beyond this nobody counts with: 1,000+.
COUNTED = 1000


@dataclass(frozen=True)
class Place:
    """`position` is None past the first thousand, and for a record that the list no longer finds (edited out of it)."""

    before: Any = None
    after: Any = None
    position: int | None = None
    total: int = 0

    @property
    def total_text(self) -> str:
        return f"{COUNTED:,}+" if self.total > COUNTED else f"{self.total:,}"


def place(page: "ListPage", viewer: Viewer, address: str, row: Model) -> Place:
    """The place of a row in the list that `address` (a query string) names; raises BadState. Three queries beside the saved views, none grows with the list.

    A record that was edited out of the list keeps its neighbours: they are found by its sort value.
    """
    page.viewer = viewer
    query = QueryDict(address, mutable=True)
    for name in ("after", "before", *state.TOOLS):
        query.pop(name, None)
    base = page.state_of_view(query.get("view") or page.opening_view)
    wanted = state.read(query, base, [q.code for q in page.quick])
    page.check(wanted)
    rows = page.filtered(wanted)
    order = page.order(rows, wanted.sort)
    here = row if order.path not in rows.query.annotations else page.queryset(viewer).filter(pk=row.pk).first()
    if here is None:
        return Place()
    edge = keyset.Cursor(keyset.sort_value(here, order.path), here.pk, 0)
    ahead = keyset.page(rows, order, 1, before=edge).rows
    behind = keyset.page(rows, order, 1, after=edge).rows
    total, listed, *before = keyset.counted([rows, rows.filter(pk=row.pk), *keyset.ahead_of(rows, order, edge)], COUNTED + 1)
    position = sum(before) + 1 if listed and sum(before) < COUNTED else None
    return Place(ahead[0] if ahead else None, behind[0] if behind else None, position, total)
