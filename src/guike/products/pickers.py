"""Choosing a product in any form (PLT-09)."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.platform.access import Viewer, reads
from guike.platform.ui import formats, pickers
from guike.platform.ui.pickers import Choice
from guike.products import selectors
from guike.products.models import Product


def _choice(product: Product, priced: bool) -> Choice:
    price = f"{formats.yuan(product.list_price)} / {product.unit}" if priced and product.list_price is not None else ""
    second = " · ".join(part for part in (product.number, product.spec, price) if part)
    return Choice(product.pk, product.name, second=second, href=product.get_absolute_url())


def _search(viewer: Viewer, text: str, limit: int, filters: pickers.Filters) -> Iterable[Choice]:
    priced = reads(viewer, "product", "list_price")
    return [_choice(product, priced) for product in selectors.find(viewer, text).order_by("number")[:limit]]


def _chosen(viewer: Viewer, values: Sequence[str]) -> Iterable[Choice]:
    wanted = [int(value) for value in values if value.isdigit()]
    priced = reads(viewer, "product", "list_price")
    return [_choice(product, priced) for product in selectors.products_for(viewer).filter(pk__in=wanted)]


pickers.register(
    "product",
    title=_("产品"),
    access=("product", "view"),
    icon="package",
    in_palette=True,
    search=_search,
    chosen=_chosen,
    create=lambda viewer, filters: reverse("products:add"),
    list_url_name="products:list",
)
