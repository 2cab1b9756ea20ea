"""Names in parts, and how alike two records are (CUS-07)."""

from pathlib import Path

import pytest

from guike.customers.rules import identity, likeness, split_name

DATA = Path(__file__).parents[4].parent / "shared" / "data" / "companies"


@pytest.mark.parametrize(
    ("name", "place", "brand", "trade", "form"),
    [
        ("温州瓯泰阀门有限公司", "温州", "瓯泰", "阀门", "有限公司"),
        ("溫州（甌泰）閥門有限責任公司", "温州", "", "阀门", "有限责任公司"),
        ("澳妆（上海）国际贸易有限公司", "上海", "澳妆", "国际贸易", "有限公司"),
        ("江苏常州万达人力资源管理有限公司", "江苏常州", "万达", "人力资源管理", "有限公司"),
        ("新月能源石家庄公司", "石家庄", "新月", "能源", "公司"),
        ("湖北塑胶跑道工程公司", "湖北", "", "塑胶跑道工程", "公司"),
        ("大连英岐传媒有限公司", "大连", "英岐", "传媒", "有限公司"),
        ("希杰生物科技有限公司", "", "希杰", "生物科技", "有限公司"),
        ("元氏县德贵综合门市", "元氏县", "德贵", "", "综合门市"),
        ("瓯泰", "", "瓯泰", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_a_name_falls_into_four_parts(name, place, brand, trade, form):
    parts = split_name(name)
    assert (parts.place, parts.brand, parts.trade, parts.form) == (place, brand, trade, form)


OUTAI = "温州瓯泰阀门有限公司"


@pytest.mark.parametrize(
    ("other", "score", "reasons"),
    [
        ("溫州甌泰閥門有限責任公司", 90, ("name",)),
        ("温州瓯泰阀门有限公司　", 90, ("name",)),
        ("温州欧泰阀门有限公司", 75, ("sound",)),
        ("温州欧泰阀门股份有限公司", 65, ("brand_sound",)),
        ("浙江瓯泰阀门股份有限公司", 75, ("brand",)),
        ("瓯泰阀门", 60, ("brand_nowhere",)),
        ("温州瓯泰", 65, ("short",)),
        ("温州瓯泰机械有限公司", 50, ("brand_place",)),
        ("杭州瓯泰阀门有限公司", 0, ()),
        ("温州瓯泰阀门有限公司杭州分公司", 0, ()),
        ("温州阀门有限公司", 0, ()),
    ],
)
def test_names_alone(other, score, reasons):
    found = likeness(identity(name=OUTAI), identity(name=other))
    assert (found.score, found.reasons) == (score, reasons)
    assert likeness(identity(name=other), identity(name=OUTAI)) == found


def test_one_sign_of_a_longer_brand():
    found = likeness(identity(name="苏州恒力达泵业有限公司"), identity(name="苏州恒大达泵业有限公司"))
    assert (found.score, found.reasons) == (55, ("brand_like",))
    assert likeness(identity(name="苏州恒达泵业有限公司"), identity(name="苏州力达泵业有限公司")).score == 0


def test_reasons_add_up_and_different_codes_speak_against():
    one = identity(name=OUTAI, uscc="91370784MA3N03685C", phones=["0577-86001234"])
    same = identity(name="溫州甌泰閥門有限公司", phones=["057786001234"])
    other = identity(name=OUTAI, uscc="91330300MA2AXXXX5T", phones=["0577-86001234"])
    assert likeness(one, same).score == 97
    assert likeness(one, other).score == 40
    assert likeness(one, other).words == ["名称相同", "电话相同", "信用代码不同，是两个法人"]
    assert likeness(one, identity(name="别的名字", uscc="91370784MA3N03685C")).reasons == ("code",)


def test_two_persons_of_one_name_are_not_yet_one():
    assert likeness(identity(name="王芳", kind="person"), identity(name="王芳", kind="person")).score == 45
    both = likeness(
        identity(name="王芳", kind="person", phones=["13800138000"]), identity(name="王芳", kind="person", phones=["+86 13800138000"])
    )
    assert both.score == 84


@pytest.mark.shared_data
def test_brands_of_500_real_names():
    """At least 450 of the 500 brands are split as given; the others are printed."""
    path = DATA / "companynameparser_groundtruth.txt"
    if not path.exists():
        pytest.skip(f"没有 {path}")
    rows = [line.strip().partition(" ") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    wrong = [(name, brand, split_name(name).brand) for name, _space, brand in rows if split_name(name).brand != brand.strip()]
    for name, brand, found in wrong:
        print(f"{name}：应为「{brand}」，得「{found}」")
    assert len(rows) == 500
    assert len(rows) - len(wrong) >= 450
