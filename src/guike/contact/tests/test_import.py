"""Follow-ups from other people's sheets: found, refused by cell, marked, counted, undone."""

from datetime import date, timedelta

import pytest
import xlsxwriter

from guike.contact.models import FollowUp
from guike.contact.tests.conftest import TODAY
from guike.customers.models import Contact
from guike.engine.models import Activity, Obligation
from guike.engine.obligations.tests.cast import open_cadences
from guike.platform.imports import services
from guike.platform.imports.models import ImportRun
from guike.platform.imports.undo import undo

HEADS = ["客户名称", "跟进日期", "跟进方式", "跟进内容", "联系人", "业务员", "下次联系"]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def clerk(company):
    return company.viewer("chen", "clerk")


@pytest.fixture
def bring(tmp_path, clerk):
    def run(*rows, actor=clerk, **options):
        path = tmp_path / "跟进.xlsx"
        book = xlsxwriter.Workbook(str(path))
        page = book.add_worksheet("跟进记录")
        for number, cells in enumerate([HEADS, *rows]):
            page.write_row(number, 0, cells)
        book.close()
        return services.import_file("follow-ups", path, actor=actor, **options)

    return run


def test_rows_become_follow_ups_lines_marks_and_duties(bring, company, customer):
    zhou = Contact.objects.create(customer=customer, name="周建国")
    done, report = bring(
        [customer.name, "2026-11-20", "上门拜访", "看样机", "周建国", "陈思远", "2026-11-27"],
        [customer.name, "2026-10-01", "电联", "第一次打电话", "", "黄可", ""],
    )
    assert (done.state, report.counts["created"]) == (ImportRun.State.DONE, 2)
    first, visit = FollowUp.objects.order_by("happened_on")
    assert (first.method, first.person, first.first_contact) == ("phone", company.huang, True)
    assert (visit.method, visit.first_contact, list(visit.contacts.all())) == ("visit", False, [zhou])
    assert Activity.objects.filter(kind="follow_up").count() == 2
    assert open_cadences(customer)[0].due_on == date(2026, 11, 27)
    customer.figures.refresh_from_db()
    assert customer.figures.last_contact_on == date(2026, 11, 20)


def test_the_same_sheet_twice_writes_nothing_twice(bring, customer):
    row = [customer.name, "2026-11-20", "电话", "看样机", "", "", ""]
    bring(row)
    _again, again = bring(row, row)
    assert (again.counts["skipped"], FollowUp.objects.count()) == (2, 1)


def test_nobody_speaks_for_a_colleague(bring, customer, chen, wang, clerk):
    """One's own, a superior's people, everybody's for who keeps the files: a follow-up is what its person did."""

    def said(actor, person):
        _run, report = bring([customer.name, "2026-11-20", "电话", f"{actor.name}写{person}的", "", person, ""], actor=actor, on_error="skip-rows")
        return [problem.message for problem in report.problems]

    assert said(chen, "陈思远") == []
    assert said(chen, "黄可") == ["「黄可」的跟进要由本人或上级导入"]
    assert said(wang, "黄可") == []
    assert said(clerk, "王立群") == []
    assert FollowUp.objects.count() == 3


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["没有这家", "2026-11-20", "电话", "x", "", "", ""], "没有客户「没有这家」"),
        (["客户1", "2027-03-01", "电话", "x", "", "", ""], "日期 2027-03-01 在今天之后"),
        (["客户1", "2026-11-20", "信鸽", "x", "", "", ""], "信鸽"),
        (["客户1", "2026-11-20", "电话", "", "", "", ""], "必填"),
        (["客户1", "2026-11-20", "电话", "x", "", "张无", ""], "没有跟进人「张无」"),
    ],
)
def test_a_wrong_row_is_refused_with_what_is_wrong_and_nothing_is_written(bring, customer, row, says):
    done, report = bring(["客户1", "2026-11-20", "电话", "好的一行", "", "", ""], row)
    assert done.state != ImportRun.State.DONE
    assert says in str(report.problems)
    assert not FollowUp.objects.exists()


def test_undone_they_leave_no_line_and_no_mark(bring, customer, clerk):
    done, _report = bring([customer.name, (TODAY - timedelta(days=40)).isoformat(), "电话", "很早", "", "", ""])
    undo(done, actor=clerk)
    assert not FollowUp.objects.exists()
    assert not Activity.objects.filter(kind="follow_up", current=True).exists()
    assert Obligation.objects.filter(kind="cadence", state="open").count() == 1
