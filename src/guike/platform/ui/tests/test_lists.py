"""The list page: what is shown to whom, what the address may ask, how many queries it costs."""

import json
import re
from urllib.parse import quote

import pytest

from guike.platform.errors import Forbidden
from guike.platform.ui.lists import export, place, state, totals
from guike.platform.ui.models import SavedView
from guike.platform.ui.tests.firms import Firm, FirmList

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    """The firms in the order shown."""
    return re.findall(r'gk-list-name"><a [^>]*>([^<]+)</a>', response.content.decode())


def where(tree: dict) -> str:
    return "/firms/?where=" + quote(json.dumps(tree))


def test_shows_the_rows_in_sight_sorted_by_the_view(firms, ask, seller, administrator):
    assert names(FirmList().respond(ask(seller))) == ["公司01", "公司02"]
    assert names(FirmList().respond(ask(administrator)))[:5] == ["公司01", "公司04", "公司03", "公司02", "停公司05"]


def test_totals_count_the_rows_and_sum_what_says_so(firms, ask, administrator):
    page = FirmList().respond(ask(administrator)).content.decode()
    assert "合计 12 家" in page
    assert '<td class="gk-num">3,140.0</td>' in page
    assert "金额单位：万元" in page


def test_counting_stops_at_the_cap_and_sums_are_left_out(firms, ask, administrator):
    listing = FirmList()
    listing.cap = 5
    page = listing.respond(ask(administrator)).content.decode()
    assert "共 5+ 家" in page
    assert "合计" not in page


def test_what_the_search_box_finds_is_counted_less_far(firms, ask, administrator, monkeypatch):
    monkeypatch.setattr(totals, "SEARCHED", 5)
    page = FirmList().respond(ask(administrator, "/firms/?view=all&q=公司")).content.decode()
    assert "共 5+ 家" in page


@pytest.mark.parametrize(
    ("address", "gathered"), [("/firms/?view=all", False), ("/firms/?view=grade_a", True), ("/firms/?view=all&f.owner=7", True)]
)
def test_only_what_a_filter_has_narrowed_is_gathered(firms, ask, administrator, django_assert_max_num_queries, address, gathered):
    with django_assert_max_num_queries(9) as asked:
        FirmList().respond(ask(administrator, address))
    assert any("AS MATERIALIZED (SELECT" in one["sql"] and "ARRAY(" in one["sql"] for one in asked.captured_queries) is gathered


def test_the_number_of_queries_does_not_grow_with_the_rows(firms, ask, administrator, django_assert_num_queries):
    """Saved views, rows, count with sums; the view to open with where the address names none; the rows without a value where the page reaches them."""
    with django_assert_num_queries(5):
        FirmList().respond(ask(administrator))
    Firm.objects.bulk_create(Firm(pk=1000 + i, name=f"新公司{i}", bought=i) for i in range(200))
    with django_assert_num_queries(3):
        FirmList().respond(ask(administrator, "/firms/?view=all"))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/firms/?view=grade_a", ["公司01", "公司04", "公司07", "公司10"]),
        ("/firms/?f.grade=A&sort=bought", ["公司10", "公司07", "公司04", "公司01"]),
        ("/firms/?f.grade=A&f.grade=B&q=0&sort=name", ["停公司05", "公司01", "公司02", "公司04", "公司07", "公司08", "公司10"]),
        ("/firms/?f.owner=7", ["公司01", "公司02"]),
        (where({"all": [{"field": "bought", "op": "gte", "value": "5000000"}]}), ["公司01", "公司04", "公司03", "公司02"]),
        (
            where({"any": [{"field": "bought", "op": "gt", "value": 8000000}, {"field": "name", "op": "contains", "value": "11"}]}),
            ["公司01", "公司11"],
        ),
    ],
)
def test_filters_and_sorts_as_the_address_says(firms, ask, administrator, address, shown):
    assert names(FirmList().respond(ask(administrator, address))) == shown


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/firms/?colour=red", "「colour」不是这个列表的条件"),
        ("/firms/?f.colour=red", "「f.colour」不是这个列表的条件"),
        ("/firms/?sort=password", "不能按「password」排序"),
        ("/firms/?sort=-owner__id", "不能按「owner__id」排序"),
        ("/firms/?col=secret", "没有「secret」这一列"),
        ("/firms/?view=none", "没有「none」这个视图"),
        ("/firms/?view=managers", "没有「managers」这个视图"),
        ("/firms/?view=s99", "没有「s99」这个视图"),
        ("/firms/?after=nonsense", "翻页标记已失效"),
        ("/firms/?where={", "条件（where）不完整"),
        ("/firms/?where=[1]", "条件（where）不完整"),
        (where({"field": "owner__password", "op": "eq", "value": "x"}), "没有「owner__password」这个字段或指标"),
        (where({"field": "bought", "op": "contains", "value": "x"}), "不能用「contains」来比"),
        (where({"field": "bought", "op": "gt", "value": "一百"}), "要填数字"),
        ("/firms/?f.grade=Z", "没有「Z」这一项"),
        ("/firms/?panel=none", "没有「none」这个工具"),
        ("/firms/?export=exe", "导出格式只有 xlsx 和 csv"),
    ],
)
def test_what_the_list_does_not_know_is_refused_in_words(firms, ask, administrator, address, reason):
    response = FirmList().respond(ask(administrator, address))
    assert response.status_code == 400
    assert reason in response.content.decode()


