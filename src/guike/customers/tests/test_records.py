from datetime import date

import pytest
from django.http import Http404

from guike.customers import selectors, services
from guike.customers.models import Customer, CustomerFigures, LifecycleMove
from guike.engine.obligations import selectors as obligations
from guike.platform import history
from guike.platform.errors import Forbidden, Refused, Stale

CODE = "91370784MA3N03685C"


def test_a_new_customer_belongs_to_who_entered_it(owner, south):
    made = services.add_customer({"name": " 温州瓯泰阀门有限公司 "}, actor=owner)
    assert (made.number, made.name, made.owner_id, made.department_id) == ("KH-000001", "温州瓯泰阀门有限公司", owner.person_id, south.pk)
    assert (made.stage, made.initials) == ("lead", "wzotfmyxgs")
    assert CustomerFigures.objects.filter(customer=made).exists()
    assert LifecycleMove.objects.get(customer=made).to_stage == "lead"


def test_numbers_follow_each_other(owner):
    numbers = [services.add_customer({"name": f"客户{n}"}, actor=owner).number for n in range(3)]
    assert numbers == ["KH-000001", "KH-000002", "KH-000003"]


def test_a_refused_customer_leaves_no_gap(owner):
    with pytest.raises(Refused):
        services.add_customer({"name": "甲厂", "uscc": "9137"}, actor=owner)
    assert services.add_customer({"name": "甲厂"}, actor=owner).number == "KH-000001"


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"name": "  "}, "name", "客户名称要填"),
        ({"name": "甲", "uscc": "91371923MA3COKJY73"}, "uscc", "第 13 位"),
        ({"name": "甲", "phone": "无"}, "phone", "没有号码"),
        ({"name": "甲", "birthday_lunar": "十三月初一"}, "birthday_lunar", "十月廿二"),
        ({"name": "长" * 121}, "name", "最多 120 个字"),
        ({"name": "甲", "nature": "friend"}, "nature", "没有「friend」"),
    ],
)
def test_what_is_wrong_is_refused_at_its_field(owner, values, field, says):
    with pytest.raises(Refused, match=says) as refusal:
        services.add_customer(values, actor=owner)
    assert refusal.value.field == field
    assert not Customer.objects.exists()


def test_a_code_is_taken_once_and_the_refusal_names_the_place(owner, teammate, manager):
    first = services.add_customer({"name": "安丘工艺品厂", "uscc": CODE}, actor=owner)
    with pytest.raises(Refused, match=r"安丘工艺品厂」（KH-000001，负责人 陈思远") as refusal:
        services.add_customer({"name": "另一家", "uscc": CODE}, actor=manager)
    assert refusal.value.code == "duplicate_uscc"
    with pytest.raises(Refused, match="另一家客户名下（负责人 陈思远）") as hidden:
        services.add_customer({"name": "另一家", "uscc": CODE}, actor=teammate)
    assert "工艺品" not in str(hidden.value)
    assert list(Customer.objects.all()) == [first]


def test_a_removed_customer_frees_its_code(owner, manager):
    first = services.add_customer({"name": "旧厂", "uscc": CODE}, actor=owner)
    services.remove_customer(first.pk, actor=manager, reason="注销")
    assert services.add_customer({"name": "新厂", "uscc": CODE}, actor=owner).uscc == CODE
    with pytest.raises(Http404):
        selectors.customer(owner, first.pk)


def test_an_old_number_typed_as_code_is_kept_apart(owner):
    made = services.add_customer({"name": "老厂", "uscc": "110108000000016"}, actor=owner)
    assert (made.uscc, made.registration_number) == ("", "110108000000016")


def test_two_numbers_in_one_box_go_to_their_places(owner):
    made = services.add_customer({"name": "甲", "phone": "0577-88881234、13900001111"}, actor=owner)
    assert (made.phone, made.phones, made.phone_keys) == ("0577-88881234", ["13900001111"], ["057788881234", "13900001111"])


@pytest.mark.parametrize("text", ["瓯泰", "WZOT", "温州 阀门", "kh-000001", "86001234", "閥門", "outai"])
def test_found_by_part_of_name_pinyin_number_and_phone(customer, owner, text):
    assert list(selectors.search(selectors.customers(owner), text, owner)) == [customer]


@pytest.mark.parametrize("text", ["州温", "%", "_", "xyz", "瓯泰 杭州"])
def test_not_found_by_what_is_not_there(customer, owner, text):
    assert not selectors.search(selectors.customers(owner), text, owner).exists()


def test_a_change_moves_the_version_and_the_search(customer, owner):
    changed = services.change_customer(customer.pk, {"name": "温州欧泰流体有限公司"}, version=1, actor=owner)
    assert (changed.version, changed.former_names) == (2, ["温州瓯泰阀门有限公司"])
    assert selectors.search(selectors.customers(owner), "流体", owner).exists()
    assert selectors.search(selectors.customers(owner), "瓯泰", owner).exists()


def test_a_stale_change_writes_nothing(customer, owner):
    services.change_customer(customer.pk, {"city": "台州市"}, version=1, actor=owner)
    with pytest.raises(Stale):
        services.change_customer(customer.pk, {"city": "丽水市"}, version=1, actor=owner)
    assert Customer.objects.get(pk=customer.pk).city == "台州市"


