"""The days are one story in one company: what is done in the morning is there in the afternoon, so nobody deals the chapters anew."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After everybody who shuffles: the tests of one file of this folder keep its order, in the places they were given."""
    for name in {item.path.name for item in items if item.path.parent.name == "days"}:
        places = [place for place, item in enumerate(items) if item.path.parent.name == "days" and item.path.name == name]
        told = sorted((items[place] for place in places), key=lambda item: item.reportinfo()[1] or 0)
        for place, item in zip(places, told, strict=True):
            items[place] = item
