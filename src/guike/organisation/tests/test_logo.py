"""The company's mark stands in the shell, is served safely and goes back to none (PLT-12)."""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guike.organisation import selectors, services
from guike.organisation.models import Account, Person
from guike.platform import sealing
from guike.platform.access import SYSTEM, Viewer
from guike.platform.tests.test_pictures import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    cache.clear()
    account = Account.objects.create(login="boss", person=Person.objects.create(number="B1", name="老板"), roles=["administrator"], must_change_password=False)
    client = Client()
    client.force_login(account)
    return client


def upload(data=None, name="标志.png"):
    return SimpleUploadedFile(name, data or png(), "image/png")


def test_uploaded_in_the_settings_shown_in_the_shell(browser):
    assert "gk-logo-image" not in browser.get("/settings/company/").content.decode()
    assert browser.post("/settings/company/logo/", {"file": upload()}).status_code == 302
    page = browser.get("/settings/company/").content.decode()
    address = selectors.logo_url()
    assert "gk-logo-image" in page and address in page
    answer = browser.get(address)
    assert (b"".join(answer.streaming_content), answer["Content-Type"], answer["X-Content-Type-Options"]) == (png(), "image/png", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert selectors.logo_bytes() == ("logo.png", png())
    assert browser.post("/settings/company/logo/", {"remove": "1"}).status_code == 302
    assert "gk-logo-image" not in browser.get("/settings/company/").content.decode()
    assert browser.get(address).status_code == 204


def test_no_picture_is_refused_at_its_field(browser):
    answer = browser.post("/settings/company/logo/", {"file": upload(b"<svg/>", "a.svg")})
    assert answer.status_code == 422
    assert "只收 PNG 或 JPG" in answer.content.decode()
    assert selectors.company_logo() is None


def test_only_administrators_change_it_and_strangers_do_not_see_it(browser):
    services.set_logo(upload(), actor=SYSTEM)
    with pytest.raises(PermissionDenied):
        services.set_logo(upload(), actor=Viewer(account_id=1, roles=frozenset({"salesperson"})))
    assert Client().get("/company/logo/").status_code == 302


def test_where_files_are_sealed_the_disk_holds_no_picture(browser, settings, tmp_path):
    """What was sealed is read as before; under another key it is not; what lay there in clear stays readable."""
    settings.MEDIA_ROOT = tmp_path
    settings.SEAL_FILES = True
    services.set_logo(upload(), actor=SYSTEM)
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.suffix for path in stored] == [".sealed"]
    assert png()[:20] not in stored[0].read_bytes()
    assert b"".join(browser.get("/company/logo/").streaming_content) == png()
    settings.SECRET_KEY = "another"
    with pytest.raises(sealing.Unreadable):
        selectors.logo_bytes()
    settings.SEAL_FILES = False
    stored[0].unlink()
    services.set_logo(upload(), actor=SYSTEM)
    assert selectors.logo_bytes() == ("logo.png", png())
