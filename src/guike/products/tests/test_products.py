"""The catalogue through its services, pages and import (SAL-01)."""

import csv
from decimal import Decimal

import pytest

from guike.organisation.models import Account, Department, Person, Post
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Forbidden, Refused, Stale
from guike.platform.imports import services as imports
from guike.products import rules, selectors, services
from guike.products.models import Product

D = Decimal
MARKETING = Viewer(name="孙敏", roles=frozenset({"marketing"}))
CLERK = Viewer(name="何静", roles=frozenset({"clerk"}))
SELLER = Viewer(name="陈思远", roles=frozenset({"salesperson"}))
pytestmark = pytest.mark.django_db


def test_without_a_number_the_series_gives_one():
    made = services.add_product(actor=MARKETING, name="铸钢闸阀", spec="Z41H DN50", list_price=D(860))
    assert (made.number, made.unit, made.search) == ("CP-000001", "件", "cp-000001 铸钢闸阀 z41h dn50 zgzf zhugangzhafa")


@pytest.mark.parametrize("text", ["闸阀", "zgzf", "Z41H dn50", "CP-0000", "ZHUGANG"])
def test_found_by_any_part(text):
    made = services.add_product(actor=MARKETING, name="铸钢闸阀", spec="Z41H DN50")
    services.add_product(actor=MARKETING, name="四氟垫片")
    found = list(selectors.find(SELLER, text))
    assert made in found and (len(found) == 1 or text == "CP-0000")


def test_a_retired_product_is_no_longer_offered():
    made = services.add_product(actor=MARKETING, name="铸钢闸阀")
    services.retire_product(made.pk, actor=MARKETING, reason="停产")
    assert not selectors.find(SELLER, "闸阀").exists()
    assert selectors.products_for(SELLER).filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "  "}, "要有名称"),
        ({"list_price": D(100), "floor_price": D("100.01")}, "最低价高于标准价"),
        ({"list_price": D(-1)}, "不能小于 0"),
        ({"tax_rate": D(113)}, "税率"),
        ({"number": "A-1"}, "已有产品在用"),
    ],
)
def test_refuses_with_a_sentence(values, words):
    services.add_product(actor=MARKETING, name="旧", number="A-1")
    with pytest.raises(Refused, match=words):
        services.add_product(actor=MARKETING, **{"name": "新", **values})
    assert Product.objects.count() == 1


def test_the_floor_price_is_set_by_marketing_only():
    with pytest.raises(Forbidden):
        services.add_product(actor=CLERK, name="阀", floor_price=D(1))
    with pytest.raises(Forbidden):
        services.add_product(actor=SELLER, name="阀")
    assert services.add_product(actor=MARKETING, name="阀", floor_price=D(1)).floor_price == D(1)


def test_two_editors_do_not_overwrite_each_other():
    made = services.add_product(actor=MARKETING, name="阀")
    services.change_product(made.pk, actor=MARKETING, version=1, name="闸阀")
    with pytest.raises(Stale):
        services.change_product(made.pk, actor=MARKETING, version=1, name="球阀")
    made.refresh_from_db()
    assert (made.name, made.search) == ("闸阀", "cp-000001 闸阀 zf zhafa")


@pytest.mark.parametrize(("until", "new"), [("2026-11-23", False), ("2026-11-24", True), (None, False)])
def test_new_to_and_including_the_day(until, new):
    from datetime import date

    assert rules.is_new(date.fromisoformat(until) if until else None, date(2026, 11, 24)) is new


def bring(tmp_path, rows, actor=SYSTEM):
    path = tmp_path / "products.csv"
    with path.open("w", newline="", encoding="gbk") as out:
        csv.writer(out).writerows([["物料编码", "品名", "规格", "单价", "底价", "税率（%）", "启用"], *rows])
    return imports.import_file("products", path, actor=actor)[1]


def test_import_updates_by_number_and_blank_cells_change_nothing(tmp_path):
    bring(tmp_path, [["A-1", "闸阀", "DN50", "860", "700", "13", "是"], ["", "球阀", "", "", "", "0.09", ""]])
    second = bring(tmp_path, [["A-1", "", "DN80", "", "", "", ""], ["A-1", "闸阀", "", "", "", "", ""]])
    first, made = Product.objects.order_by("number")
    assert (first.name, first.spec, first.list_price, first.floor_price, first.tax_rate) == ("闸阀", "DN50", D(860), D(700), D(13))
    assert (made.number, made.tax_rate, made.active) == ("CP-000001", D(9), True)
    assert [(problem.row, problem.column) for problem in second.problems] == [(2, "name")]


def test_import_refuses_a_floor_above_the_list_price(tmp_path):
    result = bring(tmp_path, [["A-1", "闸阀", "", "860", "900", "", ""]])
    assert "最低价高于标准价" in result.problems[0].message
    assert not Product.objects.exists()


def test_the_pages_hide_the_floor_price_from_a_seller(client):
    made = services.add_product(actor=MARKETING, name="闸阀", list_price=D(860), floor_price=D("712.34"))
    department, person = Department.objects.create(name="销售部"), Person.objects.create(number="P1", name="陈思远")
    Post.objects.create(person=person, department=department, role="salesperson")
    client.force_login(Account.objects.create(login="chen", person=person, must_change_password=False))
    for path in (f"/products/{made.pk}/", "/products/", "/products/?view=all&col=floor_price"):
        assert b"712.34" not in client.get(path).content
    assert client.get("/products/add/").status_code == 403
    assert client.post(f"/products/{made.pk}/change/", {"name": "x"}).status_code == 403
    made.refresh_from_db()
    assert made.name == "闸阀"
