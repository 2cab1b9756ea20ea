"""Customers and contacts from files: small ones made here, and the real ones of ../shared/data."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from guike.customers import services
from guike.customers.models import Certificate, Contact, Customer, CustomerFigures, CustomField, Need
from guike.customers.services.figures import refresh_completeness
from guike.organisation.models import Person, Post
from guike.platform import dictionaries
from guike.platform.imports import services as imports
from guike.platform.imports.rows import Outcome
from guike.platform.rights import FIELD, Cell, Right, Rights

SHARED = next((parent / "shared" / "data" for parent in Path(__file__).parents if (parent / "shared" / "data").is_dir()), None)
real_files = pytest.mark.skipif(SHARED is None, reason="../shared/data is not here")
CODE, OTHER_CODE = "91370784MA3N03685C", "91370784081759843R"


@pytest.fixture
def bring(tmp_path, clerk):
    """`bring([["客户名称"], ["甲厂"]])` imports a CSV as the clerk and gives the result."""

    def run(rows, kind="customers", actor=clerk, on_error="skip-rows", **options):
        path = tmp_path / "文件.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return imports.import_file(kind, path, actor=actor, on_error=on_error, **options)[1]

    return run


def outcomes(result):
    return {outcome.value: count for outcome, count in result.counts.items() if count}


def messages(result):
    return [(problem.row, problem.column, problem.message) for problem in result.problems]


def test_a_row_becomes_a_customer_that_is_found_and_complete_as_far_as_it_goes(bring, clerk):
    result = bring(
        [
            ["客户名称", "客户性质", "手机", "电话", "联系人", "客户来源", "需求"],
            ["乐清宏远机电设备有限公司", "经销商", "13757712345", "0577-62001234", "郑国栋", "展销会", "年底备货"],
        ]
    )
    assert outcomes(result) == {"created": 1}, (result.notes, messages(result))
    made = Customer.objects.get()
    assert (made.number, made.phone, made.phones) == ("KH-000001", "13757712345", ["0577-62001234"])
    assert (made.initials, made.nature, made.owner) == ("yqhyjdsbyxgs", "dealer", None)
    assert dictionaries.label_of("customer_source", made.source) == "展销会"
    assert list(Contact.objects.values_list("name", "phone", "is_primary")) == [("郑国栋", "13757712345", True)]
    assert Need.objects.get().text == "年底备货"
    assert CustomerFigures.objects.filter(customer=made).exists()
    assert refresh_completeness(None) == 0
    assert made.completeness == 100 * 4 // 15


def test_the_same_file_again_changes_nothing(bring):
    rows = [["客户名称", "电话"], ["甲厂", "13757712345"], ["乙厂", ""]]
    bring(rows)
    assert outcomes(bring(rows)) == {"unchanged": 2}
    assert Customer.objects.count() == 2


def test_blank_cells_never_erase_and_numbers_add_up(bring):
    bring([["客户名称", "电话", "城市"], ["甲厂", "13757712345", "温州市"]])
    result = bring([["客户编号", "客户名称", "电话", "城市"], ["KH-000001", "甲厂", "13657799999", ""]])
    made = Customer.objects.get()
    assert outcomes(result) == {"updated": 1}
    assert (made.city, made.phone, made.phones, made.version) == ("温州市", "13657799999", ["13757712345"], 2)
    assert made.phone_keys == ["13657799999", "13757712345"]


def test_equal_names_with_other_numbers_phones_or_codes_stay_apart(bring):
    rows = [
        ["客户名称", "电话", "统一社会信用代码"],
        ["便利店", "13757712345", ""],
        ["便利店", "13657799999", ""],
        ["甲厂", "", CODE],
        ["甲厂", "", OTHER_CODE],
    ]
    assert outcomes(bring(rows)) == {"created": 4}
    ambiguous = bring([["客户名称"], ["便利店"]])
    assert outcomes(ambiguous) == {"rejected": 1}
    assert "有 2 家同名客户" in ambiguous.problems[0].message


def test_spellings_of_one_name_are_one_customer(bring):
    result = bring([["客户名称"], ["温州瓯泰阀门有限公司"], ["温州(瓯泰)閥門有限责任公司"]])
    assert outcomes(result) == {"created": 1, "skipped": 1}


def test_one_code_under_two_names_is_told_and_not_merged(bring):
    result = bring([["企业名称", "统一社会信用代码"], ["甲厂", CODE], ["乙厂", CODE], ["甲厂", CODE]])
    assert outcomes(result) == {"created": 1, "rejected": 1, "skipped": 1}
    assert messages(result) == [(3, "uscc", "这个代码在第 2 行属于「甲厂」：一个代码不能有两个名称，核对是否更名")]
    again = bring([["企业名称", "统一社会信用代码"], ["丙厂", CODE]])
    assert "代码已登记在「甲厂」（KH-000001）名下" in again.problems[0].message
    assert list(Customer.objects.values_list("name", flat=True)) == ["甲厂"]


def test_codes_are_told_valid_old_and_invalid(bring):
    result = bring([["企业名称", "统一社会信用代码"], ["甲厂", CODE], ["乙厂", "110108000000016"], ["丙厂", "91371923MA3COKJY73"]])
    assert {name: result.totals[name] for name in ("valid_codes", "old_codes", "invalid_codes", "names")} == {
        "valid_codes": 1,
        "old_codes": 1,
        "invalid_codes": 1,
        "names": 3,
    }
    assert list(Customer.objects.order_by("id").values_list("uscc", "registration_number")) == [(CODE, ""), ("", "110108000000016")]


def test_one_bad_row_keeps_the_file_out_unless_told_otherwise(bring):
    rows = [["客户名称", "邮箱"], ["甲厂", "no-address"], ["乙厂", "li@yy.com"]]
    assert not bring(rows, on_error="reject-file").written
    assert not Customer.objects.exists()
    assert outcomes(bring(rows)) == {"created": 1, "rejected": 1}


def test_owners_become_people_only_for_those_who_may_make_people(bring, owner, administrator, teammate):
    rows = [["客户名称", "负责人", "负责人工号", "办事处", "上级主管"], ["甲厂", "李某某", "P004548", "广州办事处", "杜某"]]
    refused = bring(rows, actor=owner)
    assert outcomes(refused) == {"rejected": 1}
    assert not Person.objects.filter(number="P004548").exists()
    assert outcomes(bring(rows, actor=administrator)) == {"created": 1}
    made = Customer.objects.get()
    assert (made.owner.name, made.owner.number, made.department.name) == ("李某某", "P004548", "广州办事处")
    assert Post.objects.get(person=made.owner).supervisor.name == "杜某"


def test_a_salesperson_imports_for_himself_and_touches_no_strangers(bring, owner, outsider):
    foreign = services.add_customer({"name": "杭州金桥流体设备有限公司"}, actor=outsider)
    result = bring([["客户名称", "城市"], ["甲厂", "温州市"], ["杭州金桥流体设备有限公司", "温州市"]], actor=owner)
    assert outcomes(result) == {"created": 1, "rejected": 1}
    assert Customer.objects.get(name="甲厂").owner_id == owner.person_id
    foreign.refresh_from_db()
    assert foreign.city == ""


def test_own_fields_come_along(bring, administrator):
    services.add_custom_field({"label": "结算方式", "kind": "choice", "choices": ["月结", "现结"]}, actor=administrator)
    result = bring([["客户名称", "结算方式"], ["甲厂", "月结"], ["乙厂", "赊账"]])
    assert outcomes(result) == {"created": 1, "rejected": 1}
    assert Customer.objects.get().custom == {CustomField.objects.get().code: "月结"}


def test_contacts_with_their_bosses(bring, customer, clerk):
    rows = [
        ["客户名称", "姓名", "职务", "决策角色", "上级", "手机"],
        [customer.name, "周建国", "采购经理", "影响", "林海峰", "13657799999"],
        [customer.name, "林海峰", "总经理", "拍板", "", "13757712345"],
        ["没有的客户", "某人", "", "", "", ""],
        [customer.name, "林海峰", "", "", "", ""],
    ]
    result = bring(rows, kind="contacts")
    assert outcomes(result) == {"created": 2, "rejected": 1, "skipped": 1}, messages(result)
    assert Contact.objects.get(name="周建国").reports_to.name == "林海峰"
    assert Contact.objects.filter(is_primary=True).count() == 1
    assert Customer.objects.get(pk=customer.pk).decision_makers == 1
    assert outcomes(bring(rows, kind="contacts"))["unchanged"] == 2


def reading_only(viewer, object, *names):
    """The same person where the company lets the role only read these fields."""
    changed = {Cell(role, object, FIELD, name): Right.READ for role in viewer.roles for name in names}
    return replace(viewer, rights=Rights(version="reading", changed=changed))


def test_a_contacts_field_that_one_may_only_read_is_not_written_by_a_file(bring, customer, clerk):
    reader = reading_only(clerk, "contact", "wechat", "phones")
    rows = [
        ["客户名称", "姓名", "微信", "手机"],
        [customer.name, "林海峰", "lin-hf", ""],
        [customer.name, "周建国", "", "13657799999、13757712345"],
        [customer.name, "何丽", "", "13657799998"],
    ]
    result = bring(rows, kind="contacts", actor=reader)
    assert [(row, column) for row, column, _words in messages(result)] == [(2, "wechat"), (3, "phone")]
    assert list(Contact.objects.filter(customer=customer).values_list("name", "phone")) == [("何丽", "13657799998")]
    assert outcomes(bring(rows, kind="contacts"))["created"] == 2  # who may write them does


def test_nor_by_a_file_of_customers_that_names_their_contacts(bring, clerk):
    reader = reading_only(clerk, "contact", "wechat", "phone")
    rows = [["客户名称", "联系人", "微信", "电话"], ["甲厂", "郑国栋", "zheng", ""], ["乙厂", "黄可", "", "0577-62001234"]]
    result = bring(rows, actor=reader)
    assert [(row, column) for row, column, _words in messages(result)] == [(2, "wechat")]
    assert list(Contact.objects.values_list("name", "phone")) == [("黄可", "")]
    assert Customer.objects.get().phone == "0577-62001234"


# --- the real files ------------------------------------------------------------------------------------------------------


def real(name, actor, kind="customers"):
    return imports.import_file(kind, SHARED / name, actor=actor, on_error="skip-rows")[1]


@real_files
@pytest.mark.shared_data
def test_outlets(administrator):
    result = real("sheets/全量导出_masked.xlsx", administrator)
    assert outcomes(result) == {"created": 1732}
    assert result.totals["names"] == 1547
    every = Customer.objects.all()
    assert every.values("number").distinct().count() == 1732
    channels = {
        dictionaries.label_of("channel", code)[:2]: every.filter(channel=code).count()
        for code in set(every.values_list("channel", flat=True))
    }
    assert channels == {"TT": 1397, "MT": 335}
    assert (every.values("city").distinct().count(), every.values("outlet_type").distinct().count()) == (8, 12)
    assert not every.filter(owner=None).exists()
    assert Post.objects.filter(supervisor__isnull=False).exists()
    assert outcomes(real("sheets/全量导出_masked.xlsx", administrator)) == {"unchanged": 1732}


@real_files
@pytest.mark.shared_data
def test_shops_with_a_cell_of_two_numbers(clerk):
    assert outcomes(real("sheets/超市_masked.xlsx", clerk)) == {"created": 45}
    assert Customer.objects.exclude(phones=[]).count() == 1
    assert not Customer.objects.filter(phone__contains=".").exists()
    assert Contact.objects.count() == 45


@real_files
@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "created"),
    [
        ("sheets/jshERP_customer_template.xls", 0),
        ("sheets/jshERP_member_template.xls", 0),
        ("sheets/leadsystem_客户导入模板.xlsx", 0),
        ("sheets/liuyuepan_客户导入模板(实为xls).xlsx", 0),
        ("sheets/shar_客户导入模板.xlsx", 2),
        ("sheets/shar_线索导入模板.xlsx", 3),
    ],
)
def test_templates_hold_no_more_than_their_records(clerk, name, created):
    result = real(name, clerk)
    assert result.counts[Outcome.CREATED] == created == Customer.objects.count()
    assert not result.problems


@real_files
@pytest.mark.shared_data
def test_penalties(clerk):
    result = real("companies/企业名单_山东环保处罚.xlsx", clerk)
    assert result.rows == 4810
    totals = {name: result.totals[name] for name in ("names", "valid_codes", "old_codes", "invalid_codes", "double_codes")}
    assert totals == {"names": 3660, "valid_codes": 4275, "old_codes": 530, "invalid_codes": 5, "double_codes": 6}
    invalid = [problem for problem in result.problems if "属于" not in problem.message]
    doubled = {problem.value for problem in result.problems if "属于" in problem.message}
    assert (len(invalid), len(doubled)) == (5, 6)
    assert Customer.objects.count() == 3660 - 5 - 6
    assert Customer.objects.values("name").distinct().count() == Customer.objects.count()


@real_files
@pytest.mark.shared_data
def test_listed_companies_in_gbk(clerk):
    assert outcomes(real("companies/stock_basic_gbk.csv", clerk)) == {"created": 4347}
    assert Customer.objects.get(number="000001").name == "平安银行"


@real_files
@pytest.mark.shared_data
def test_customers_among_order_lines(clerk):
    result = real("sales/superstore_cn.xls", clerk)
    assert outcomes(result) == {"created": 790, "skipped": 9210}
    names = list(Customer.objects.values_list("name", flat=True))
    assert sum(1 for name in set(names) if names.count(name) > 1) == 19
    assert any("780 家客户" in note for note in result.notes)


def test_certificates_meet_their_customer_and_their_older_row(bring, customer, owner):
    rows = [["客户名称", "证照名称", "证号", "有效期至"], ["温州瓯泰阀门有限公司", "GSP 证书", "ZJ-2201", "2027-05-31"], ["乐清没有这家", "GSP 证书", "X", "2027-05-31"]]
    result = bring(rows, kind="certificates", actor=owner)
    assert outcomes(result) == {"created": 1, "rejected": 1}, messages(result)
    assert "没有客户「乐清没有这家」" in messages(result)[0][2]
    made = Certificate.objects.get()
    assert (made.kind, made.number, str(made.expires_on), made.customer) == ("gsp", "ZJ-2201", "2027-05-31", customer)
    assert outcomes(bring([rows[0], [*rows[1][:3], "2028-05-31"]], kind="certificates", actor=owner)) == {"updated": 1}
    assert str(Certificate.objects.get().expires_on) == "2028-05-31"
    assert outcomes(bring([rows[0], [*rows[1][:3], "2028-05-31"]], kind="certificates", actor=owner)) == {"unchanged": 1}
