"""All ten stops walked in a browser, by mouse at a desk and by keys on a phone; the content policy has nothing to say (PLT-12)."""

import pytest

from guike.workspace.tour.stops import STOPS
from guike.workspace.tour.tests.test_tour import company as _company
from guike.workspace.tour.tests.test_tour import parts as _parts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
company, parts = _company, _parts


def _card(page):
    return page.locator(".tour-card")


def test_the_whole_tour_by_mouse_at_a_desk(page, live_server, company, parts):
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/login/")
    page.get_by_role("link", name="十分钟导览").click()
    page.get_by_role("button", name="开始", exact=True).click()
    for number, one in enumerate(STOPS, start=1):
        _card(page).get_by_text(f"{number} / 10").wait_for()
        assert _card(page).locator("b").inner_text() == str(one.title)
        box = _card(page).bounding_box()
        assert box["x"] > 800 and box["y"] + box["height"] <= 900
        _card(page).locator(".tour-card-next").click()
    page.get_by_text("十站都看过了").wait_for()
    assert page.url.endswith("/tour/") and not _card(page).count()
    assert not said


def test_by_keys_on_a_phone_and_ended(page, live_server, company, parts):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/tour/")
    page.get_by_role("button", name="去看：今日：该联系谁").press("Enter")
    for number in range(1, 5):
        _card(page).get_by_text(f"{number} / 10").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        box = _card(page).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        _card(page).locator("summary").press("Enter")
        assert not _card(page).locator("details p").is_visible()
        _card(page).locator(".tour-card-next").press("Enter")
    _card(page).get_by_text("5 / 10").wait_for()
    _card(page).get_by_role("button", name="结束导览").press("Enter")
    page.get_by_text("看过 5 / 10").wait_for()
    page.goto(f"{live_server.url}/customers/pool/")
    assert not _card(page).count()


def test_what_a_form_needs_is_not_under_the_card(page, live_server, company, parts):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/tour/")
    page.get_by_role("button", name="去看：记一笔跟进").click()
    _card(page).get_by_text("4 / 10").wait_for()
    save = page.locator(".gk-form-footer button[type=submit]").last
    page.evaluate("window.scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
    assert save.bounding_box()["y"] + save.bounding_box()["height"] < _card(page).bounding_box()["y"]
