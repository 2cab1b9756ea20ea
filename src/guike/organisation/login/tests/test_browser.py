"""Second factors in a real browser, at a desk and on a phone: an authenticator, a passkey of the browser's own virtual device, recovery codes."""

import pytest
from playwright.sync_api import Page, expect

from guike.organisation.login.tests.conftest import code
from guike.organisation.models import LoginRecord
from guike.organisation.tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, account) -> str:
    """Under a name, since browsers keep no passkeys for a bare address."""
    return live_server.url.replace("127.0.0.1", "localhost")


def virtual_device(page: Page) -> None:
    """A device with a fingerprint reader that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    can = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**can, "isUserVerified": True, "automaticPresenceSimulation": True}})


def complaints(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda told: found.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def type_password(page: Page, site: str) -> None:
    page.goto(f"{site}/login/")
    page.get_by_label("登录名").fill("chensy")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def test_a_passkey_at_a_desk(page, site):
    virtual_device(page)
    found = complaints(page)
    type_password(page, site)
    page.goto(f"{site}/me/login/")
    page.get_by_role("link", name="加通行密钥").click()
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_role("button", name="加通行密钥").click()
    expect(page.locator(".org-codes li")).to_have_count(10)
    page.get_by_role("link", name="已经收好").click()
    expect(page.get_by_text("办公室电脑")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{site}/login/?next=/settings/calendar/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(f"{site}/settings/calendar/")
    page.context.clear_cookies()
    type_password(page, site)
    page.get_by_role("button", name="用通行密钥").click()
    page.wait_for_url(lambda address: "/login/" not in address)
    assert list(LoginRecord.objects.filter(outcome="in").order_by("pk").values_list("way", flat=True)) == ["password", "passkey", "key"]
    assert not found


def test_an_authenticator_and_a_recovery_code_on_a_phone(phone, site):
    found = complaints(phone)
    type_password(phone, site)
    phone.goto(f"{site}/me/login/authenticator/")
    assert phone.locator(".org-qr").bounding_box()["width"] >= 180
    phone.get_by_text("扫不了？手工输入").click()
    secret = phone.locator(".org-secret").inner_text().replace(" ", "")
    phone.get_by_label("验证码").fill(code(secret))
    phone.get_by_role("button", name="设好").click()
    first = phone.locator(".org-codes code").first.inner_text()
    for address in ("/me/login/", "/me/login/authenticator/"):
        phone.goto(f"{site}{address}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.context.clear_cookies()
    type_password(phone, site)
    assert phone.get_by_label("验证器上的 6 位数字").get_attribute("inputmode") == "numeric"
    phone.get_by_role("link", name="用备用码").click()
    phone.get_by_label("备用码").fill(first.lower())
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.wait_for_url(lambda address: "/login/" not in address)
    assert not found
