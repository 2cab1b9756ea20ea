"""Relations on the pages, in lists and in files: what a reader may see of them (CUS-15)."""

import csv
from datetime import date

import pytest

from guike.customers import selectors, services
from guike.customers.imports import RelationsImport
from guike.customers.models import Customer, CustomerFigures, Relation
from guike.customers.tests.test_relations import a_company, tops
from guike.platform.imports import services as imports


@pytest.fixture
def family(owner):
    """瓯泰集团 above 阀门 above 铸造; 泵业 beside 阀门."""
    made = {name: a_company(owner, f"瓯泰{name}") for name in ("集团", "阀门", "铸造", "泵业")}
    for upper, lower in (("阀门", "铸造"), ("集团", "阀门"), ("集团", "泵业")):
        services.relate(made[lower].pk, "parent:upper", made[upper].pk, actor=owner)
    return made


def buys(customer, amount, grade, rank):
    CustomerFigures.objects.filter(customer=customer).update(purchases_12m=amount, grade=grade, grade_rank=rank)


def test_the_group_counts_what_the_reader_sees(family, owner, outsider, clerk, as_viewer):
    strange = a_company(outsider, "瓯泰密封件")
    services.relate(strange.pk, "parent:upper", family["泵业"].pk, actor=clerk)
    below = a_company(owner, "瓯泰电机")
    services.relate(below.pk, "parent:upper", strange.pk, actor=clerk)
    buys(family["集团"], 1_000_000, "A", 0)
    buys(strange, 5_000_000, "A", 0)
    seen = selectors.company_group(owner, Customer.objects.get(pk=family["泵业"].pk))
    assert (seen.count, seen.purchases, seen.grades) == (5, 1_000_000, [("A", 1)])
    assert [(one.customer.name if one.customer else None, one.depth) for one in seen.members][-3:] == [
        ("瓯泰泵业", 1),
        (None, 2),
        ("瓯泰电机", 3),
    ]
    assert selectors.company_group(clerk, Customer.objects.get(pk=family["泵业"].pk)).purchases == 6_000_000
    page = as_viewer(owner).get(f"/customers/{family['泵业'].pk}/?tab=relations").content.decode()
    assert "瓯泰集团" in page and "无权查看" in page and "瓯泰密封件" not in page and "可见 <b>5</b> 家" in page
    alone = as_viewer(outsider).get(f"/customers/{strange.pk}/?tab=relations").content.decode()
    assert "无权查看" not in alone and "还没有登记关系" in alone and "瓯泰集团" not in alone


def test_relations_are_noted_changed_and_ended_on_the_page(customer, owner, as_viewer):
    other = a_company(owner, "瑞安恒通机电")
    browser, base = as_viewer(owner), f"/customers/{customer.pk}/relations/"
    assert "对方是" in browser.get(f"{base}add/").content.decode()
    assert browser.post(f"{base}add/", {"side": "cousin:upper", "other": other.pk}).status_code == 422
    refused = browser.post(f"{base}add/", {"side": "partner:upper", "other": customer.pk})
    assert refused.status_code == 422 and "和自己建关系" in refused.content.decode()
    answer = browser.post(f"{base}add/", {"side": "dealer:upper", "other": other.pk, "since": "2025-03-01", "note": "温州片"})
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/{customer.pk}/?tab=relations")
    made = Relation.objects.get()
    page = browser.get(f"/customers/{other.pk}/?tab=relations").content.decode()
    assert "下级分销商" in page and customer.name in page and "温州片" in page
    assert browser.post(f"{base}{made.pk}/", {"note": "台州片", "version": 1}).status_code == 302
    assert browser.post(f"{base}{made.pk}/", {"note": "绍兴片", "version": 1}).status_code == 422
    assert browser.post(f"{base}{made.pk}/end/", {"until": "2026-11-01"}).status_code == 302
    assert "已结束的关系" in browser.get(f"/customers/{customer.pk}/?tab=relations").content.decode()
    assert browser.get(f"{base}{made.pk}/").status_code == 404
    assert "建关系" in browser.get(f"/customers/{customer.pk}/changes/").content.decode()


def test_who_only_reads_changes_nothing(customer, owner, service, outsider, as_viewer):
    other = a_company(owner, "瑞安恒通")
    made = services.relate(customer.pk, "partner:upper", other.pk, actor=owner)
    page = as_viewer(service).get(f"/customers/{customer.pk}/?tab=relations").content.decode()
    assert "瑞安恒通" in page and "relations/add" not in page and "/end/" not in page
    assert as_viewer(service).post(f"/customers/{customer.pk}/relations/{made.pk}/end/", {"until": "2026-11-01"}).status_code == 403
    assert as_viewer(outsider).get(f"/customers/{customer.pk}/relations/add/").status_code == 404
    assert Relation.objects.get().until is None


