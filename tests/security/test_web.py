"""What attacks on web applications try, a test each (08-quality, safety; OWASP ASVS). Found by walking the URL configuration where it can be."""

from __future__ import annotations

import csv
import io
import logging
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from unittest import mock

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import path
from tests.access import matrix, samples
from tests.access.cast import cast_for
from tests.access.matrix import Written

from guike.customers.models import Customer
from guike.engine.services import ensure_default_packs
from guike.organisation.models import CompanyProfile
from guike.platform import outgoing
from guike.platform.access import SYSTEM, public
from guike.platform.models import Attachment
from guike.platform.sheets.problems import SheetError
from guike.platform.sheets.reader import open_book
from guike.platform.sheets.writer import DANGEROUS

from .crawl import Crawler, body, client_of

pytestmark = pytest.mark.django_db
#: Answered without a token of ours: mail programs unsubscribe with one click (RFC 8058); the address itself is the secret.
WITHOUT_TOKEN = {"notices/stop/<str:token>/"}
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1+1", "＝1+1")


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def cast():
    ensure_default_packs(actor=SYSTEM)
    return cast_for("administrator")


@pytest.fixture
def administrator(cast):
    return client_of(cast.viewer["own"])


def customer(cast, **values) -> Customer:
    made = samples.MAKERS["customer"](cast.viewer["own"].person, cast.south)
    Customer.objects.filter(pk=made.pk).update(**values)
    return Customer.objects.get(pk=made.pk)


# --- headers ------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_answer_carries_what_a_browser_needs_to_protect_it(administrator):
    """Content policy, no framing, no guessing of types, and nothing kept on the way or on a shared machine."""
    wrong = []
    for client in (administrator, Client(raise_request_exception=False)):
        for url in matrix.urls():
            if url.route == "logout/":
                continue
            answer = client.get(url.address())
            headers = answer.headers
            csp = headers.get("Content-Security-Policy", "")
            if "unsafe" in csp or ("default-src 'self'" not in csp and "default-src 'none'" not in csp):
                wrong.append(f"{url.route}: policy {csp!r}")
            if headers.get("X-Frame-Options") != "DENY" or headers.get("X-Content-Type-Options") != "nosniff":
                wrong.append(f"{url.route}: framing or sniffing")
            if headers.get("Referrer-Policy") != "same-origin":
                wrong.append(f"{url.route}: referrer")
            if not re.search(r"no-store|private", headers.get("Cache-Control", "")) and url.access.kind != "public":
                wrong.append(f"{url.route}: kept: {headers.get('Cache-Control')}")
    assert not wrong, "\n".join(wrong)


