"""What a page without charts loads: at most 200 kB of script and style, compressed (interface)."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db
MOST = 200_000
#: What a page fetches when a picker or a list to sort appears in it; charts are fetched by pages with charts alone.
LATER = ("data-tom-select", "data-sortable")


def loaded(page: str) -> set[str]:
    """The addresses of all scripts and styles a page may fetch."""
    named = re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+\.(?:js|css))"', page)
    later = [found[1] for name in LATER if (found := re.search(rf'{name}="([^"]+)"', page))]
    return {*named, *later}


def weight(address: str) -> int:
    path = finders.find(address.split("/static/", 1)[1])
    assert path, f"{address} is not found"
    return len(gzip.compress(Path(path).read_bytes(), 6))  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["/customers/?view=all", "/customers/{pk}/", "/today/", "/sales/orders/"])
def test_scripts_and_styles_of_a_page_stay_within_the_limit(as_viewer, owner, customer, address, settings):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    page = as_viewer(owner).get(address.format(pk=customer.pk))
    assert page.status_code == 200
    parts = {one: weight(one) for one in loaded(page.content.decode())}
    assert len(parts) > 10
    assert sum(parts.values()) <= MOST, parts
