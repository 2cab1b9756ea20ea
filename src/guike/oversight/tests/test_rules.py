"""The chain itself, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guike.oversight import rules

IDS = st.integers(-(2**63), 2**63 - 1)
LEAF = st.binary(min_size=16, max_size=16)
ROWS = st.dictionaries(IDS, LEAF, max_size=12)


def packed(rows: dict[int, bytes]) -> bytes:
    return b"".join(row.to_bytes(8, "big", signed=True) + leaf for row, leaf in sorted(rows.items()))


@given(ROWS)
def test_leaves_are_read_as_they_were_written(rows):
    assert rules.unpacked(packed(rows)) == rows


@given(ROWS, ROWS)
def test_a_difference_names_exactly_the_rows_that_differ(sealed, present):
    named = {one.id: one.kind for one in rules.differences(sealed, present)}
    for row in {*sealed, *present}:
        kind = "removed" if row not in present else "inserted" if row not in sealed else "altered"
        assert named.get(row) == (None if sealed.get(row) == present.get(row) else kind)


@given(ROWS, ROWS)
def test_the_digest_is_the_same_only_for_the_same_rows(one, other):
    assert (rules.digest(["id"], packed(one)) == rules.digest(["id"], packed(other))) == (one == other)


RANGE = rules.Range("platform_accesslog", 0, 40, 40, "ab" * 32)


@pytest.mark.parametrize(
    "changed",
    [
        {"previous": "1" * 64},
        {"number": 8},
        {"at": "2026-11-25T10:00:01+00:00"},
        {"ranges": []},
        {"ranges": [rules.Range("platform_accesslog", 0, 40, 39, "ab" * 32)]},
        {"ranges": [rules.Range("platform_accesslog", 1, 40, 40, "ab" * 32)]},
        {"ranges": [rules.Range("organisation_loginrecord", 0, 40, 40, "ab" * 32)]},
        {"ranges": [rules.Range("platform_accesslog", 0, 40, 40, "cd" * 32)]},
        {"ranges": [RANGE, RANGE]},
    ],
)
def test_whatever_a_seal_says_is_in_its_value(changed):
    said = {"previous": rules.ORIGIN, "number": 7, "at": "2026-11-25T10:00:00+00:00", "ranges": [RANGE]}
    assert rules.chained(**said) == rules.chained(**said)
    assert rules.chained(**said) != rules.chained(**{**said, **changed})


def test_a_signature_needs_the_key_and_the_text():
    made = rules.signed(b"key", "7|abc")
    assert rules.is_signed(b"key", "7|abc", made)
    assert not rules.is_signed(b"other", "7|abc", made)
    assert not rules.is_signed(b"key", "8|abc", made)
