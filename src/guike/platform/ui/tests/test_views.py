"""Views that are kept, shared by link, renamed and opened with; what a shared link says to somebody who may not read a field (PLT-10)."""

import json
import re
from dataclasses import replace
from datetime import date
from urllib.parse import quote

import pytest
import time_machine

from guike.platform.errors import Refused
from guike.platform.ui.lists import Group
from guike.platform.ui.models import OpeningView, SavedView
from guike.platform.ui.tests.firms import FirmList
from guike.platform.ui.tests.test_lists import names

pytestmark = pytest.mark.django_db


@pytest.fixture
def southern(manager):
    return replace(manager, department_ids=frozenset({5}), department_tree_ids=frozenset({5, 6}))


def save(ask, viewer, address="/firms/?f.grade=A", **data):
    FirmList().respond(ask(viewer, address, {"do": "save-view", **data}))
    return SavedView.objects.latest("pk")


def opened(ask, viewer, address):
    answer = FirmList().respond(ask(viewer, address))
    return answer.status_code, answer.content.decode()


def test_a_view_for_the_team_is_seen_by_those_in_it_and_above_and_by_nobody_else(firms, ask, southern, administrator):
    kept = save(ask, southern, name="本片区", audience="team")
    inside = replace(southern, account_id=21, department_ids=frozenset({6}), department_tree_ids=frozenset())
    above = replace(southern, account_id=22, department_ids=frozenset({1}), department_tree_ids=frozenset({1, 5, 6}))
    elsewhere = replace(southern, account_id=23, department_ids=frozenset({9}), department_tree_ids=frozenset())
    codes = {viewer.account_id: opened(ask, viewer, f"/firms/?view=s{kept.pk}")[0] for viewer in (inside, above, elsewhere, administrator)}
    assert codes == {21: 200, 22: 200, 23: 400, administrator.account_id: 400}
    assert "没有共享给你，可让林雨桐共享" in opened(ask, elsewhere, f"/firms/?view=s{kept.pk}")[1]


def test_an_account_without_a_department_cannot_share_with_its_team(firms, ask, administrator):
    with pytest.raises(Refused, match="没有所在部门"):
        save(ask, administrator, name="团队", audience="team")
    assert not SavedView.objects.exists()


def test_renaming_and_sharing_is_for_the_owner(firms, ask, administrator, manager):
    kept = save(ask, administrator, name="旧名")
    FirmList().respond(ask(administrator, "/firms/", {"do": "rename-view", "pk": str(kept.pk), "name": " 新  名 ", "audience": "everyone"}))
    kept.refresh_from_db()
    assert (kept.name, kept.audience, kept.version) == ("新 名", "everyone", 2)
    with pytest.raises(Refused, match="不是你存的"):
        FirmList().respond(ask(manager, "/firms/", {"do": "rename-view", "pk": str(kept.pk), "name": "占为己有", "audience": "mine"}))
    assert "新 名" in opened(ask, manager, "/firms/")[1]


def test_a_list_opens_with_the_chosen_view_until_it_is_gone(firms, ask, administrator, manager):
    kept = save(ask, administrator, name="只看 A")
    FirmList().respond(ask(administrator, "/firms/", {"do": "open-with", "view": f"s{kept.pk}"}))
    assert len(names(FirmList().respond(ask(administrator, "/firms/")))) == 4
    assert len(names(FirmList().respond(ask(administrator, "/firms/?view=all")))) == 12
    assert OpeningView.objects.get().account_id == administrator.account_id
    FirmList().respond(ask(administrator, "/firms/", {"do": "drop-view", "pk": str(kept.pk)}))
    assert not OpeningView.objects.exists()
    assert len(names(FirmList().respond(ask(administrator, "/firms/")))) == 12


def test_one_cannot_open_with_a_view_one_does_not_see(firms, ask, administrator, manager):
    kept = save(ask, administrator, name="私人")
    FirmList().respond(ask(manager, "/firms/", {"do": "open-with", "view": f"s{kept.pk}"}))
    assert not OpeningView.objects.exists()


def test_a_shared_view_leaves_out_a_hidden_column_and_says_so(firms, ask, administrator, seller):
    kept = save(ask, administrator, "/firms/?col=name&col=phone&col=bought&sort=phone", name="采购", audience="everyone")
    status, page = opened(ask, seller, f"/firms/?view=s{kept.pk}")
    assert status == 200
    assert "这个视图还有「电话」，你的岗位看不到，已略去" in page
    assert "13800138" not in page
    assert "已略去" not in opened(ask, administrator, f"/firms/?view=s{kept.pk}")[1]