def test_an_empty_change_writes_nothing(customer, owner):
    assert services.change_customer(customer.pk, {"city": "温州市"}, version=1, actor=owner).version == 1


def test_a_parent_cannot_be_a_child(customer, owner):
    child = services.add_customer({"name": "分厂", "parent": customer}, actor=owner)
    with pytest.raises(Refused, match="不能同时作上级"):
        services.change_customer(customer.pk, {"parent": child}, version=1, actor=owner)


def test_strangers_see_and_change_nothing(customer, outsider, service):
    with pytest.raises(Http404):
        services.change_customer(customer.pk, {"city": "杭州市"}, version=1, actor=outsider)
    with pytest.raises(Forbidden):
        services.change_customer(customer.pk, {"city": "杭州市"}, version=1, actor=service)
    with pytest.raises(Forbidden):
        services.add_customer({"name": "甲"}, actor=service)
    assert Customer.objects.get().city == "温州市"


def test_a_hidden_field_cannot_be_written(customer, clerk, marketing, administrator):
    services.change_customer(customer.pk, {"bank_account": "6222000011112222"}, version=1, actor=clerk)
    assert Customer.objects.get().bank_account == "6222000011112222"


def test_history_reads_as_sentences(customer, owner):
    services.change_customer(customer.pk, {"expected_deal_on": date(2026, 12, 20)}, version=1, actor=owner, reason="电话确认")
    newest = history.of(customer)[0]
    assert (newest.who, newest.verb, newest.why) == ("陈思远", "customers.change_customer", "电话确认")
    assert [(one.label, one.before, one.after) for one in newest.changes] == [("预计成交", "—", "2026-12-20")]


def test_a_default_address_replaces_the_former(customer, owner):
    first = services.add_address(customer.pk, {"line": "滨海一路 1 号", "is_default": True}, actor=owner)
    services.add_address(customer.pk, {"line": "滨海二路 2 号", "is_default": True}, actor=owner)
    first.refresh_from_db()
    assert not first.is_default
    services.remove_address(customer.pk, first.pk, actor=owner)
    assert customer.addresses.count() == 1
    with pytest.raises(Refused, match="详细地址要填"):
        services.add_address(customer.pk, {"line": ""}, actor=owner)


def test_similar_ones_are_told_without_leaking(customer, owner, outsider):
    mine = selectors.similar(owner, name="温州（瓯泰）閥門有限责任公司")
    theirs = selectors.similar(outsider, phone="0577 8600 1234")
    assert [(one.customer_id, one.name, one.why) for one in mine] == [(customer.pk, customer.name, "名称相同")]
    assert [(one.customer_id, one.name, one.owner, one.why) for one in theirs] == [(None, "", "陈思远", "电话相同")]
    assert selectors.similar(owner, name="温") == []
    assert selectors.similar(owner, name=customer.name, but=customer.pk) == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": "温州欧泰阀门有限公司"}, "名称读音相同"),
        ({"name": "瓯泰阀门"}, "字号、行业相同，一方没写地名"),
        ({"name": "浙江瓯泰阀门制造股份有限公司"}, "同地同字号同行业"),
        ({"name": "温州瓯泰机械有限公司"}, "同地同字号，行业不同"),
        ({"name": "新的公司", "phone": "138 0013 8000"}, "电话相同"),
    ],
)
def test_alike_names_and_numbers_of_people_are_found(customer, chain, outsider, typed, why):
    found = selectors.similar(outsider, **typed)
    assert [(one.customer_id, one.name, one.why, one.department) for one in found] == [(None, "", why, "浙南片区")]


def test_one_wrong_sign_in_a_longer_brand_is_found(owner):
    there = services.add_customer({"name": "苏州恒力达泵业有限公司"}, actor=owner)
    services.add_customer({"name": "苏州恒力泵业有限公司"}, actor=owner)
    assert [one.customer_id for one in selectors.similar(owner, name="苏州恒大达泵业有限公司")] == [there.pk]


def test_the_price_of_a_look_is_four_queries(customer, chain, owner, django_assert_num_queries):
    with django_assert_num_queries(4):
        selectors.similar(owner, name="温州瓯泰阀门有限公司", phone="0577-86001234", uscc="91370784MA3N03685C")


def test_a_stranger_asks_the_owner_once(customer, owner, outsider):
    ticket = selectors.similar(outsider, name=customer.name)[0].ticket
    assert selectors.of_ticket(ticket) == customer.pk
    assert selectors.of_ticket(ticket[:-2] + "xx") is None
    assert services.ask_to_share(customer.pk, actor=outsider) == "陈思远"
    with pytest.raises(Refused, match="已向 陈思远 申请过"):
        services.ask_to_share(customer.pk, actor=outsider)
    owed = [one for one in obligations.of_subject(owner, "customer", customer.pk) if one.kind == "share_request"]
    assert [(one.title, one.assignee_id) for one in owed] == [("吴芳 申请协同", owner.person_id)]
