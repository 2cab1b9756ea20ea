"""The scan, what is decided about its findings, the pages, and real names (CUS-07)."""

from pathlib import Path

import pytest

from guike.customers import rules, selectors, services
from guike.customers.models import Customer, CustomerMerge, DuplicateCluster, NotDuplicate
from guike.customers.rules.codes import check_digit
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

DATA = Path(__file__).parents[4].parent / "shared" / "data" / "companies"


@pytest.fixture
def twice(customer, owner, outsider):
    """瓯泰 entered a second time by a stranger, by ear; and a company that has nothing to do with it."""
    services.add_customer({"name": "杭州金桥流体设备有限公司"}, actor=outsider)
    return customer, services.add_customer({"name": "温州欧泰阀门有限公司"}, actor=outsider)


def scan(actor=SYSTEM):
    return services.scan(actor=actor)


def test_the_scan_finds_pairs_and_says_why(twice, clerk):
    result = scan(clerk)
    found = DuplicateCluster.objects.get()
    assert (found.score, found.reasons, found.size) == (75, ["sound"], 2)
    assert sorted(found.members.values_list("customer", flat=True)) == sorted(one.pk for one in twice)
    assert (result["found"], result["customers"]) == (1, 2)


def test_three_that_hang_together_are_one_finding(twice, outsider):
    services.add_customer({"name": "瓯泰阀门", "phone": "0577-86001234"}, actor=outsider)
    scan()
    assert DuplicateCluster.objects.get().size == 3


def test_different_codes_are_never_proposed(owner, outsider):
    body = "91371923MA3C0KJY7"
    services.add_customer({"name": "温州瓯泰阀门有限公司", "uscc": "91370784MA3N03685C"}, actor=owner)
    services.add_customer({"name": "温州瓯泰阀门有限责任公司", "uscc": body + check_digit(body)}, actor=outsider)
    assert scan()["found"] == 0


def test_not_a_duplicate_is_remembered_until_it_is_taken_back(twice, clerk, owner):
    scan()
    found = DuplicateCluster.objects.get()
    with pytest.raises(Forbidden):
        services.dismiss(found.pk, actor=owner)
    assert not NotDuplicate.objects.exists()
    services.dismiss(found.pk, actor=clerk, reason="两个老板")
    assert scan()["found"] == 0
    with pytest.raises(Refused, match="已处理过"):
        services.dismiss(found.pk, actor=clerk)
    services.reopen(found.pk, actor=clerk)
    assert scan()["found"] == 1


def test_a_merge_settles_the_finding(twice, clerk):
    scan()
    one, other = twice
    services.merge(one.pk, [other.pk], versions={one.pk: one.version, other.pk: other.version}, actor=clerk)
    assert DuplicateCluster.objects.get().state == "merged"
    assert scan()["found"] == 0


def test_the_pages_from_the_list_to_the_merge_and_back(twice, clerk, as_viewer):
    scan()
    browser, found = as_viewer(clerk), DuplicateCluster.objects.get()
    one, other = twice
    assert "名称读音相同" in browser.get("/customers/duplicates/").content.decode()
    page = browser.get(f"/customers/duplicates/{found.pk}/").content.decode()
    assert f"/customers/merge/?with={one.pk}&amp;with={other.pk}" in page
    url = f"/customers/merge/?with={one.pk}&with={other.pk}"
    form = browser.get(url).content.decode()
    assert f'name="f_name" value="{other.pk}"' in form
    assert "0577-8600****" in form or "0577-86001234" in form
    given = {"survivor": one.pk, f"version_{one.pk}": one.version, f"version_{other.pk}": 99, "reason": "同一家"}
    assert browser.post(url, given).status_code == 422
    assert not CustomerMerge.objects.exists()
    answer = browser.post(url, {**given, f"version_{other.pk}": other.version, "f_name": other.pk})
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/{one.pk}/")
    assert Customer.objects.get(pk=one.pk).name == "温州欧泰阀门有限公司"
    done = CustomerMerge.objects.get()
    record = browser.get(f"/customers/merges/{done.pk}/").content.decode()
    assert "撤销合并" in record and other.number in record
    assert "同一家" in browser.get("/customers/merges/").content.decode()
    assert browser.post(f"/customers/merges/{done.pk}/undo/", {"reason": "弄错了"}).status_code == 302
    assert Customer.objects.get(pk=other.pk).name == "温州欧泰阀门有限公司"


