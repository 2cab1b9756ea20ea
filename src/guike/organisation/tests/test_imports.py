"""People from spreadsheets, their own and other people's (PLT-03)."""

from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from guike.organisation import selectors
from guike.organisation.models import Account, Department, Person, Post
from guike.platform.errors import Forbidden
from guike.platform.imports.rows import Outcome
from guike.platform.imports.services import import_file
from guike.platform.imports.undo import undo

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[5] / "shared" / "data"
HEAD = ["工号", "姓名", "部门", "岗位", "角色", "直接上级", "登录名", "手机"]


@pytest.fixture(autouse=True)
def instance_folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def sheet(tmp_path):
    def write(*rows: list) -> Path:
        path = tmp_path / "花名册.xlsx"
        book = xlsxwriter.Workbook(str(path))
        page = book.add_worksheet("人员")
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
        book.close()
        return path

    return write


def counts(result) -> tuple[int, int, int, int]:
    return tuple(result.counts[o] for o in (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.REJECTED))


ROSTER = [
    ["A1", "陈思远", "销售部/温州组", "业务员", "", "林大海", "chensy", "13800138000"],
    ["A2", "林大海", "销售部", "大区经理", "销售经理", "", "", ""],
    ["A3", "何会计", "财务部", "会计", "", "", "", ""],
]


def test_departments_posts_supervisors_and_logins_come_with_the_people(admin, sheet):
    Department.objects.filter(name="销售部").update(parent=None)
    _run, result = import_file("people", sheet(HEAD, *ROSTER), actor=admin)
    assert counts(result) == (3, 0, 0, 0)
    chen = Person.objects.get(number="A1")
    post = chen.posts.get()
    assert (selectors.department_path(post.department), post.role, post.is_primary) == ("销售部/温州组", "salesperson", True)
    assert post.supervisor == Person.objects.get(number="A2")  # stands further down in the sheet
    assert Person.objects.get(number="A3").posts.get().role == "finance"
    account = Account.objects.get(person=chen)
    assert not account.has_usable_password()
    assert account.must_change_password
    assert any("开了 1 个账号" in note for note in result.notes)


def test_the_same_sheet_again_changes_nothing(admin, sheet):
    import_file("people", sheet(HEAD, *ROSTER), actor=admin)
    before = list(Post.objects.values()), list(Person.objects.values())
    _run, result = import_file("people", sheet(HEAD, *ROSTER), actor=admin)
    assert counts(result) == (0, 0, 3, 0)
    assert (list(Post.objects.values()), list(Person.objects.values())) == before


def test_two_rows_of_one_person_are_two_posts(admin, sheet):
    _run, result = import_file("people", sheet(HEAD, ROSTER[0], ["A1", "陈思远", "市场部", "市场专员", "", "", "", ""]), actor=admin)
    assert result.counts[Outcome.CREATED] == 1
    assert sorted(Person.objects.get(number="A1").posts.values_list("role", "is_primary")) == [("marketing", False), ("salesperson", True)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["A1", "陈", "", "", "花匠", "", "", ""], "没有角色「花匠」"),
        (["A1", "陈", "", "", "", "", "admin", ""], "已有人用"),
        (["A1", "陈", "", "", "", "", "a b", ""], "登录名用"),
        (["A1", "", "销售部", "", "", "", "", ""], "必填"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_nothing_is_written(admin, sheet, row, message):
    before = Person.objects.count(), Department.objects.count()
    _run, result = import_file("people", sheet(HEAD, row, ROSTER[1]), actor=admin)
    assert result.counts[Outcome.REJECTED] == 1
    assert any(message in problem.message for problem in result.problems), result.problems
    assert (Person.objects.count(), Department.objects.count()) == before


def test_namesakes_need_a_number(admin, company, sheet):
    Person.objects.create(number="X9", name="陈思远")
    _run, result = import_file("people", sheet(["姓名", "手机"], ["陈思远", "13911112222"]), actor=admin)
    assert "有 2 个人叫「陈思远」" in result.problems[0].message
    assert not Person.objects.filter(phone="13911112222").exists()


def test_an_import_is_undone_with_its_departments_and_logins(admin, sheet):
    before = Person.objects.count(), Department.objects.count(), Post.objects.count(), Account.objects.count()
    run, _result = import_file("people", sheet(HEAD, *ROSTER), actor=admin)
    undo(run, actor=admin)
    assert (Person.objects.count(), Department.objects.count(), Post.objects.count(), Account.objects.count()) == before


def test_only_the_administrator_imports_people(company, sheet):
    manager = selectors.viewer_for(company.account(company.manager, "linhai"))
    with pytest.raises(Forbidden):
        import_file("people", sheet(HEAD, *ROSTER), actor=manager)
    assert not Person.objects.filter(number="A1").exists()


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not beside the checkout")
def test_regional_managers_of_the_superstore(admin):
    _run, result = import_file("people", SHARED / "sales" / "superstore_cn.xls", actor=admin, sheet="销售人员")
    assert (result.counts[Outcome.CREATED], result.counts[Outcome.REJECTED]) == (6, 0)
    assert Department.objects.filter(name="华东").exists()


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not beside the checkout")
def test_people_in_an_outlet_sheet_come_once_with_region_and_office(admin):
    file = next((SHARED / "sheets").glob("全量导出*.xlsx"))
    _run, result = import_file("people", file, actor=admin, sheet="全量导出")
    assert result.counts[Outcome.REJECTED] == 0
    assert sum(result.counts.values()) == 1732
    lines = CalamineWorkbook.from_path(str(file)).get_sheet_by_name("全量导出").to_python()[2:]
    numbers = {str(line[5]).strip() for line in lines if str(line[5]).strip()}
    assert result.counts[Outcome.CREATED] == len(numbers)
    assert set(Person.objects.filter(number__in=numbers).values_list("number", flat=True)) == numbers
    assert Department.objects.filter(name="广州办事处", parent__name="南区").count() == 1
