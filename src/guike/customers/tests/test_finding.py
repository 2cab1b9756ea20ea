"""Finding customers and people: sounds, parts, numbers, ranks, and what a veil keeps from being spelt out (PLT-09, CUS-12)."""

from dataclasses import replace

import pytest

from guike.customers import rules, selectors, services
from guike.platform.access import rows

PEOPLE = [("曾惠", "zh"), ("单小燕", "sxy"), ("仇和", "qiuhe"), ("解放", "xief"), ("区志强", "ouz"), ("查良", "zhal")]


@pytest.mark.parametrize(("name", "typed"), PEOPLE)
def test_surnames_are_found_by_how_they_are_called(owner, name, typed):
    made = services.add_customer({"name": name, "kind": "person"}, actor=owner)
    assert [one.pk for one in selectors.customers_found(owner, typed, 5)] == [made.pk]


@pytest.mark.parametrize("typed", ["gk", "GK", "贵客", "gui", "客阀", "贵", "g", "keha", "gk famen", "浙江 贵客"])
def test_a_customer_is_found_by_any_part_and_two_letters_by_initials_anywhere(owner, typed):
    made = services.add_customer({"name": "贵客阀门", "short_name": "浙江贵客 keha"}, actor=owner)
    services.add_customer({"name": "东海水泵"}, actor=owner)
    assert [one.pk for one in selectors.customers_found(owner, typed, 5)] == [made.pk]


def test_a_whole_number_is_that_customer_alone_and_a_short_one_stands_beside_what_contains_it(owner, outsider):
    whole = services.add_customer({"name": "贵客阀门"}, number="KH-0077", actor=owner)
    services.add_customer({"name": "东海水泵"}, number="KH-00778", actor=owner)
    short = services.add_customer({"name": "永兴管件"}, number="778", actor=owner)
    named = services.add_customer({"name": "778 工厂店"}, actor=owner)
    assert selectors.customers_found(owner, "kh-0077", 5) == [whole]
    assert {short, named} <= set(selectors.customers_found(owner, "778", 5))
    assert selectors.customers_found(outsider, "KH-0077", 5) == []


@pytest.mark.parametrize(
    ("typed", "pieces"),
    [("温州", ("温温州州",)), ("gk", (" gk", "GGKK")), ("贵", (" 贵贵",)), ("13", (" 13",)), ("guike", ("guike",)), ("%", (" %",))],
)
def test_what_of_the_search_text_answers_to_a_word(typed, pieces):
    assert rules.sought(typed) == pieces


def test_own_customers_stand_first_then_those_that_begin_so(owner, outsider, marketing):
    inside = services.add_customer({"name": "台州贵客"}, actor=outsider)
    begins = services.add_customer({"name": "贵客之家"}, actor=outsider)
    mine = services.add_customer({"name": "新贵客"}, actor=owner)
    services.share(inside.pk, owner.person_id, "read", actor=outsider)
    services.share(begins.pk, owner.person_id, "read", actor=outsider)
    assert selectors.customers_found(owner, "贵客", 5) == [mine, begins, inside]
    assert selectors.customers_found(marketing, "贵客", 5) == [begins, inside, mine]
    assert selectors.customers_found(marketing, "贵客", 1) == [begins]


def test_what_is_out_of_reach_is_not_found(owner, outsider):
    services.add_customer({"name": "贵客阀门", "phone": "13800138000"}, actor=owner)
    for typed in ("贵客", "gk", "13800138000", "8000"):
        assert selectors.customers_found(outsider, typed, 5) == []


def test_the_owner_finds_by_the_last_digits_and_a_veiled_number_only_whole(owner, teammate):
    made = services.add_customer({"name": "贵客阀门", "phone": "138 0013 8000"}, actor=owner)
    services.share(made.pk, teammate.person_id, "read", actor=owner)
    found = {typed: (selectors.customers_found(owner, typed, 5), selectors.customers_found(teammate, typed, 5)) for typed in (
        "8000", "0013", "1380013", "13800138000", "138 0013 8000", "+86 138-0013-8000")}  # fmt: skip
    assert all(seen == [made] for seen, _veiled in found.values())
    assert {typed: bool(veiled) for typed, (_seen, veiled) in found.items()} == {
        "8000": False, "0013": False, "1380013": False, "13800138000": True, "138 0013 8000": True, "+86 138-0013-8000": True}  # fmt: skip
    assert not selectors.search(selectors.customers(teammate), "8000", teammate).exists()


def test_a_contact_is_found_by_name_sound_and_number_with_its_customer(owner, teammate, customer):
    made = services.add_contact(customer.pk, {"name": "曾庆红", "phone": "13911112222"}, actor=owner)
    for typed in ("曾", "zqh", "zengq", "2222", "13911112222"):
        assert selectors.contacts_found(owner, typed, 5) == [made], typed
    services.share(customer.pk, teammate.person_id, "read", actor=owner)
    assert selectors.contacts_found(teammate, "2222", 5) == []
    assert selectors.contacts_found(teammate, "13911112222", 5) == [made]


def test_who_calls_is_a_person_and_the_customer_is_found_by_the_number(cast, owner, customer, outsider):
    """By the whole number, in the list, in the search box and where a follow-up asks for whom; nobody sees more customers by it."""
    services.add_contact(customer.pk, {"name": "曾庆红", "phone": "139 1111 2222"}, actor=owner)
    gone = services.add_contact(customer.pk, {"name": "走了的", "phone": "13911113333"}, actor=owner)
    services.remove_contact(gone.pk, actor=owner)
    desk = cast("周洁", "service")
    for typed in ("13911112222", "139 1111 2222", "+86 139-1111-2222"):
        assert list(selectors.search(selectors.customers(desk), typed, desk)) == [customer], typed
        assert selectors.customers_found(desk, typed, 5) == [customer], typed
    for typed in ("2222", "1391111", "13911113333"):
        assert not selectors.search(selectors.customers(desk), typed, desk).exists(), typed
    assert not selectors.search(selectors.customers(outsider), "13911112222", outsider).exists()
    assert selectors.customers_found(outsider, "13911112222", 5) == []


def test_the_clerk_reads_numbers_in_clear_and_so_finds_parts_marketing_does_not(cast, owner, customer, marketing):
    clerk = cast("何静", "clerk")
    services.change_customer(customer.pk, {"phone": "0577-86669876"}, version=customer.version, actor=owner)
    found = {viewer.name: selectors.search(rows(viewer, "customer"), "8666", viewer).exists() for viewer in (clerk, marketing)}
    assert found == {"何静": True, "孙敏": False}


def test_nobody_is_found_without_a_person_behind_the_account(owner):
    services.add_customer({"name": "贵客阀门"}, actor=owner)
    assert selectors.customers_found(replace(owner, person_id=None, roles=frozenset()), "贵客", 5) == []
