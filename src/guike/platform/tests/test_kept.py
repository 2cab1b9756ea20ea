"""What is kept in process holds exactly until the database says otherwise."""

import pytest
from django.db import connection

from guike.platform import dictionaries, kept
from guike.platform.dictionaries.models import Dictionary, DictionaryEntry
from guike.platform.models import Mark

pytestmark = pytest.mark.django_db


def marks():
    """As a request finds them beside its viewer."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {kept.MARKS}")
        found = cursor.fetchone()[0]
    import json

    return json.loads(found) if found else {}


@pytest.fixture
def colours():
    dictionary = Dictionary.objects.create(code="colours", label="颜色")
    DictionaryEntry.objects.create(dictionary=dictionary, code="red", label="红", match_key="红")
    return dictionary


def test_a_reader_asks_once_until_something_changed(colours, django_assert_num_queries):
    with kept.noted(marks()):
        assert dictionaries.labels("colours") == {"red": "红"}
    with kept.noted(marks()), django_assert_num_queries(0):
        assert dictionaries.labels("colours") == {"red": "红"}
    DictionaryEntry.objects.filter(code="red").update(label="朱红")
    with kept.noted(marks()), django_assert_num_queries(1):
        assert dictionaries.labels("colours") == {"red": "朱红"}


def test_without_marks_nothing_is_kept(colours, django_assert_num_queries):
    for _turn in range(2):
        with django_assert_num_queries(1):
            dictionaries.labels("colours")


def test_a_write_in_the_same_request_is_read_at_once(colours):
    with kept.noted(marks()):
        assert dictionaries.labels("colours") == {"red": "红"}
        kept.forget()
        DictionaryEntry.objects.filter(code="red").update(label="朱红")
        assert dictionaries.labels("colours") == {"red": "朱红"}


def test_gathered_marks_say_the_same(colours):
    DictionaryEntry.objects.filter(code="red").update(label="朱红")
    before = marks()
    assert Mark.objects.filter(name="dictionaries").count() > 1
    kept.gather()
    assert marks() == before
    assert Mark.objects.filter(name="dictionaries").count() == 1