def test_a_manager_sees_strangers_without_their_names(twice, cast, south, as_viewer):
    scan()
    local = cast("周经理", "sales_manager", south)
    page = as_viewer(local).get(f"/customers/duplicates/{DuplicateCluster.objects.get().pk}/").content.decode()
    assert "温州瓯泰阀门有限公司" in page
    assert "温州欧泰阀门有限公司" not in page
    assert "吴芳" in page
    assert "比对并合并" not in page


def test_the_typing_hint_page_hides_the_stranger_and_offers_to_ask(customer, outsider, as_viewer):
    browser = as_viewer(outsider)
    page = browser.get("/customers/similar/", {"name": "温州欧泰阀门有限公司", "kind": "company"}).content.decode()
    assert "不在可见范围内" in page and "陈思远" in page and "申请协同" in page
    assert customer.name not in page and "86001234" not in page and f"/customers/{customer.pk}/" not in page
    ticket = selectors.similar(outsider, name=customer.name)[0].ticket
    assert "已向 陈思远 申请" in browser.post("/customers/similar/ask/", {"ticket": ticket}).content.decode()


def test_the_record_offers_its_doubles(twice, clerk, as_viewer):
    one, other = twice
    page = as_viewer(clerk).get(f"/customers/{one.pk}/doubles/").content.decode()
    assert other.name in page and f"with={one.pk}&amp;with={other.pk}" in page


@pytest.mark.shared_data
@pytest.mark.slow
def test_the_penalty_list_gives_no_wrong_merge_and_its_double_codes_are_found(db):
    """3,660 names: no two with different valid codes are proposed as one, and each of the six codes under two names is found by its code."""
    path = DATA / "企业名单_山东环保处罚.xlsx"
    if not path.exists():
        pytest.skip(f"没有 {path}")
    codes = _penalties(path)
    assert len(codes) == 3660
    taken: dict[str, str] = {}
    rows = []
    for place, (name, code) in enumerate(codes.items()):
        mine = code if code and code not in taken else ""
        taken.setdefault(code, name)
        derived = rules.of_customer(number=f"P{place}", name=name, kind="company")
        rows.append(Customer(number=f"P{place}", name=name, uscc=mine, **derived))
    Customer.objects.bulk_create(rows)
    scan()
    by_id = dict(Customer.objects.values_list("pk", "name"))
    wrong = [
        (by_id[a], by_id[b])
        for cluster in DuplicateCluster.objects.prefetch_related("members")
        for a in [member.customer_id for member in cluster.members.all()]
        for b in [member.customer_id for member in cluster.members.all()]
        if a < b and codes[by_id[a]] and codes[by_id[b]] and codes[by_id[a]] != codes[by_id[b]]
    ]
    for cluster in DuplicateCluster.objects.prefetch_related("members"):
        print(cluster.score, cluster.reasons, [by_id[member.customer_id] for member in cluster.members.all()])
    assert wrong == []
    assert Customer.objects.count() == 3660
    under_two = [name for name, code in codes.items() if code and taken[code] != name]
    assert len(under_two) == 6
    for name in under_two:
        [first] = [one for one in selectors.similar(SYSTEM, name=name, uscc=codes[name]) if "信用代码相同" in one.why]
        assert first.name == taken[codes[name]]


def _penalties(path):
    """Name → valid unified code, "" without one."""
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    at = next(place for place, row in enumerate(rows) if any("统一社会信用代码" in str(cell) or "信用代码" in str(cell) for cell in row))
    header = ["".join(str(cell).split()) for cell in rows[at]]
    code_at = next(place for place, cell in enumerate(header) if "信用代码" in cell)
    name_at = next(place for place, cell in enumerate(header) if "名称" in cell)
    found: dict[str, str] = {}
    for row in rows[at + 1 :]:
        name = " ".join(str(row[name_at]).split())
        if name:
            code = rules.read_code(str(row[code_at]))
            found[name] = found.get(name) or (code.value if code.kind == "uscc" else "")
    return found