@pytest.mark.parametrize("address", ["/firms/?where=" + quote(json.dumps({"all": [{"field": "phone", "op": "contains", "value": "138"}]}))])
def test_a_link_that_filters_by_an_unreadable_field_says_so_and_offers_the_way_without(firms, ask, seller, administrator, address):
    assert opened(ask, administrator, address)[0] == 200
    status, page = opened(ask, seller, address)
    assert status == 403
    assert "这个链接按「电话」筛选，你的岗位看不到这个字段" in page
    assert 'href="/firms/?view=all">不用「电话」打开' in page


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [("days_past", "20", ["公司01"]), ("within_past", "3", ["公司11", "公司12"]), ("overdue", None, None), ("within_next", "0", [])],
)
def test_conditions_count_from_today(firms, ask, administrator, op, value, found):
    where = {"all": [{"field": "last", "op": op, **({"value": value} if value else {})}]}
    with time_machine.travel("2026-11-22T04:00:00Z"):
        page = FirmList().respond(ask(administrator, f"/firms/?sort=name&where={quote(json.dumps(where))}"))
    dates = {f.name: f.last_contact_on for f in firms}
    assert date(2026, 11, 1) == dates["公司01"]
    listed = names(page)
    if op == "overdue":
        assert len(listed) == 10
    elif op == "days_past":
        assert listed == found
    else:
        assert listed == [name for name in found if dates[name] >= date(2026, 11, 19)]


def test_a_policy_may_not_count_from_today():
    from guike.platform.conditions import Field, FieldSet, Kind, problems

    tree = {"all": [{"field": "day", "op": "overdue"}]}
    assert problems(tree, FieldSet([Field("day", "日期", Kind.DATE)]))
    assert not problems(tree, FieldSet([Field("day", "日期", Kind.DATE, relative=True)]))


# --- groups ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def grouped(monkeypatch):
    groups = [Group("grade", "等级", "grade", labels=lambda: {"A": "A 级"}), Group("owner", "负责人", "owner_id", named="owner__name")]
    monkeypatch.setattr(FirmList, "groups", [*groups, Group("phone", "电话", "phone")])


def heads(page: str) -> list[tuple[str, str]]:
    return re.findall(r'aria-expanded="(?:true|false)"[^>]*>.*?</svg>([^<]*)<span>(\d+)</span>', page)


def test_groups_have_counts_and_sums_and_are_folded(firms, ask, administrator, grouped, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        page = opened(ask, administrator, "/firms/?view=all&group=owner")[1]
    assert heads(page) == [("林雨桐", "7"), ("未填", "3"), ("陈思远", "2")]
    assert 'class="gk-num">1,400.0</td>' in page
    assert "data-row=" not in page
    assert "3 组，共 12 家" in page


def test_an_open_group_shows_its_rows_in_the_lists_order_and_leads_to_the_rest(firms, ask, administrator, grouped):
    FirmList.page_size = 2
    try:
        answer = FirmList().respond(ask(administrator, "/firms/?view=all&group=grade&open=A&sort=name"))
    finally:
        del FirmList.page_size
    assert names(answer) == ["公司01", "公司04"]
    assert "A 级的全部 4 条" in answer.content.decode()
    again = re.search(r'href="(\?[^"]*)">A 级的全部', answer.content.decode())[1].replace("&amp;", "&")
    assert len(names(FirmList().respond(ask(administrator, "/firms/" + again)))) == 4


def test_the_group_of_those_without_a_value_opens_too(firms, ask, administrator, grouped):
    answer = FirmList().respond(ask(administrator, "/firms/?view=all&group=owner&open=-"))
    assert sorted(names(answer)) == ["公司10", "公司11", "公司12"]


def test_one_does_not_group_by_a_veiled_field_nor_beyond_the_cap(firms, ask, manager, administrator, grouped):
    assert opened(ask, manager, "/firms/?group=phone")[0] == 400
    listing = FirmList()
    listing.cap = 5
    page = listing.respond(ask(administrator, "/firms/?group=grade")).content.decode()
    assert "加条件缩小范围后再分组" in page
    assert "data-row=" in page


def test_a_saved_view_remembers_its_groups(firms, ask, administrator, grouped):
    kept = save(ask, administrator, "/firms/?group=grade", name="按等级")
    assert len(heads(opened(ask, administrator, f"/firms/?view=s{kept.pk}")[1])) == 3
