"""States, places and substitutes as tables of cases."""

import pytest

from guike.engine.approvals import rules


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        ("pending", "approved", True),
        ("pending", "returned", True),
        ("pending", "withdrawn", True),
        ("returned", "pending", True),
        ("returned", "approved", False),
        ("approved", "pending", False),
        ("rejected", "approved", False),
        ("withdrawn", "pending", False),
        ("lapsed", "approved", False),
    ],
)
def test_which_state_follows_which(before, after, may):
    assert rules.may_become(before, after) is may


@pytest.mark.parametrize(
    ("together", "places"),
    [
        ([], []),
        ([False], [1000]),
        ([False, False], [1000, 2000]),
        ([False, True], [1000, 1000]),
        ([False, True, False], [1000, 1000, 2000]),
        ([False, False, True, True, False], [1000, 2000, 2000, 2000, 3000]),
    ],
)
def test_steps_together_share_a_place(together, places):
    assert rules.places(together) == places


@pytest.mark.parametrize(
    ("waiting", "opened", "following"),
    [([1000, 2000], [], 1000), ([2000], [1000], None), ([], [], None), ([1000], [1000], 1000), ([2000], [1500], None), ([1000], [500], None)],
)
def test_the_next_place_waits_for_earlier_ones(waiting, opened, following):
    assert rules.next_place(waiting, opened) == following


@pytest.mark.parametrize(
    ("sign", "asked", "given", "done"),
    [("any", {1, 2}, {2}, True), ("any", {1, 2}, set(), False), ("all", {1, 2}, {2}, False), ("all", {1, 2}, {1, 2}, True), ("all", set(), set(), False)],
)
def test_any_needs_one_signature_and_all_needs_everybody(sign, asked, given, done):
    assert rules.Signed(1000, sign, frozenset(asked), frozenset(given)).done is done


@pytest.mark.parametrize(
    ("asked", "applicant", "chain", "signers"),
    [
        ([3], 7, [3, 1], (3,)),
        ([7], 7, [3, 1], (3,)),
        ([7, 8], 7, [3, 1], (8,)),
        ([], 7, [3, 1], (3,)),
        ([7], 7, [], ()),
        ([4, 4], None, [], (4,)),
    ],
)
def test_nobody_signs_an_own_request(asked, applicant, chain, signers):
    assert rules.substitute(asked, applicant, chain) == signers


@pytest.mark.parametrize(("before", "after", "place"), [(0, 1000, 500), (1000, 2000, 1500), (1000, None, 1500), (1000, 1001, None)])
def test_a_place_between_two(before, after, place):
    assert rules.between(before, after) == place