@pytest.mark.parametrize(
    "address", ["/firms/?col=phone", "/firms/?sort=phone", where({"field": "phone", "op": "contains", "value": "138"})]
)
def test_a_hidden_field_can_neither_be_shown_nor_sorted_nor_asked_by(firms, ask, seller, address):
    page = FirmList().respond(ask(seller, address))
    assert page.status_code == 403
    assert "你的岗位看不到这个字段" in page.content.decode()
    assert "13800138" not in FirmList().respond(ask(seller)).content.decode()


def test_a_veiled_field_is_shown_veiled_and_cannot_be_sorted_or_asked_by(firms, ask, manager):
    page = FirmList().respond(ask(manager)).content.decode()
    assert "138****8001" in page
    assert "13800138" not in page.replace(" ", "")
    assert FirmList().respond(ask(manager, "/firms/?sort=phone")).status_code == 403
    assert FirmList().respond(ask(manager, where({"field": "phone", "op": "contains", "value": "8001"}))).status_code == 403


def test_next_and_previous_lead_through_and_back(firms, ask, administrator):
    listing = FirmList()
    listing.page_size = 5
    address, seen = "/firms/", []
    while address:
        page = listing.__class__()
        page.page_size = 5
        response = page.respond(ask(administrator, address))
        seen += names(response)
        found = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
        address = "/firms/" + found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 12
    back = re.search(r'rel="prev" href="([^"]+)"', response.content.decode())[1]
    page = FirmList()
    page.page_size = 5
    response = page.respond(ask(administrator, "/firms/" + back.replace("&amp;", "&")))
    assert names(response) == seen[5:10]
    assert "第 6～10，共 12 家" in response.content.decode()


def test_htmx_gets_only_the_part_that_changes(firms, ask, administrator):
    part = FirmList().respond(ask(administrator, "/firms/?sort=name", target="gk-list")).content.decode()
    assert part.lstrip().startswith('<div id="gk-list"')
    assert "<html" not in part
    assert "data-announce" in part


def test_an_empty_list_says_what_would_stand_here(tables, ask, administrator):
    assert "这个视图里还没有记录" in FirmList().respond(ask(administrator)).content.decode()
    filtered = FirmList().respond(ask(administrator, "/firms/?q=无")).content.decode()
    assert "没有符合这些条件的记录" in filtered
    assert "清除条件" in filtered


