"""Files that other people made (../shared/data): found, decoded, their headers and records told apart. Skipped where the files are missing."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from guike.platform.sheets import values as v
from guike.platform.sheets.headers import choose_sheet
from guike.platform.sheets.labels import normalise
from guike.platform.sheets.problems import CellProblem
from guike.platform.sheets.reader import open_book
from guike.platform.sheets.records import Records

DATA = Path(__file__).resolve().parents[6] / "shared" / "data"
KNOWN = "名称 客户名称 客户姓名 姓名 企业名称 门店名称 门店编号 会员卡号 联系人 手机号码 联系电话 电话 手机 统一社会信用代码 客户ID 订单ID 订单日期 产品ID 销售额"
pytestmark = pytest.mark.shared_data


def file(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"没有 ../shared/data/{name}")
    return path


def table(name: str, sheet: str | None = None) -> tuple[list[dict[str, object]], dict[int, str], list[str]]:
    """(records by header, rows left out, headers) of a file."""
    with open_book(file(name)) as book:
        chosen, header = choose_sheet(book, {normalise(word) for word in KNOWN.split()}, name=sheet)
        found = Records(chosen, header)
        rows = [dict(zip(header.labels, row.cells, strict=False)) for row in found.of(book.rows(chosen))]
        return rows, {number: str(why) for number, why in found.left_out}, list(header.labels)


@pytest.mark.parametrize(
    ("name", "header", "records", "left_out"),
    [
        ("sheets/jshERP_customer_template.xls", "名称*", 0, {3: "示例", 4: "示例"}),
        ("sheets/jshERP_member_template.xls", "会员卡号*", 0, {3: "示例", 4: "示例"}),
        ("sheets/leadsystem_客户导入模板.xlsx", "名称", 0, {2: "示例", 3: "示例", 4: "示例"}),
        ("sheets/liuyuepan_客户导入模板(实为xls).xlsx", "*客户名称", 0, {}),
        ("sheets/shar_商机导入模板.xlsx", "客户编号", 1, {2: "英文字段名"}),
        ("sheets/shar_客户导入模板.xlsx", "客户姓名", 2, {2: "英文字段名"}),
        ("sheets/shar_线索导入模板.xlsx", "姓名", 3, {2: "英文字段名"}),
        ("sheets/全量导出_masked.xlsx", "大区", 1732, {}),
        ("sheets/超市_masked.xlsx", "名称", 45, {}),
        ("companies/企业名单_山东环保处罚.xlsx", "序号", 4810, {}),
        ("companies/stock_basic_gbk.csv", "", 4347, {}),
        ("complaints/附件2_留言分类.xlsx", "留言编号", 495, {}),
        ("complaints/附件4_留言与答复.xlsx", "留言编号", 2816, {}),
        ("complaints/car_complain_davidyyj.csv", "id", 600, {}),
        ("complaints/car_complain_domino.csv", "", 630, {}),
        ("complaints/car_complain_githw.csv", "id", 330, {}),
        ("complaints/car_complain_wo580.csv", "brand", 600, {}),
        ("sales/olist_closed_deals_dataset.csv", "mql_id", 842, {}),
        ("sales/olist_marketing_qualified_leads_dataset.csv", "mql_id", 8000, {}),
    ],
)
def test_headers_and_records(name, header, records, left_out):
    rows, without, labels = table(name)
    assert labels[0] == header
    assert len(rows) == records
    assert without == left_out


def test_the_misnamed_workbook_has_sixteen_headers_and_a_hidden_cascade():
    with open_book(file("sheets/liuyuepan_客户导入模板(实为xls).xlsx")) as book:
        assert book.kind.form == "xls"
        chosen, header = choose_sheet(book, {normalise(word) for word in KNOWN.split()})
        assert (chosen.name, len(header.labels)) == ("客户导入模板", 16)
        assert [sheet.name for sheet in book.sheets if sheet.hidden] == ["mapAddress"]


def test_outlets():
    rows, _without, _labels = table("sheets/全量导出_masked.xlsx")
    assert len({row["门店编号"] for row in rows}) == 1732
    names = Counter(row["门店名称"] for row in rows)
    assert len(names) == 1547
    assert Counter(str(row["一级渠道"])[:2] for row in rows) == {"TT": 1397, "MT": 335}
    assert (len({row["城市"] for row in rows}), len({row["门店类型"] for row in rows})) == (8, 12)


def test_shops_have_phones_in_every_shape():
    rows, _without, _labels = table("sheets/超市_masked.xlsx")
    phones = [v.Phones()(row["电话"]) for row in rows]
    assert sorted({len(found) for found in phones}) == [1, 2]
    assert [[str(phone) for phone in found] for found in phones if len(found) == 2] == [["13390572886", "15906528328"]]
    assert Counter(phone.kind for found in phones for phone in found) == {"mobile": 41, "local": 5}


def test_superstore_amounts():
    rows, _without, _labels = table("sales/superstore_cn.xls", "订单")
    money, day = v.Money(), v.Day()
    by_year: dict[int, Decimal] = {}
    for row in rows:
        year = day(row["订单日期"]).year
        by_year[year] = by_year.get(year, Decimal(0)) + money(row["销售额"])
    assert {year: f"{amount:,}" for year, amount in by_year.items()} == {
        2014: "2,939,663.38",
        2015: "3,443,376.23",
        2016: "4,246,042.84",
        2017: "5,488,465.95",
    }
    assert f"{sum(by_year.values()):,}" == "16,117,548.40"
    assert len(rows) == 10_000
    assert len({(row["订单 ID"], row["客户 ID"]) for row in rows}) == 4979
    assert len(table("sales/superstore_cn.xls", "退货")[0]) == 296


def test_penalties_codes():
    rows, _without, _labels = table("companies/企业名单_山东环保处罚.xlsx")
    assert len({row["企业名称"] for row in rows}) == 3660
    found: Counter[str] = Counter()
    problems = []
    for row in rows:
        try:
            found[v.Uscc()(row["统一社会信用代码"]).kind] += 1
        except CellProblem as problem:
            problems.append(problem)
    assert found == {"uscc": 4275, "old": 530}
    assert sorted(str(problem).split("，")[0] for problem in problems) == ["校验位不对"] * 3 + ["第 13 位是字母 O"] * 2
    assert [problem.suggestion for problem in problems if problem.suggestion] == ["91371626MA3N0LHN7H"]


def test_reply_times_are_all_read():
    rows, _without, _labels = table("complaints/附件4_留言与答复.xlsx")
    moment = v.Moment()
    days = sorted((moment(row["答复时间"]) - moment(row["留言时间"])).total_seconds() / 86_400 for row in rows)
    assert len(days) == 2816
    assert round(sum(days) / len(days), 2) == 20.34
    assert round((days[1407] + days[1408]) / 2, 2) == 11.21
    assert sum(day > 60 for day in days) == 159


def test_codes_keep_their_leading_zeros():
    rows, _without, _labels = table("companies/stock_basic_gbk.csv")
    assert (rows[0]["股票代码"], rows[0]["股票名称"]) == ("000001", "平安银行")
    assert {len(str(row["股票代码"])) for row in rows} == {6}


def test_day_first_dates_of_the_leads():
    rows, _without, _labels = table("sales/olist_marketing_qualified_leads_dataset.csv")
    day = v.Day()
    day.learn([row["first_contact_date"] for row in rows[:500]])
    days = [day(row["first_contact_date"]) for row in rows]
    assert (min(days).isoformat(), max(days).isoformat()) == ("2017-06-14", "2018-05-31")
