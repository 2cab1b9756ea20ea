"""Reading the catalogue. Everybody who works here may see it; the floor price follows its field rule."""

import unicodedata

from django.db.models import QuerySet

from guike.platform import access
from guike.platform.access import Viewer
from guike.products.models import Product


def products_for(viewer: Viewer, action: str = "view") -> QuerySet[Product]:
    """All products the viewer may do `action` to, retired ones included."""
    return access.rows(viewer, "product", action)


def product_for(viewer: Viewer, pk: int, action: str = "view", *, lock: bool = False) -> Product:
    """One product, or 404, or 403."""
    return access.row(viewer, "product", pk, action, lock=lock)


def products_numbered(viewer: Viewer, numbers: set[str]) -> dict[str, Product]:
    """Products by their numbers, for imports: one query for a whole batch."""
    return {product.number: product for product in products_for(viewer).filter(number__in=numbers)}


def words(text: str) -> list[str]:
    """What somebody typed, as it stands in the search text: half width, lower case; at most six words."""
    return unicodedata.normalize("NFKC", text).lower().split()[:6]


def find(viewer: Viewer, text: str) -> QuerySet[Product]:
    """Products on sale by part of number, name, spec or pinyin; all words must occur."""
    found = products_for(viewer).filter(active=True)
    for word in words(text):
        found = found.filter(search__contains=word)
    return found


def categories(viewer: Viewer) -> list[str]:
    """The categories in use, in order of name."""
    return list(products_for(viewer).exclude(category="").order_by("category").values_list("category", flat=True).distinct())
