# ruff: noqa: DTZ001 (cells of a spreadsheet carry no zone)
"""Single cells: what is understood, what is refused, and with which words."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guike.platform.sheets import values as v
from guike.platform.sheets.problems import CellProblem

SHANGHAI = ZoneInfo("Asia/Shanghai")


def refused(parser, cell) -> str:
    with pytest.raises(CellProblem) as caught:
        parser(cell)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("000123", "000123"),
        (13800138000.0, "13800138000"),
        (1.5, "1.5"),
        (True, "是"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 8, 30), "2026-11-22 08:30:00"),
        ("张\n三", "张 三"),
    ],
)
def test_text_is_what_was_typed(cell, expected):
    assert v.Text()(cell) == expected


def test_text_has_limits():
    assert "有 5 个字，最多 4 个" in refused(v.Text(4), "一二三四五")
    assert "超过 15 位" in refused(v.Text(), 6.22202020011223e18)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (125.43999999999998, "125.44"),
        (129.696, "129.70"),
        (0.125, "0.13"),
        (2.675, "2.68"),
        (-2.675, "-2.68"),
        (1.005, "1.01"),
        ("¥1,234.5", "1234.50"),
        ("￥１，２３４", "1234.00"),
        ("1.2万", "12000.00"),
        ("3 亿元", "300000000.00"),
        ("(300)", "-300.00"),
        ("-¥5", "-5.00"),
        ("人民币 15,150 元", "15150.00"),
        ("1.5e3", "1500.00"),
        (7, "7.00"),
    ],
)
def test_money_is_rounded_half_up_to_the_cent(cell, expected):
    assert str(v.Money()(cell)) == expected


@pytest.mark.parametrize("cell", ["未标明", "12-15", "1.2.3", "约10万", True, "=1+1"])
def test_what_is_no_amount_is_refused(cell):
    assert "不是数字" in refused(v.Money(), cell)


@pytest.mark.parametrize("cell", ["", "-", "无", "—", "N/A"])
def test_signs_for_nothing_are_nothing(cell):
    assert v.Money()(cell) is None if cell else True


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_an_amount_survives_the_way_through_a_float(amount):
    assert v.Money()(float(amount)) == amount
    assert v.Money()(f"{amount:,}") == amount


def test_integers_and_limits():
    assert v.Integer()("1,200 人") == 1200
    assert v.Integer()(12.0) == 12
    assert "不是整数" in refused(v.Integer(), 12.5)
    assert "小于下限 0" in refused(v.Integer(low=0), -1)


@pytest.mark.parametrize(("cell", "expected"), [("12%", "0.1200"), (0.4, "0.4000"), (12, "0.1200"), (1, "1.0000"), ("7.5％", "0.0750")])
def test_percent_is_a_fraction(cell, expected):
    assert str(v.Percent()(cell)) == expected


def test_a_column_of_percent_points_is_read_as_such():
    assert v.Percent(points=True)(0.5) == Decimal("0.0050")


DAYS = [
    "2018-05-14",
    "2018/5/14",
    "2018.5.14",
    "2018年5月14日",
    "2018 年 5 月 14 日",
    "20180514",
    "2018-05-14 10:20:30",
    "2018-05-14T10:20:30+08:00",
    "18年5月14日",
    "14 May 2018",
    "May 14, 2018",
    "２０１８－０５－１４",
    43234,
    43234.43,
    20180514.0,
    "43234",
    "14/05/2018",
    date(2018, 5, 14),
    datetime(2018, 5, 14, 9),
    "2018/5/14 星期一",
]


@pytest.mark.parametrize("cell", DAYS)
def test_days_in_many_shapes(cell):
    assert v.Day()(cell) == date(2018, 5, 14)


@pytest.mark.parametrize(
    "cell", ["昨天", "2018-13-01", "2018-02-30", "5月14日", "2018", 5, True, time(8), "1018-01-01", "18/5/14", "2018-05-14 x"]
)
def test_what_is_no_day_is_refused(cell):
    refused(v.Day(), cell)


def test_day_and_month_are_told_apart_by_the_column():
    parser = v.Day()
    assert "分不清日和月" in refused(parser, "05-06-2018")
    parser.learn(["05-06-2018", "26-02-2018"])
    assert parser("05-06-2018") == date(2018, 6, 5)
    parser.learn(["05-06-2018", "02-26-2018"])
    assert parser("05-06-2018") == date(2018, 5, 6)
    parser.learn(["05-06-2018", "02-26-2018", "26-02-2018"])
    refused(parser, "05-06-2018")


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("2019/4/25 9:32:09", (9, 32, 9)),
        ("2019-04-25", (0, 0, 0)),
        ("2019年4月25日 下午3:05", (15, 5, 0)),
        ("2019-04-25 3:05 PM", (15, 5, 0)),
        ("20190425093209", (9, 32, 9)),
        ("2019-04-25T01:32:09Z", (9, 32, 9)),
        ("2019/4/25 9时32分", (9, 32, 0)),
    ],
)
def test_moments_are_meant_in_shanghai(cell, clock):
    assert v.Moment()(cell) == datetime(2019, 4, 25, *clock, tzinfo=SHANGHAI)


@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)))
def test_every_day_survives_its_shapes(day):
    for shape in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"):
        assert v.Day()(day.strftime(shape)) == day
    assert v.Day()((day - date(1899, 12, 30)).days) == day


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        (18909722313.0, ["18909722313"]),
        ("138 0013 8000", ["13800138000"]),
        ("+86-138-0013-8000", ["13800138000"]),
        ("13390572886\\15906528328", ["13390572886", "15906528328"]),
        ("13390572886/15906528328、0759-3177312", ["13390572886", "15906528328", "0759-3177312"]),
        ("0592-5214785", ["0592-5214785"]),
        ("(0592)5214785转801", ["0592-5214785转801"]),
        ("010 62345678-12", ["010-62345678转12"]),
        (3177312.0, ["3177312"]),
        ("400-123-4567", ["400-123-4567"]),
        ("４００１２３４５６７", ["400-123-4567"]),
        ("电话：13800138000（微信同号）", ["13800138000"]),
        ("13800138000 13800138000", ["13800138000"]),
        ("+852 2345 6789", ["+85223456789"]),
        ("075523456789", ["0755-23456789"]),
        ("13800138000，办公室 2345678", ["13800138000", "2345678"]),
    ],
)
def test_phones(cell, numbers):
    assert [str(phone) for phone in v.Phones()(cell)] == numbers


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("1380013800", "有 10 位，应为 11 位"),
        ("138001380001", "有 12 位，应为 11 位"),
        ("1.38E+10", "科学计数法"),
        ("不详", "不是电话号码"),
        ("138****8000", "不是电话号码"),
        ("13800138000/12", "不是电话号码"),
    ],
)
def test_phones_that_are_none(cell, message):
    assert message in refused(v.Phones(), cell)


def test_one_phone_wants_one():
    assert v.OnePhone()("0759-3177312") == "0759-3177312"
    assert "有 2 个号码" in refused(v.OnePhone(), "13390572886\\15906528328")


@given(
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    st.sampled_from(["/", "、", "\\", ",", "，", ";", " ", "\n", " / "]),
)
def test_two_mobiles_in_a_cell_are_two(first, second, between):
    found = [phone.number for phone in v.phones_in(f"{first}{between}{second}")]
    assert found == list(dict.fromkeys([first, second]))


def test_email():
    assert v.Email()(" Zhang.San＠Example。CN ") == "Zhang.San@example.cn"
    assert "不是邮箱" in refused(v.Email(), "zhang@")


def test_social_credit_codes():
    code = v.Uscc()("91370784ma3n03685c")
    assert (code.number, code.kind) == ("91370784MA3N03685C", "uscc")
    assert v.Uscc()(370784228033339.0).kind == "old"
    assert v.Uscc()("370681NA000276X").kind == "old"
    with pytest.raises(CellProblem) as caught:
        v.Uscc()("9137O784MA3N03685C")
    assert str(caught.value) == "第 5 位是字母 O，应为 0？"
    assert caught.value.suggestion == "91370784MA3N03685C"
    assert "校验位不对" in refused(v.Uscc(), "91370784MA3N03685D")
    assert "有 17 位，应为 18 位" in refused(v.Uscc(), "91370784MA3N03685")


def test_choices_and_booleans():
    grade = v.Choice({"dealer": ("经销商", "分销商"), "agent": "代理商"})
    assert (grade("分销商"), grade("Agent"), grade("代 理商".replace(" ", ""))) == ("dealer", "agent", "agent")
    assert "可填：经销商、代理商" in refused(grade, "散客")
    assert [v.Boolean()(cell) for cell in ("是", "√", 1, 1.0, "TRUE", "否", "×", 0, False)] == [True] * 5 + [False] * 4
    refused(v.Boolean(), "也许")
