"""Finding a market find from anywhere (PLT-09)."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from guike.marketing import selectors
from guike.marketing.models import Find
from guike.platform.access import Viewer
from guike.platform.ui import pickers
from guike.platform.ui.pickers import Choice

#: What a line of the search box shows.
LINE = ("name", "number", "state", "province", "city")


def _choice(found: Find) -> Choice:
    second = " · ".join(part for part in (found.number, found.place, str(found.get_state_display())) if part)
    return Choice(found.pk, found.name, second=second, href=found.get_absolute_url())


def _search(viewer: Viewer, text: str, limit: int, filters: pickers.Filters) -> Iterable[Choice]:
    rows = selectors.words_found(selectors.finds(viewer), text).select_related(None).only(*LINE)
    return [_choice(found) for found in rows.order_by("-pk")[:limit]]


def _chosen(viewer: Viewer, values: Sequence[str]) -> Iterable[Choice]:
    return [_choice(found) for found in selectors.finds(viewer).filter(pk__in=[int(value) for value in values if value.isdigit()])]


pickers.register(
    "find",
    title=_("市场线索"),
    access=("find", "view"),
    icon="bulb",
    in_palette=True,
    search=_search,
    chosen=_chosen,
    list_url_name="marketing:finds",
)
