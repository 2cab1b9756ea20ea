"""What COPY writes is what stands in the database afterwards, whatever the values hold (PLT-03, PRF-5)."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from guike.platform.imports import bulk
from guike.platform.imports.models import ImportChange, ImportPart, ImportRun

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ODD = ["", "\\N", "a\tb", "第一行\n第二行\r", "反\\斜", "100%s %", "NULL", '引"号', "𠀀"]


def run(**values):
    return ImportRun(**{"kind": "words", "sha256": "0" * 64, "size": 1, "uploaded_at": AT, **values})


def test_texts_come_back_as_they_were():
    bulk.copy_in([run(file_name=text, refusal=text[::-1]) for text in ODD])
    assert list(ImportRun.objects.order_by("pk").values_list("file_name", "refusal")) == [(text, text[::-1]) for text in ODD]


def test_a_column_of_one_value_is_that_value_on_every_row():
    bulk.copy_in([run(file_name="50%\t", seconds=Decimal("1.50"), notes=["a"], rows=n) for n in range(3)])
    assert list(ImportRun.objects.order_by("pk").values_list("file_name", "seconds", "notes", "rows")) == [
        ("50%\t", Decimal("1.50"), ["a"], n) for n in range(3)
    ]


def test_zero_false_and_nothing_are_not_taken_for_each_other():
    bulk.copy_in([run(size=0, started_at=None, options={}), run(size=1, started_at=AT, options={"keep_examples": False})])
    assert list(ImportRun.objects.order_by("pk").values_list("size", "started_at", "options")) == [
        (0, None, {}),
        (1, AT, {"keep_examples": False}),
    ]


def test_enums_json_and_arrays():
    made = run(state=ImportRun.State.DONE, totals={"amount": Decimal("3.20"), "名": ['"', "\\", None]})
    bulk.copy_in([made, run(state="checked")])
    assert set(ImportRun.objects.values_list("state", flat=True)) == {"done", "checked"}
    assert ImportRun.objects.get(pk=made.pk).totals == {"amount": "3.20", "名": ['"', "\\", None]}
    lists = [[], ["name"], ["NULL", ""], ['a"b', "c,d", "{e}", "f\\g", "h i"]]
    bulk.copy_in([ImportPart(run=made, model="x", action="create", fields=one) for one in lists])
    assert list(ImportPart.objects.order_by("pk").values_list("fields", flat=True)) == lists


def test_marks_and_images():
    part = ImportPart.objects.create(run_id=_saved().pk, model="x", action="update", fields=["a"])
    mark = UUID(int=7)
    bulk.copy_in([ImportChange(part=part, row=1, object_id=2, before={"a": 1}, fingerprint=mark), ImportChange(part=part, row=2, object_id=3)])
    assert list(ImportChange.objects.order_by("row").values_list("object_id", "before", "fingerprint")) == [(2, {"a": 1}, mark), (3, None, None)]


def test_blank_records_share_no_list():
    make = bulk.blank(ImportRun)
    one, other = make(), make()
    one.mapping.append("x")
    assert (other.mapping, ImportRun().mapping, one.state, one._state.adding) == ([], [], "uploaded", True)


def _saved():
    made = run()
    made.save()
    return made
