"""The way in of a new instance, as a person goes it in a browser."""

import pytest
from django.urls import reverse

from guike.organisation import services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHOSEN = "Wenzhou-Famen-2026"


def test_the_first_administrator_gets_in_and_chooses_a_password(page, live_server):
    made = services.create_first_admin()
    assert made is not None
    login, password = made

    page.goto(live_server.url + reverse("organisation:people"))
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()

    page.get_by_role("heading", name="先改密码").wait_for()
    for name, text in (("old_password", password), ("new_password", CHOSEN), ("again", CHOSEN)):
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="改好并进入").click()
    page.wait_for_url(lambda url: "password" not in url)

    assert services.sign_in(login, CHOSEN).account is not None


def test_without_signing_in_every_page_leads_to_the_door(page, live_server):
    page.goto(live_server.url + reverse("organisation:people"))
    assert "/login" in page.url
    assert page.get_by_role("heading", name="登录").is_visible()
