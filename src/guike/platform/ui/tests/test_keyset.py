"""Keyset pages: every row exactly once, in order, forwards and back, with ties and with values missing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guike.platform.ui.lists import keyset
from guike.platform.ui.lists.gathering import gather
from guike.platform.ui.tests.firms import Firm

pytestmark = pytest.mark.django_db


def along(rows, order, size: int, **edge) -> keyset.Page:
    """The page along the sort's index."""
    return keyset.page(rows, order, size, **edge)


def gathered(rows, order, size: int, **edge) -> keyset.Page:
    """The page chosen among all that was found."""
    found = gather(rows, rows, order, size, 1000, **edge)
    assert found.count == rows.count()
    return found.page


def walk(rows, sort: str, size: int, read=along) -> list[int]:
    """All ids by following next."""
    order = keyset.order_of(rows, sort)
    page = read(rows, order, size)
    found = [row.pk for row in page.rows]
    while page.has_next:
        last = page.rows[-1]
        mark = keyset.Cursor(keyset.sort_value(last, order.path), last.pk, page.before + len(page.rows) - 1)
        page = read(rows, order, size, after=keyset.cursor(mark.token(), order))
        assert page.before == len(found)
        found += [row.pk for row in page.rows]
    return found


def walk_back(rows, sort: str, size: int, read=along) -> list[int]:
    """All ids from the end by following previous."""
    order = keyset.order_of(rows, sort)
    everything = walk(rows, sort, 1000)
    last = rows.get(pk=everything[-1])
    found = [last.pk]
    mark = keyset.Cursor(keyset.sort_value(last, order.path), last.pk, len(everything) - 1)
    while True:
        page = read(rows, order, size, before=mark)
        found = [row.pk for row in page.rows] + found
        if not page.has_previous:
            return found
        first = page.rows[0]
        mark = keyset.Cursor(keyset.sort_value(first, order.path), first.pk, page.before)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-bought", [1, 4, 3, 2, 5, 7, 9, 10, 12, 11, 8, 6]),
        ("bought", [12, 10, 9, 7, 5, 2, 3, 4, 1, 6, 8, 11]),
        ("-pk", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ("last_contact_on", [1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 4, 9]),
        ("owner__name", [3, 4, 5, 6, 7, 8, 9, 1, 2, 10, 11, 12]),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 12, 30])
@pytest.mark.parametrize("read", [along, gathered])
def test_pages_join_into_the_whole_list_with_missing_values_at_the_end(firms, sort, expected, size, read):
    assert walk(Firm.objects.all(), sort, size, read) == expected
    assert walk_back(Firm.objects.all(), sort, size, read) == expected


def test_the_second_query_is_made_only_where_missing_values_begin(firms, django_assert_num_queries):
    order = keyset.order_of(Firm.objects.all(), "-bought")
    with django_assert_num_queries(1):
        keyset.page(Firm.objects.all(), order, 5)
    with django_assert_num_queries(2):
        keyset.page(Firm.objects.all(), order, 10)


def test_the_page_past_a_cursor_asks_by_row_comparison_not_by_offset(firms, django_assert_num_queries):
    order = keyset.order_of(Firm.objects.all(), "-bought")
    with django_assert_num_queries(1) as asked:
        keyset.page(Firm.objects.all(), order, 3, after=keyset.Cursor(firms[0].bought, firms[0].pk, 0))
    text = asked.captured_queries[0]["sql"]
    assert '("ui_test_firm"."bought", "ui_test_firm"."id") < (' in text
    assert "OFFSET" not in text
    assert 'ORDER BY "ui_test_firm"."bought" DESC, "ui_test_firm"."id" DESC' in text


@pytest.mark.parametrize("token", ["", "x", "bm9uc2Vuc2U", "W251bGwsbnVsbCxudWxsXQ", "WyJhYmMiLDEsMF0", "WyIxIiwxLC01XQ", "中文"])
def test_an_edited_page_mark_is_refused(firms, token):
    order = keyset.order_of(Firm.objects.all(), "-bought")
    with pytest.raises(keyset.BadCursor):
        keyset.cursor(token, order)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=1, max_size=25), size=st.integers(1, 6), down=st.booleans())
def test_any_values_any_page_size_give_every_row_once(tables, db, values, size, down):
    """However the pages are read: by the sort's index, or gathered and sorted."""
    Firm.objects.all().delete()
    Firm.objects.bulk_create(Firm(name=f"公司{i}", bought=value) for i, value in enumerate(values))
    sort = "-bought" if down else "bought"
    found = walk(Firm.objects.all(), sort, size)
    rows = {row.pk: row.bought for row in Firm.objects.all()}
    filled = sorted((pk for pk in rows if rows[pk] is not None), key=lambda pk: (rows[pk], pk), reverse=down)
    empty = sorted((pk for pk in rows if rows[pk] is None), reverse=down)
    assert found == filled + empty
    assert walk_back(Firm.objects.all(), sort, size) == found
    assert walk(Firm.objects.all(), sort, size, gathered) == found
    assert walk_back(Firm.objects.all(), sort, size, gathered) == found


def test_beyond_the_most_nothing_is_sorted_or_summed(firms):
    found = gather(Firm.objects.all(), Firm.objects.all(), keyset.order_of(Firm.objects.all(), "-bought"), 5, 11, sums=["bought"])
    assert (found.count, found.sums, found.page) == (12, (), None)


def test_what_was_found_is_added_up(firms):
    rows = Firm.objects.filter(pk__lte=4)
    found = gather(rows, rows, keyset.order_of(rows, "-bought"), 2, 4, sums=["bought"])
    assert found.count == 4
    assert list(found.sums) == [sum(firm.bought for firm in rows if firm.bought)]
    assert [row.pk for row in found.page.rows] == [1, 4]