def test_names_are_escaped(firms, ask, administrator):
    Firm.objects.filter(pk=1).update(name='<script>alert(1)</script>"')
    page = FirmList().respond(ask(administrator)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;" in page


# --- views -----------------------------------------------------------------------------------------------------------


def test_a_view_is_saved_with_columns_conditions_and_sort_and_opens_again(firms, ask, administrator):
    address = "/firms/?f.grade=A&sort=bought&col=name&col=bought"
    FirmList().respond(ask(administrator, address, {"do": "save-view", "name": "A 级小客户"}))
    kept = SavedView.objects.get()
    assert (kept.name, kept.account_id, kept.audience, kept.base, kept.saved_by) == ("A 级小客户", 3, "mine", "all", "王管")
    page = FirmList().respond(ask(administrator, f"/firms/?view=s{kept.pk}"))
    assert names(page) == ["公司10", "公司07", "公司04", "公司01"]
    assert "负责人</a></th>" not in page.content.decode()


def test_own_views_are_private_until_shared(firms, ask, administrator, manager):
    FirmList().respond(ask(administrator, "/firms/?f.grade=A", {"do": "save-view", "name": "我的"}))
    FirmList().respond(ask(administrator, "/firms/?f.grade=B", {"do": "save-view", "name": "大家的", "audience": "everyone"}))
    page = FirmList().respond(ask(manager)).content.decode()
    assert "大家的" in page
    assert ">我的<" not in page


def test_somebody_elses_view_cannot_be_changed_or_dropped(firms, ask, administrator, manager):
    FirmList().respond(ask(administrator, "/firms/?f.grade=B", {"do": "save-view", "name": "大家的", "audience": "everyone"}))
    key = str(SavedView.objects.get().pk)
    for verb in ("change-view", "drop-view"):
        with pytest.raises(Exception, match="不是你存的"):
            FirmList().respond(ask(manager, "/firms/", {"do": verb, "pk": key}))
    kept = SavedView.objects.get()
    assert kept.version == 1
    assert kept.kept["quick"] == {"grade": ["B"]}


def test_a_used_or_empty_name_is_refused(firms, ask, administrator):
    FirmList().respond(ask(administrator, "/firms/", {"do": "save-view", "name": "常用"}))
    with pytest.raises(Exception, match="已有叫「常用」的视图"):
        FirmList().respond(ask(administrator, "/firms/", {"do": "save-view", "name": " 常用 "}))
    with pytest.raises(Exception, match="视图要有名称"):
        FirmList().respond(ask(administrator, "/firms/", {"do": "save-view", "name": " "}))
    assert SavedView.objects.count() == 1


def test_a_saved_view_survives_columns_that_were_taken_away(firms, ask, administrator):
    SavedView.objects.create(
        list_code="test_firm",
        name="旧",
        account_id=3,
        base="all",
        kept={"columns": ["gone", "name"], "sort": "-gone"},
        updated_at="2026-11-22T00:00Z",
    )
    page = FirmList().respond(ask(administrator, f"/firms/?view=s{SavedView.objects.get().pk}"))
    assert page.status_code == 200
    assert len(names(page)) == 12


def test_view_counts_come_apart_from_the_page(firms, ask, administrator):
    counts = json.loads(FirmList().respond(ask(administrator, "/firms/?counts=1")).content)
    assert counts == {"all": 12, "grade_a": 4}


def test_the_address_carries_only_what_differs_from_the_view():
    base = state.State("all", sort="-bought", columns=("name",))
    wanted = state.State("all", sort="-bought", columns=("name",), quick={"grade": ("A",)}, base=base)
    assert wanted.url() == "?view=all&f.grade=A"
    assert wanted.url(sort="name") == "?view=all&f.grade=A&sort=name"
    assert wanted.quick_url("grade", ()) == "?view=all"


# --- bulk ------------------------------------------------------------------------------------------------------------


def test_bulk_asks_first_with_the_consequence_and_changes_nothing(firms, ask, administrator):
    page = FirmList().respond(ask(administrator, "/firms/", {"do": "rename", "pk": ["1", "2"]})).content.decode()
    assert "2 家的名称会变" in page
    assert "改名 2 家" in page
    assert not Firm.objects.filter(name__contains="改").exists()


def test_bulk_answers_row_by_row(firms, ask, administrator):
    page = FirmList().respond(ask(administrator, "/firms/", {"do": "rename", "confirmed": "1", "pk": ["1", "5"]})).content.decode()
    assert "完成 1 家" in page
    assert "1 家没有改动" in page
    assert "已停用的公司不能改" in page
    assert [f.name for f in Firm.objects.filter(pk__in=[1, 5]).order_by("pk")] == ["公司01（改）", "停公司05"]


def test_bulk_touches_only_rows_within_reach(firms, ask, manager):
    """A manager sees all firms and changes their own."""
    page = FirmList().respond(ask(manager, "/firms/", {"do": "rename", "confirmed": "1", "pk": ["1", "3"]})).content.decode()
    assert "完成 1 家" in page
    assert "1 家不归你负责" in page
    assert [f.name for f in Firm.objects.filter(pk__in=[1, 3]).order_by("pk")] == ["公司01", "公司03（改）"]


def test_all_means_all_that_the_conditions_find(firms, ask, administrator):
    FirmList().respond(ask(administrator, "/firms/?f.grade=A", {"do": "rename", "confirmed": "1", "all": "1"}))
    assert sorted(Firm.objects.filter(name__contains="改").values_list("pk", flat=True)) == [1, 4, 7, 10]


def test_an_unknown_bulk_action_is_refused(firms, ask, administrator, seller):
    assert FirmList().respond(ask(administrator, "/firms/", {"do": "drop", "pk": ["1"]})).status_code == 400
    assert FirmList().respond(ask(seller, "/firms/", {"do": "", "pk": ["1"]})).status_code == 400


# --- builder and neighbours --------------------------------------------------------------------------------------------


def build(**fields: str) -> dict:
    return {"do": "build", "g0.joint": "all", **fields}


def test_the_builder_leads_to_the_list_with_its_conditions(firms, ask, administrator):
    data = build(**{"g0.r0.field": "bought", "g0.r0.op": "gte", "g0.r0.value": "5000000", "g1.joint": "any"})
    data |= {"g1.r0.field": "grade", "g1.r0.op": "in", "g1.r0.value": ["A", "B"], "step": "apply"}
    response = FirmList().respond(ask(administrator, "/firms/", data))
    assert response.status_code == 302
    assert names(FirmList().respond(ask(administrator, response["Location"]))) == ["公司01", "公司04", "公司02"]


def test_the_builder_shows_what_is_wrong_beside_the_row(firms, ask, administrator):
    data = build(**{"g0.r0.field": "bought", "g0.r0.op": "gte", "g0.r0.value": "很多", "step": "apply"})
    response = FirmList().respond(ask(administrator, "/firms/", data))
    assert response.status_code == 422
    assert "「采购额」要填数字，现在是「很多」" in response.content.decode()


def test_the_builder_offers_no_veiled_field(firms, ask, manager, administrator):
    assert 'value="phone"' not in FirmList().respond(ask(manager, "/firms/?panel=builder")).content.decode()
    assert 'value="phone"' in FirmList().respond(ask(administrator, "/firms/?panel=builder")).content.decode()


def test_rows_are_added_and_removed_without_script(firms, ask, administrator):
    data = build(**{"g0.r0.field": "grade", "g0.r0.op": "in", "g0.r0.value": "A", "step": "row.0"})
    page = FirmList().respond(ask(administrator, "/firms/", data)).content.decode()
    assert 'name="g0.r1.field"' in page
    page = FirmList().respond(ask(administrator, "/firms/", {**data, "step": "drop.0.0"})).content.decode()
    assert 'name="g0.r0.field"' not in page


def test_neighbours_follow_the_list_the_record_was_opened_from(firms, administrator):
    found = place(FirmList(), administrator, "view=all&f.grade=A", Firm.objects.get(pk=4))
    assert (found.before.pk, found.after.pk, found.position, found.total) == (1, 7, 2, 4)
    first = place(FirmList(), administrator, "view=all&f.grade=A", Firm.objects.get(pk=1))
    assert (first.before, first.position) == (None, 1)


@pytest.mark.parametrize("sort", ["-bought", "bought", "name", "-last"])
def test_every_row_knows_its_place_rows_without_a_value_too(firms, ask, administrator, sort):
    listed = names(FirmList().respond(ask(administrator, f"/firms/?sort={sort}")))
    by_name = {firm.name: firm for firm in firms}
    places = [place(FirmList(), administrator, f"view=all&sort={sort}", by_name[name]) for name in listed]
    assert [one.position for one in places] == list(range(1, 13))
    assert [one.after.name if one.after else None for one in places] == [*listed[1:], None]


def test_a_record_edited_out_of_the_list_keeps_its_neighbours_without_a_number(firms, administrator):
    Firm.objects.filter(pk=4).update(grade="B")
    found = place(FirmList(), administrator, "view=all&f.grade=A", Firm.objects.get(pk=4))
    assert (found.before.pk, found.after.pk, found.position, found.total) == (1, 7, None, 3)


def test_export_takes_what_is_shown_and_keeps_veils(firms, ask, manager):
    listing = FirmList()
    listing.viewer = manager
    table = export.table(listing, listing.state(ask(manager, "/firms/?f.grade=A&col=name&col=phone&sort=bought")))
    assert [(h.label, h.number_format) for h in table.headings()] == [("公司", ""), ("电话", "@")]
    assert list(table.lines()) == [
        ["公司10", "138****8009"],
        ["公司07", "138****8006"],
        ["公司04", "138****8003"],
        ["公司01", "138****8000"],
    ]


def test_export_needs_its_right(firms, ask, seller):
    with pytest.raises(Forbidden):
        FirmList().respond(ask(seller, "/firms/?export=xlsx"))


@pytest.mark.parametrize("address", ["/firms/?view=all", "/firms/?view=grade_a", "/firms/?view=all&q=公司"])
def test_rows_are_completed_however_the_page_was_found(firms, ask, administrator, monkeypatch, address):
    completed = []
    monkeypatch.setattr(FirmList, "complete", lambda self, rows: completed.extend(rows))
    page = FirmList().respond(ask(administrator, address)).content.decode()
    assert len(completed) == page.count("data-row=") > 0
