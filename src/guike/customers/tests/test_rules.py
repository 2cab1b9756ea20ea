from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guike.customers import rules
from guike.customers.rules import codes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("温州瓯泰阀门有限公司", "温州（瓯泰）閥門有限责任公司"),
        ("Ｓ＆Ｋ 贸易 有限公司", "s&k贸易有限公司"),
        ("上海华明电力(集团)有限公司", "上海华明电力（集团）有限公司"),
        ("东莞市长安鑫业電機廠", "东莞市长安鑫业电机厂"),
        ("浙江恒达股份有限责任公司", "浙江恒达股份有限公司"),
    ],
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert rules.name_key(one) == rules.name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("山东汇盟生物科技股份有限公司", "山东汇盟生物科技有限公司"),
        ("河东区冠弈恒五金建材厂", "河东区冠奕恒五金建材厂"),
        ("中国石化销售有限公司山东临沂石油分公司", "中国石化销售股份有限公司山东临沂石油分公司"),
        ("恒达一店", "恒达二店"),
    ],
)
def test_different_names_keep_different_keys(one, other):
    assert rules.name_key(one) != rules.name_key(other)


@given(st.text(alphabet="温州瓯泰阀门有限责任公司（）() ＡaＢb", max_size=20))
def test_a_key_of_a_key_is_itself(name):
    assert rules.name_key(rules.name_key(name)) == rules.name_key(name)


@pytest.mark.parametrize(
    ("name", "sound", "letters"),
    [
        ("曾惠", "zenghui", "zh"),
        ("单小燕", "shanxiaoyan", "sxy"),
        ("仇建国", "qiujianguo", "qjg"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("重庆长安贸易有限公司", "chongqingchanganmaoyiyouxiangongsi", "cqcamyyxgs"),
        ("贵客", "guike", "gk"),
    ],
)
def test_pinyin_knows_surnames_and_places(name, sound, letters):
    assert rules.pinyin(name) == sound
    assert rules.initials(name) == letters


@pytest.mark.parametrize(
    ("typed", "kind", "problem"),
    [
        ("91370784MA3N03685C", "uscc", ""),
        ("９１３７０７８４ ma3n-03685c", "uscc", ""),
        ("91371923MA3COKJY73", "invalid", "第 13 位「O」不在代码字符集内，应为数字 0"),
        ("91371626MA3DJEAL1T", "invalid", "校验位应为 X，填的是 T"),
        ("110108000000016", "old", ""),
        ("110108000000017", "old", "旧注册号校验位不符"),
        ("9137078", "invalid", "应为 18 位统一社会信用代码或 15 位旧注册号，填的是 7 位"),
    ],
)
def test_codes_are_told_apart(typed, kind, problem):
    code = rules.read_code(typed)
    assert (code.kind, code.problem) == (kind, problem)


@given(st.text(alphabet=codes.ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(codes.ALPHABET))
def test_one_wrong_sign_in_a_code_is_always_found(body, place, sign):
    good = body + codes.check_digit(body)
    bad = good[:place] + sign + good[place + 1 :]
    assert rules.read_code(good).kind == "uscc"
    assert (rules.read_code(bad).kind == "uscc") == (bad == good)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("13800138000", ["13800138000"]),
        ("13800138000.0", ["13800138000"]),
        ("1.3800138E10", ["13800138000"]),
        ("0577-88881234、13900001111", ["0577-88881234", "13900001111"]),
        ("13900001111 13900002222", ["13900001111", "13900002222"]),
        ("1390000111113900002222", ["13900001111", "13900002222"]),
        ("139 0000 1111", ["139 0000 1111"]),
        ("13900001111/139-0000-1111", ["13900001111"]),
        ("", []),
    ],
)
def test_numbers_in_a_cell(cell, numbers):
    assert rules.split_phones(cell) == numbers


@pytest.mark.parametrize(
    ("typed", "key"),
    [("+86 138-0013-8000", "13800138000"), ("0577-88881234转801", "057788881234"), ("008613800138000", "13800138000")],
)
def test_a_number_has_one_key(typed, key):
    assert rules.phone_key(typed) == key


@pytest.mark.parametrize(
    ("text", "stored"), [("十月廿二", "10-22"), ("农历腊月初八", "12-08"), ("10-22", "10-22"), ("13-1", None), ("十月三十一", None)]
)
def test_lunar_days_are_read(text, stored):
    assert rules.parse_lunar(text) == stored


def test_birthdays_return():
    assert rules.next_lunar("10-22", date(2026, 11, 24)) == date(2026, 11, 30)
    assert rules.lunar_words("10-22") == "十月廿二"
    assert rules.next_solar(date(1980, 2, 29), date(2026, 3, 1)) == date(2027, 2, 28)
    assert rules.next_solar(date(1980, 11, 24), date(2026, 11, 24)) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("stored", "today", "falls_on"),
    [
        ("06-08", date(2025, 6, 1), date(2025, 7, 2)),  # 2025 has two sixth months: the plain one is the first
        ("06-08", date(2025, 7, 3), date(2026, 7, 21)),  # … and it does not return in the leap one
        ("闰06-08", date(2025, 6, 1), date(2025, 8, 1)),
        ("闰06-08", date(2025, 8, 2), date(2026, 7, 21)),  # 2026 has no leap sixth month
        ("闰06-30", date(2025, 8, 1), date(2025, 8, 22)),  # that month has 29 days
        ("12-30", date(2024, 12, 1), date(2025, 1, 28)),  # the twelfth month had 29 days: kept on New Year's Eve
        ("12-30", date(2024, 1, 1), date(2024, 2, 9)),  # it had 30
        ("01-01", date(2026, 2, 17), date(2026, 2, 17)),
    ],
)
def test_lunar_birthdays_in_odd_years(stored, today, falls_on):
    assert rules.next_lunar(stored, today) == falls_on