def test_a_relation_to_somebody_out_of_sight_cannot_be_opened(customer, owner, outsider, clerk, as_viewer):
    strange = a_company(outsider, "杭州金桥流体")
    made = services.relate(customer.pk, "parent:upper", strange.pk, actor=clerk)
    browser = as_viewer(owner)
    assert browser.get(f"/customers/{customer.pk}/relations/{made.pk}/").status_code == 404
    for address in (f"/customers/{customer.pk}/?tab=relations", f"/customers/{customer.pk}/?tab=file", f"/customers/{customer.pk}/edit/",
                    f"/customers/{customer.pk}/changes/", "/customers/relations/?view=all", "/customers/?view=all&col=parent&col=group"):  # fmt: skip
        answer = browser.get(address)
        assert answer.status_code == 200 and "金桥" not in answer.content.decode(), address
    assert "金桥" in as_viewer(clerk).get("/customers/?view=all&col=parent&col=group").content.decode()
    assert "金桥" in as_viewer(clerk).get("/customers/relations/?view=all").content.decode()


def test_customers_are_listed_by_group_and_parent(family, owner, customer, as_viewer):
    browser = as_viewer(owner)
    page = browser.get(f"/customers/?view=all&f.group={family['集团'].pk}&col=parent&col=group").content.decode()
    assert all(f"瓯泰{name}" in page for name in family) and customer.name not in page
    page = browser.get(f"/customers/?view=all&f.parent={family['阀门'].pk}").content.decode()
    assert "瓯泰铸造" in page and "瓯泰泵业" not in page


def test_pages_cost_a_fixed_number_of_queries(family, owner, clerk, as_viewer, django_assert_num_queries, django_assert_max_num_queries):
    browser = as_viewer(clerk)
    address = f"/customers/{family['集团'].pk}/?tab=relations"
    browser.get(address)
    browser.get("/customers/relations/?view=all")
    with django_assert_max_num_queries(40) as one:
        browser.get(address)
    with django_assert_max_num_queries(40) as listed:
        browser.get("/customers/relations/?view=all")
    for n in range(6):
        services.relate(a_company(owner, f"瓯泰第{n}厂").pk, "parent:upper", family["集团"].pk, actor=owner)
    with django_assert_num_queries(len(one)):
        browser.get(address)
    with django_assert_num_queries(len(listed)):
        browser.get("/customers/relations/?view=all")


# --- import, export --------------------------------------------------------------------------------------------------------


HEADINGS = ["客户名称", "对方是", "对方名称", "开始日期", "结束日期", "说明"]


@pytest.fixture
def bring(tmp_path, clerk):
    """`bring([...], actor=…)` imports rows under HEADINGS."""

    def run(*rows, actor=clerk, **options):
        path = tmp_path / "客户关系.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([HEADINGS, *rows])
        return imports.import_file("relations", path, actor=actor, on_error="skip-rows", **options)[1]

    return run


def outcomes(result):
    return {outcome.value: count for outcome, count in result.counts.items() if count}


def test_relations_come_from_a_file_and_are_changed_by_the_next(bring, owner):
    for name in ("瓯泰集团", "瓯泰阀门", "瓯泰铸造"):
        a_company(owner, name)
    rows = [["瓯泰阀门", "上级单位", "瓯泰集团", "2024-01-01", "", ""], ["瓯泰阀门", "下级单位", "瓯泰铸造", "", "", "老厂"]]
    assert outcomes(bring(*rows)) == {"created": 2}
    assert tops()["瓯泰铸造"] == ("瓯泰阀门", "瓯泰集团")
    assert outcomes(bring(*rows)) == {"unchanged": 2}
    assert outcomes(bring(["瓯泰铸造", "上级单位", "瓯泰阀门", "", "2026-01-31", ""])) == {"updated": 1}
    assert set(tops()) == {"瓯泰集团", "瓯泰阀门"}


def test_a_file_cannot_close_a_circle_or_name_what_is_out_of_sight(bring, owner, outsider):
    for name in ("瓯泰集团", "瓯泰阀门", "瓯泰铸造"):
        a_company(owner, name)
    a_company(outsider, "杭州金桥流体")
    result = bring(
        ["瓯泰阀门", "上级单位", "瓯泰集团", "", "", ""],
        ["瓯泰铸造", "上级单位", "瓯泰阀门", "", "", ""],
        ["瓯泰集团", "上级单位", "瓯泰铸造", "", "", ""],
        ["瓯泰铸造", "上级单位", "瓯泰集团", "", "", ""],
        ["瓯泰集团", "合作伙伴", "瓯泰集团", "", "", ""],
        ["瓯泰集团", "合作伙伴", "杭州金桥流体", "", "", ""],
        ["瓯泰集团", "合作伙伴", "瓯泰铸造", "2099-01-01", "", ""],
        actor=owner,
    )
    assert outcomes(result) == {"created": 2, "rejected": 5}
    said = " ".join(str(problem.message) for problem in result.problems)
    assert all(words in said for words in ("绕成一圈", "已有上级单位", "和自己", "不在可见范围内", "在今天之后"))


def test_what_is_exported_can_be_imported(bring, owner, outsider, clerk, customer):
    other, strange = a_company(owner, "瑞安恒通"), a_company(outsider, "杭州金桥流体")
    services.relate(customer.pk, "dealer:upper", other.pk, {"since": date(2025, 3, 1)}, actor=owner)
    services.relate(customer.pk, "partner:upper", strange.pk, actor=clerk)
    kind = RelationsImport
    rows = [list(row) for row in kind.exported(owner, kind.export_rows(owner), kind.columns)]
    assert [[*row[1:3], row[4]] for row in rows] == [[customer.name, "供货经销商", "瑞安恒通"]]
