"""The ten-minute tour as a visitor of the demo walks it: ten real pages, as the people whose day it is."""

from playwright.sync_api import expect
from tests.days.stage import Stage, fits, shoot

from guike.workspace.tour.stops import STOPS


def walked(stage: Stage, device: str) -> None:
    page = stage.visitor(device)
    page.goto("/login/")
    page.get_by_role("link", name="十分钟导览").click()
    if device == "desk":
        shoot(page, "tour")
    page.get_by_role("button", name="开始", exact=True).click()
    card = page.locator(".tour-card")
    for number, one in enumerate(STOPS, start=1):
        expect(card).to_contain_text(f"{number} / 10")
        expect(card.locator("b")).to_have_text(str(one.title))
        expect(page.locator("h1, .gk-sheet-title").first).to_be_visible()
        fits(page)
        card.locator(".tour-card-next").click()
    expect(page.get_by_text("十站都看过了")).to_be_visible()