@pytest.mark.parametrize("text", ["闰六月初八", "农历闰六月初八", "闰6-8", "闰06-08"])
def test_a_leap_month_is_kept_as_written(text):
    assert rules.parse_lunar(text) == "闰06-08"
    assert rules.lunar_words("闰06-08") == "闰六月初八"


@pytest.mark.parametrize("text", ["闰", "闰十三月初一", "闰06-31", "六月闰初八"])
def test_no_such_leap_day(text):
    assert rules.parse_lunar(text) is None


@given(st.integers(1, 12), st.integers(1, 30), st.dates(date(2005, 1, 1), date(2090, 1, 1)))
def test_a_lunar_birthday_comes_within_thirteen_moons(month, day, today):
    again = rules.next_lunar(f"{month:02}-{day:02}", today)
    assert 0 <= (again - today).days <= 385


@pytest.mark.parametrize(
    ("required", "present", "percent", "missing"),
    [
        (("a", "b", "c"), {"a", "b"}, 66, ["c"]),
        (("a", "b"), {"a", "b", "x"}, 100, []),
        ((), set(), 100, []),
        (tuple("abcdefghij"), set("abcdefg"), 70, ["h", "i", "j"]),
    ],
)
def test_completeness(required, present, percent, missing):
    assert rules.completeness(required, present) == (percent, missing)


def test_an_agent_without_a_list_of_its_own_follows_the_kind():
    lists = {("company", ""): ("phone",), ("company", "dealer"): ("phone", "uscc")}
    assert rules.requirement_for(lists, "company", "agent") == ("phone",)
    assert rules.requirement_for(lists, "company", "dealer") == ("phone", "uscc")


TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        (rules.StageFacts("lead"), "lead"),
        (rules.StageFacts("lead", first_contact_on=date(2026, 11, 1)), "prospect"),
        (rules.StageFacts("prospect", deal_in_view=True), "negotiating"),
        (rules.StageFacts("lead", first_purchase_on=TODAY, last_purchase_on=TODAY, orders_12m=1), "new"),
        (rules.StageFacts("new", first_purchase_on=date(2026, 1, 1), last_purchase_on=TODAY, orders_12m=3), "long_term"),
        (rules.StageFacts("new", first_purchase_on=TODAY, last_purchase_on=TODAY, orders_12m=1, supply_contract=True), "long_term"),
        (rules.StageFacts("long_term", first_purchase_on=date(2025, 1, 1), last_purchase_on=date(2026, 11, 1), orders_12m=1), "long_term"),
        (rules.StageFacts("long_term", first_purchase_on=date(2025, 1, 1), last_purchase_on=date(2026, 5, 28)), "long_term"),
        (rules.StageFacts("long_term", first_purchase_on=date(2025, 1, 1), last_purchase_on=date(2026, 5, 27)), "dormant"),
        (rules.StageFacts("dormant", first_purchase_on=date(2024, 1, 1), last_purchase_on=date(2025, 11, 23)), "lost"),
        (rules.StageFacts("lost", first_purchase_on=date(2024, 1, 1), last_purchase_on=TODAY, orders_12m=1), "new"),
        (rules.StageFacts("lead", first_purchase_on=date(2020, 1, 1), last_purchase_on=date(2020, 1, 1)), "new"),
        (rules.StageFacts("dead", first_contact_on=TODAY), "dead"),
    ],
)
def test_facts_demand_a_stage(facts, stage):
    assert rules.stage_by_facts(facts, TODAY) == stage


@given(st.sampled_from(sorted(rules.STAGES)), st.booleans(), st.booleans(), st.integers(0, 800), st.integers(0, 5))
def test_facts_never_demand_a_forbidden_move(stage, contact, deal, idle, orders):
    from datetime import timedelta

    bought = TODAY - timedelta(days=idle) if orders else None
    facts = rules.StageFacts(stage, TODAY if contact else None, bought, bought, orders, deal_in_view=deal)
    wanted = rules.stage_by_facts(facts, TODAY)
    assert wanted == stage or rules.may_move(stage, wanted)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("number", "1,200.50", "1200.5"),
        ("number", "100", "100"),
        ("date", "2026/11/2".replace("/2", "/02"), "2026-11-02"),
        ("flag", "是", True),
        ("text", " 甲 ", "甲"),
        ("text", "  ", None),
    ],
)
def test_custom_values(kind, typed, stored):
    assert rules.custom_value(kind, typed) == stored


@pytest.mark.parametrize(("kind", "typed"), [("number", "一百"), ("number", "NaN"), ("date", "明天"), ("flag", "也许"), ("choice", "丙")])
def test_custom_values_that_do_not_fit(kind, typed):
    with pytest.raises(ValueError, match=r"要填|只能"):
        rules.custom_value(kind, typed, ["甲", "乙"])
