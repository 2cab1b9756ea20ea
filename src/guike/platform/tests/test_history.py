"""Who, which verb, why: written by triggers, so raw SQL is seen too."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from guike.platform import history, telling
from guike.platform.access import Viewer
from guike.platform.models import NumberSeries
from guike.platform.verbs import verb

pytestmark = pytest.mark.django_db
ACTOR = Viewer(account_id=7, name="何静")


@verb("series.rename")
def rename(series, prefix, *, actor, reason=""):
    NumberSeries.objects.filter(pk=series.pk).update(prefix=prefix)


@verb("series.rename_by_sql")
def rename_by_sql(series, prefix, *, actor):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_numberseries SET prefix = %s WHERE id = %s", [prefix, series.pk])


@verb("series.fail")
def fail(series, *, actor):
    rename(series, "ZZ", actor=actor)
    raise ZeroDivisionError


@pytest.fixture
def series():
    return NumberSeries.objects.create(code="slip", label="单", prefix="DJ")


def test_tells_who_did_what_why_and_what_differs(series):
    rename(series, "KH", actor=ACTOR, reason="统一前缀")
    newest = history.of(series)[0]
    assert (newest.who, newest.verb, newest.why) == ("何静", "series.rename", "统一前缀")
    assert [(c.label, c.before, c.after) for c in newest.changes] == [("前缀", "DJ", "KH")]


def test_sees_raw_sql(series):
    rename_by_sql(series, "KH", actor=ACTOR)
    assert history.of(series)[0].verb == "series.rename_by_sql"


def test_a_failed_verb_writes_nothing(series):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fail(series, actor=ACTOR)
    series.refresh_from_db()
    assert series.prefix == "DJ"
    assert [entry.kind for entry in history.of(series)] == ["insert"]


def test_hidden_fields_stay_out(series):
    rename(series, "KH", actor=ACTOR)
    assert history.of(series, hidden=frozenset({"prefix"}))[0].kind == "insert"


def test_a_verb_needs_an_actor(series):
    with pytest.raises(TypeError, match="actor"):
        rename(series, "KH")


def test_the_history_cannot_be_rewritten(series):
    event = history.event_model(NumberSeries)
    with pytest.raises(DatabaseError), transaction.atomic():
        event.objects.update(prefix="XX")


def test_triggers_of_a_verb_never_catch_an_error_for_an_unset_setting(series):
    """An error caught per row makes bulk writes quadratic (PRF-5); the setting must also survive a verb inside a verb."""

    @verb("series.look")
    def look(*, actor):
        rename(series, "B", actor=actor)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('pgtrigger.ignore', true)")
            return cursor.fetchone()[0]

    assert look(actor=ACTOR) == "{}"


def test_lists_and_moments_are_told_as_people_write_them():
    field = NumberSeries._meta.get_field("prefix")
    assert history.shown(field, ["administrator", "finance"], None) == "管理员、财务"
    assert history.shown(field, datetime(2026, 11, 25, 18, 12, tzinfo=UTC), None) == "2026-11-26 02:12"


def test_a_code_is_told_in_the_words_of_whoever_keeps_it(series):
    from guike.platform import dictionaries

    field = NumberSeries._meta.get_field("prefix")
    telling.tell("platform.NumberSeries", prefix=dictionaries.teller("customer_tag"))
    try:
        assert history.shown(field, "slow_payer", None) == "回款慢"
        assert history.shown(field, ["key_account", "gone"], None) == "重点跟进、gone"
        assert history.shown(field, "", None) == "—"
    finally:
        del telling._tellers["platform.NumberSeries", "prefix"]


@pytest.mark.parametrize(
    ("model", "field", "kept", "told"),
    [
        ("customers.Customer", "source", "referral", "转介绍"),
        ("customers.Certificate", "kind", "gsp", "GSP 证书"),
        ("marketing.Find", "industry", "C", "制造业"),
        ("engine.Obligation", "kind", "cadence", "例行联系"),
        ("engine.Obligation", "channels", ["visit", "phone"], "登门、电话"),
    ],
)
def test_the_domains_tell_their_codes(model, field, kept, told):
    assert history.shown(apps.get_model(model)._meta.get_field(field), kept, None) == told