def test_cookies_are_for_this_site_and_not_for_scripts(cast):
    client = client_of(cast.viewer["own"])
    client.get("/customers/add/")
    assert client.cookies["csrftoken"]["samesite"] == "Lax"
    assert (settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_HTTPONLY) == ("Lax", True)
    told = subprocess.run(
        [sys.executable, "-c", "from guike.wiring import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.DEBUG)"],
        env={**os.environ, "GUIKE_HTTPS": "1", "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["True", "True", "False"]


# --- requests that are not ours -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_nothing_is_posted_without_our_token(cast):
    """Every address, POST without the token of the form: 403, nothing written."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.viewer["own"], backend="guike.organisation.backend.AccountBackend")
    wrong = []
    for url in matrix.urls():
        if url.route in WITHOUT_TOKEN:
            continue
        with transaction.atomic(), Written() as written:
            status = client.post(url.address(), {"name": "x"}).status_code
        if status not in (403, 404, 405) or written.rows:
            wrong.append(f"{url.route}: {status}, wrote {written.rows}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("trick", [{"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"}, {"HTTP_X_METHOD_OVERRIDE": "DELETE"}])
def test_a_header_does_not_turn_a_reading_into_a_writing(cast, administrator, trick):
    found = customer(cast)
    administrator.get(f"/customers/{found.pk}/remove/?_method=POST", **trick)
    assert Customer.objects.filter(pk=found.pk, removed_at=None).exists()


@pytest.mark.slow
def test_other_methods_break_nothing_and_write_nothing(administrator):
    wrong = []
    for place, url in enumerate(matrix.urls()):
        method = ("put", "delete", "patch", "options", "trace")[place % 5]
        if url.route in ("logout/", "customers/dates.ics"):  # the second notes in the log what was taken out
            continue
        with transaction.atomic():
            with Written() as written:
                status = getattr(administrator, method)(url.address()).status_code
            transaction.set_rollback(True)
        if status == 500 or (written.rows and method != "options" and url.access.kind != "public"):
            wrong.append(f"{method} {url.route}: {status}, wrote {written.rows}")
    assert not wrong, "\n".join(wrong)


def test_another_host_is_refused_and_a_forwarded_one_ignored(administrator):
    assert administrator.get("/customers/", HTTP_HOST="evil.example").status_code == 400
    answer = administrator.get("/calendar/subscribe/", HTTP_X_FORWARDED_HOST="evil.example")
    assert "evil.example" not in body(answer)


@pytest.mark.parametrize(
    "away",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil.example", "http://testserver@evil.example/",
     "/%09/evil.example", "\thttps://evil.example"],
)  # fmt: skip
def test_nobody_is_led_away(administrator, away):
    sent = {"theme": "dark", "density": "compact", "language": "zh-hans", "next": away}
    assert administrator.post("/ui/preferences/", sent).headers["Location"] == "/"
    page = Client().get("/login/", {"next": away})
    assert "evil.example" not in page.content.decode()


# --- files --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/static/../wiring/settings.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2f..%2fetc/passwd",
        "/static//etc/passwd",
        "/help/..%2f..%2fREADME/",
        "/help/....//....//etc/passwd/",
        "/help/images/..%2f..%2f..%2fpyproject.toml",
        "/help/images/%2fetc%2fpasswd",
        "/policies/documents/..%2f..%2fx/file/docx/",
        "/imports/template/..%2f..%2fetc/",
    ],
)
def test_no_address_leaves_its_folder(administrator, address):
    answer = administrator.get(address)
    assert answer.status_code in (301, 302, 400, 404)
    assert "root:" not in body(answer)
    assert "SECRET_KEY" not in body(answer)


def test_the_name_of_an_upload_is_only_a_name(cast, administrator):
    found = customer(cast)
    upload = SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n" + b"0" * 9, content_type="image/png")
    upload._name = "../../../../tmp/evil.png"  # what a browser of somebody else's making may send
    answer = administrator.post(f"/customers/{found.pk}/files/add/", {"file": upload})
    assert answer.status_code < 400
    kept = Attachment.objects.get(subject_kind="customer", subject_id=found.pk)
    assert kept.name == "evil.png"
    shown = administrator.get(f"/files/{kept.pk}/")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("name", "kind"), [("x.svg", "image/svg+xml"), ("x.html", "text/html"), ("x.exe", "application/octet-stream"), ("x.HTM", "image/png")]
)
def test_programs_and_pages_are_no_files_of_a_customer(cast, administrator, name, kind):
    found = customer(cast)
    administrator.post(f"/customers/{found.pk}/files/add/", {"file": SimpleUploadedFile(name, b"<script>1</script>", content_type=kind)})
    assert not Attachment.objects.filter(subject_kind="customer", subject_id=found.pk).exists()


def test_a_page_that_calls_itself_a_picture_is_none(cast, administrator):
    """A wrong type claimed by the browser: served as what it claims, never as a page, and in a sandbox."""
    found = customer(cast)
    upload = SimpleUploadedFile("bild.dat", b"<script>alert(1)</script>", content_type="text/html")
    administrator.post(f"/customers/{found.pk}/files/add/", {"file": upload})
    kept = Attachment.objects.get(subject_kind="customer", subject_id=found.pk)
    answer = administrator.get(f"/files/{kept.pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


LOGOS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "xxe": b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "gif": b"GIF89a<script>alert(1)</script>",
    "cut": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
}


@pytest.mark.parametrize("content", LOGOS.values(), ids=LOGOS)
def test_a_logo_is_a_picture_and_nothing_else(administrator, content):
    answer = administrator.post("/settings/company/logo/", {"file": SimpleUploadedFile("logo.png", content, content_type="image/png")})
    assert answer.status_code in (200, 422)
    assert administrator.get("/company/logo/").status_code in (204, 404)


def workbook(target: Path, **parts: bytes) -> Path:
    """A workbook with further parts in its zip."""
    whole = target.with_suffix(".whole")
    book = xlsxwriter.Workbook(str(whole))
    book.add_worksheet().write_row(0, 0, ["客户名称", "电话"])
    book.close()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, parts.get(name, source.read(name)))
        for name in set(parts) - set(source.namelist()):
            archive.writestr(name, parts[name])
    return target


def nested(depth: int) -> bytes:
    content = b"0" * 10**7
    for _ in range(depth):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(4):
                archive.writestr(f"{number}.zip", content)
        content = packed.getvalue()
    return content


def test_zips_in_zips_stay_packed(tmp_path):
    path = tmp_path / "nested.xlsx"
    path.write_bytes(nested(4))
    with pytest.raises(SheetError), open_book(path):
        pass
    with open_book(workbook(tmp_path / "inside.xlsx", **{"xl/media/a.zip": nested(3)})) as book:
        assert [sheet.name for sheet in book.sheets] == ["Sheet1"]


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_workbook_reads_no_file_of_ours(tmp_path, part):
    secret = tmp_path / "secret.txt"
    secret.write_text("GEHEIM")
    entity = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><sst><si><t>&x;</t></si></sst>'.encode()
    try:
        with open_book(workbook(tmp_path / "xxe.xlsx", **{part: entity})) as book:
            told = str([list(book.rows(sheet)) for sheet in book.sheets])
    except SheetError as error:
        told = str(error)
    assert "GEHEIM" not in told


def dangerous(content: bytes, form: str) -> list[str]:
    """Cells that a spreadsheet program would calculate."""
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [name for name in archive.namelist() if "worksheets/" in name and re.search(rb"<f[ >]", archive.read(name))]
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [cell for line in lines for cell in line if cell.startswith(DANGEROUS) and not re.fullmatch(r"[-+]?[\d.,]+%?", cell)]


@pytest.mark.slow
def test_no_export_holds_a_formula(cast, administrator):
    """Every list, with names and notes that are formulas."""
    for place, formula in enumerate(FORMULAS):
        found = customer(cast, name=f"{formula}{place}", note=formula, city=formula, short_name=formula, legal_representative=formula)
        for code in ("follow_up", "sales_order", "find", "return_order", "obligation", "product", "contact"):
            made = samples.MAKERS[code](cast.viewer["own"].person, cast.south) if place == 0 or code in ("follow_up", "find") else None
            for name in ("said", "name", "note", "title") if made else ():
                if hasattr(made, name):
                    type(made)._default_manager.filter(pk=made.pk).update(**{name: formula})
        assert found.pk
    crawler = Crawler(administrator)
    list(crawler.pages({}))
    wrong, asked = [], 0
    for address in crawler.lists.values():
        for form in ("csv", "xlsx"):
            answer = administrator.get(f"{address}?export={form}")
            if "Content-Disposition" in answer.headers:
                asked += 1
                wrong += [f"{address} {form}: {cell!r}" for cell in dangerous(b"".join(answer.streaming_content), form)]
    assert asked >= 20
    assert not wrong, "\n".join(wrong)
    assert dangerous(b"a,=1+1\r\n", "csv") == ["=1+1"]  # negative control


# --- addresses that we go to --------------------------------------------------------------------------------------------------

INSIDE = [
    "http://127.0.0.1/", "http://localhost:5432/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "http://10.0.0.8/x",
    "http://169.254.169.254/latest/meta-data/", "http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://192.168.1.1/",
    "http://[fe80::1]/", "http://[fd00::1]/", "http://100.64.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://user:pw@8.8.8.8/",
    "ftp://8.8.8.8/", "http:///x", "http://224.0.0.1/", "http://[64:ff9b::7f00:1]/",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_leads_into_our_own_network(address):
    assert outgoing.problem(address)


def test_a_name_that_changes_its_meaning_is_checked_when_connected():
    """DNS rebinding: outside when the form is checked, inside when the connection is made."""
    with mock.patch("socket.getaddrinfo", return_value=[(2, 1, 6, "", ("93.184.216.34", 443))]):
        assert outgoing.problem("https://rebinds.example/") == ""
    connected = mock.Mock(getpeername=lambda: ("127.0.0.1", 443))
    with pytest.raises(outgoing.Inside):
        outgoing._checked(connected, "rebinds.example", 443)
    connected.close.assert_called_once()


# --- words that are programs --------------------------------------------------------------------------------------------------


def test_words_of_people_are_never_run_as_templates(cast, administrator):
    """Django's and Typst's signs in names: shown on pages and set on paper as they were typed."""
    words = '{{7*7}}{% debug %}${7*7}#panic("x")#read("/etc/passwd")$x^2$'
    found = customer(cast, name=words[:110], note=words, registered_address=words)
    CompanyProfile.objects.update_or_create(pk=1, defaults={"name": words[:90]})
    page = administrator.get(f"/customers/{found.pk}/").content.decode()
    assert "{{7*7}}{% debug %}" in page
    paper = administrator.get(f"/customers/{found.pk}/print/profile/")
    assert paper.status_code == 200, paper.status_code
    assert body(paper).count("%PDF-") == 1


@public
def _breaks(request):
    password = "GEHEIM-7"
    raise ZeroDivisionError(password)


class Breaking:
    urlpatterns = [path("breaks/", _breaks)]
    handler500 = "guike.platform.views.broken"


def test_error_pages_tell_nothing_of_the_inside(administrator):
    with override_settings(ROOT_URLCONF=Breaking, DEBUG=False):
        told = administrator.get("/breaks/")
    assert told.status_code == 500
    for address in ("/nowhere/", "/customers/987654321/"):
        told.content += administrator.get(address).content
    for word in (b"GEHEIM", b"Traceback", b"ZeroDivision", b"/src/", b"Django", b"psycopg", b"SELECT"):
        assert word not in told.content


def test_a_policy_that_allowed_inline_scripts_would_be_noticed():
    """Negative control of the headers' test."""
    with mock.patch("guike.platform.middleware.POLICY", "script-src 'unsafe-inline'"), pytest.raises(AssertionError, match="policy"):
        test_every_answer_carries_what_a_browser_needs_to_protect_it(Client(raise_request_exception=False))
