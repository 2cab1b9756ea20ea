"""What a clerk clicks: upload, columns, preview, report, rejected rows, undo, template, export."""

import io

import openpyxl
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from guike.platform import jobs
from guike.platform.imports.models import ExportRecord, ImportRun
from guike.platform.imports.tests.words import entries
from guike.platform.models import JobRun

pytestmark = pytest.mark.django_db
HEAD = ["所属", "代码", "名称", "排序", "启用"]
TWO = [["colour", "r", "红", 1, "是"], ["colour", "g", "绿", 2, "否"]]


def signed_in(role: str) -> Client:
    """A browser in which somebody of this role is signed in."""
    person = apps.get_model("organisation", "Person").objects.create(number=f"P-{role}", name=f"某{role}")
    department = apps.get_model("organisation", "Department").objects.create(name=f"部门{role}", code=f"d-{role}", function="management")
    apps.get_model("organisation", "Post").objects.create(person=person, department=department, role=role, is_primary=True)
    account = apps.get_model("organisation", "Account")(login=role, person=person, must_change_password=False)
    account.save()
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def browser() -> Client:
    return signed_in("clerk")


@pytest.fixture(autouse=True)
def _worker(monkeypatch):
    """Jobs are done at once."""
    monkeypatch.setattr(jobs, "start", _start_and_run)


def _start_and_run(kind, title, *, actor, **arguments) -> JobRun:
    from guike.platform import clock

    made = JobRun.objects.create(kind=kind, title=title, arguments=arguments, started_by_id=actor.account_id, created_at=clock.now())
    return jobs.run_now(made)


def uploaded(browser: Client, path) -> ImportRun:
    answer = browser.post(reverse("imports:start"), {"kind": "words", "file": SimpleUploadedFile(path.name, path.read_bytes())})
    run = ImportRun.objects.latest("pk")
    assert answer.headers["Location"] == reverse("imports:columns", args=[run.pk])
    return run


def settled(browser: Client, run: ImportRun, **options) -> None:
    places = {f"column-{place}": code for place, code in enumerate(["dictionary", "code", "label", "position", "active"])}
    answer = browser.post(reverse("imports:columns", args=[run.pk]), {**places, "on_error": "reject-file", "existing": "update", **options})
    assert answer.headers["Location"] == reverse("imports:preview", args=[run.pk])


def test_from_upload_to_undo(sheet, browser):
    run = uploaded(browser, sheet(HEAD, *TWO))
    page = browser.get(reverse("imports:columns", args=[run.pk])).content.decode()
    assert "还没有对应的必填列：字典" in page
    settled(browser, run)
    page = browser.get(reverse("imports:preview", args=[run.pk])).content.decode()
    assert "没有发现问题" in page
    assert entries() == []
    assert browser.post(reverse("imports:preview", args=[run.pk])).headers["Location"] == reverse("imports:run", args=[run.pk])
    assert len(entries()) == 2
    page = browser.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert "已导入" in page
    assert "撤销导入" in page
    assert "会删去" in browser.get(reverse("imports:undo", args=[run.pk])).content.decode()
    browser.post(reverse("imports:undo", args=[run.pk]))
    assert entries() == []
    assert "撤销" in browser.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert run.file_name in browser.get(reverse("imports:history")).content.decode()


def test_the_next_file_with_these_headers_needs_no_mapping(sheet, browser):
    settled(browser, uploaded(browser, sheet(HEAD, *TWO)))
    run = uploaded(browser, sheet(HEAD, *TWO, name="下月.xlsx"))
    assert run.mapping[0] == "dictionary"
    assert "还没有对应的必填列" not in browser.get(reverse("imports:columns", args=[run.pk])).content.decode()


def test_problems_are_shown_in_their_cells_and_rejected_rows_come_back(sheet, browser):
    run = uploaded(browser, sheet(HEAD, *TWO, ["colour", "x", "叉", "第三", "是"]))
    settled(browser, run, on_error="skip-rows")
    page = browser.get(reverse("imports:preview", args=[run.pk])).content.decode()
    assert "「第三」不是数字" in page
    browser.post(reverse("imports:preview", args=[run.pk]))
    page = browser.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert "「第三」不是数字" in page
    answer = browser.get(reverse("imports:rejected", args=[run.pk]))
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))
    assert rows[1][1:4] == (4, "colour", "x")


def test_a_check_writes_nothing_and_can_be_followed_by_the_import(sheet, browser):
    run = uploaded(browser, sheet(HEAD, *TWO))
    settled(browser, run)
    browser.post(reverse("imports:preview", args=[run.pk]), {"check": "1"})
    assert entries() == []
    assert "正式导入" in browser.get(reverse("imports:run", args=[run.pk])).content.decode()
    browser.post(reverse("imports:preview", args=[run.pk]))
    assert len(entries()) == 2


def test_a_file_that_cannot_be_read_is_told_at_its_field(browser):
    answer = browser.post(reverse("imports:start"), {"kind": "words", "file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04broken")})
    assert answer.status_code == 422
    assert "文件不完整或已损坏" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_running_imports_poll_and_finished_ones_refresh(sheet, browser):
    run = uploaded(browser, sheet(HEAD, *TWO))
    ImportRun.objects.filter(pk=run.pk).update(state="running")
    assert "every 1s" in browser.get(reverse("imports:run", args=[run.pk])).content.decode()
    ImportRun.objects.filter(pk=run.pk).update(state="done")
    answer = browser.get(reverse("imports:run", args=[run.pk]), headers={"HX-Request": "true", "HX-Target": "import-run"})
    assert answer.headers["HX-Refresh"] == "true"


def test_a_run_is_imported_once_however_often_the_button_is_pressed(sheet, browser):
    run = uploaded(browser, sheet(HEAD, *TWO))
    settled(browser, run)
    browser.post(reverse("imports:preview", args=[run.pk]))
    browser.post(reverse("imports:preview", args=[run.pk]))
    assert JobRun.objects.filter(kind="imports.run").count() == 1


def test_somebody_elses_import_is_not_there(sheet, browser):
    run = uploaded(browser, sheet(HEAD, *TWO))
    other = signed_in("salesperson")
    for name in ("run", "columns", "preview", "rejected", "undo"):
        assert other.get(reverse(f"imports:{name}", args=[run.pk])).status_code == 404
    assert run.file_name not in other.get(reverse("imports:history")).content.decode()
    answer = other.post(reverse("imports:start"), {"kind": "words", "file": SimpleUploadedFile("a.csv", b"1")})
    assert answer.status_code == 422
    assert ImportRun.objects.count() == 1


def test_template_and_export(sheet, browser):
    assert reverse("imports:template", args=["words"]) in browser.get(reverse("imports:start")).content.decode()
    answer = browser.get(reverse("imports:template", args=["words"]))
    assert openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).sheetnames[0] == "字典项"
    answer = browser.post(reverse("imports:export"), {"kind": "words", "form": "csv", "filter": "名称 = 没有这个"})
    assert b"".join(answer.streaming_content).decode("utf-8-sig").strip() == "字典,代码,名称,顺序,启用"
    assert ExportRecord.objects.get().rows == 0
    answer = browser.post(reverse("imports:export"), {"kind": "words", "form": "csv", "filter": "价格 = 3"})
    assert "没有字段「价格」" in answer.content.decode()
