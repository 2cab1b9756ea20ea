# ruff: noqa: S608 — names of tables
"""Seals over the real tables: untouched is clean, and whatever somebody with the whole database does to a row is found and named."""

import threading

import pytest
from django.db import connection, transaction

from guike.organisation import services as people
from guike.organisation.models import LoginRecord
from guike.oversight import services
from guike.oversight.models import Horizon, Seal
from guike.oversight.services import sealing, trail
from guike.platform import audit, clock
from guike.platform.access import SYSTEM, Viewer
from guike.platform.models import AccessLog

LOG = "platform_accesslog"
PERSON = "organisation_personevent"


@pytest.fixture
def lived_in(company) -> list[int]:
    """A few looks, a log-in, a changed person; sealed."""
    viewer = Viewer(name="陈思远")
    looks = [audit.note(viewer, "print", "customer", number, detail={"title": "客户档案表"}).pk for number in range(5)]
    LoginRecord.objects.create(login="chensy", outcome="wrong", address="10.0.0.7", at=clock.now())
    people.change_person(company.seller.pk, actor=SYSTEM, version=company.seller.version, name="陈思元")
    assert services.seal() > 20
    return looks


def named() -> list[tuple[str, str, int | None]]:
    return [(one.kind, one.table, one.row) for one in services.verify().findings]


def test_untouched_is_clean_and_everything_is_covered(lived_in):
    found = services.verify()
    assert (found.findings, found.unsealed, found.seals) == ([], 0, 1)
    assert found.rows == sum(count(table) for table in trail.trails())
    assert {LOG, PERSON, "organisation_loginrecord"} <= set(trail.trails())


def test_a_history_that_a_newer_version_brings_is_not_missed_before_it_is_made(lived_in, monkeypatch):
    """`migrate` looks at the trail before it makes the new tables."""
    coming = trail.Trail("oversight_comingevent", "pgh_id", "将来的记录", "pgh_created_at", True, ("pgh_id",))
    known = {**trail.trails(), coming.table: coming}
    monkeypatch.setattr(trail, "trails", lambda: known)
    found = services.verify()
    assert (found.findings, found.unsealed) == ([], 0)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_sealing_again_writes_nothing_when_nothing_happened(lived_in):
    assert services.seal() == 0
    assert Seal.objects.count() == 1
    audit.note(Viewer(name="林海"), "print", "customer", 1)
    assert services.seal() == 1
    assert services.verify().findings == []


def test_an_altered_row_is_named_with_its_day(lived_in, attacker):
    attacker(f"UPDATE {LOG} SET who = '林海' WHERE id = %s", [lived_in[2]])
    (found,) = services.verify().findings
    assert (found.kind, found.table, found.row, found.day) == ("altered", LOG, lived_in[2], clock.today().isoformat())
    assert found.words == f"「查看记录」的第 {lived_in[2]} 行在封签以后改过"


def test_a_removed_row_is_named(lived_in, attacker):
    attacker(f"DELETE FROM {LOG} WHERE id = %s", [lived_in[4]])
    assert named() == [("removed", LOG, lived_in[4])]


def test_a_row_put_in_afterwards_is_named(lived_in, attacker):
    attacker(f"DELETE FROM {LOG} WHERE id = %s", [lived_in[1]])  # a gap to put another row into
    attacker(
        f"INSERT INTO {LOG} (id, at, who, action, object, field, detail) SELECT -7, at, '李四', action, object, field, detail FROM {LOG} WHERE id = %s",
        [lived_in[0]],
    )
    assert named() == [("inserted", LOG, -7), ("removed", LOG, lived_in[1])]


def test_two_rows_that_changed_places_are_named(lived_in, attacker):
    one, other = lived_in[:2]
    attacker(f"UPDATE {LOG} SET id = CASE id WHEN %s THEN -1 ELSE id END WHERE id = %s", [one, one])
    attacker(f"UPDATE {LOG} SET id = %s WHERE id = %s", [one, other])
    attacker(f"UPDATE {LOG} SET id = %s WHERE id = -1", [other])
    assert named() == [("altered", LOG, one), ("altered", LOG, other)]


def test_who_did_it_is_sealed_with_the_change(lived_in, attacker, company):
    """The note beside a history row (who, which verb, why) stands in a table of its own."""
    ((row, context),) = attacker(
        f"SELECT pgh_id, pgh_context_id FROM {PERSON} WHERE pgh_obj_id = %s AND pgh_label = 'update'", [company.seller.pk]
    )
    attacker('UPDATE pghistory_context SET metadata = metadata || \'{"who": "林海"}\' WHERE id = %s', [context])
    assert ("altered", PERSON, row) in named()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE oversight_seal SET rows = rows, hash = repeat('a', 64) WHERE number = 1",
        "UPDATE oversight_sealedrange SET rows = rows + 1 WHERE id = (SELECT min(id) FROM oversight_sealedrange)",
        "UPDATE oversight_leaves SET content = '' WHERE range_id = (SELECT min(id) FROM oversight_sealedrange)",
        "UPDATE oversight_sealedrange SET after = after + 1 WHERE id = (SELECT min(id) FROM oversight_sealedrange)",
        "UPDATE oversight_seal SET at = at - interval '1 day'",
    ],
)
def test_the_seals_themselves_cannot_be_altered_unseen(lived_in, attacker, sql):
    row = attacker("SELECT r.table, r.after, r.last FROM oversight_sealedrange r ORDER BY id LIMIT 1")[0]
    if "leaves" in sql:  # the kept fingerprints matter only once a row differs
        attacker(
            f"UPDATE {row[0]} SET {'pgh_created_at = now() - interval $$1 hour$$' if 'event' in row[0] else 'at = now() - interval $$1 hour$$'}"
        )
    attacker(sql)
    assert services.verify().findings


def test_a_chain_computed_anew_is_caught_by_the_signature(lived_in, attacker, settings):
    """Somebody with the whole database, but not the instance's key, alters a row and seals everything again."""
    attacker(f"DELETE FROM {LOG} WHERE id = %s", [lived_in[4]])
    _forget_all_seals(attacker)
    ours, settings.SECRET_KEY = settings.SECRET_KEY, "a key that was guessed"
    sealing.seal()
    settings.SECRET_KEY = ours
    assert {"seal", "outside"} <= {one.kind for one in services.verify().findings}


def test_a_chain_computed_anew_with_the_key_is_caught_by_the_copy_outside(lived_in, attacker):
    attacker(f"DELETE FROM {LOG} WHERE id = %s", [lived_in[4]])
    _forget_all_seals(attacker)
    sealing.seal()
    assert [one.kind for one in services.verify().findings] == ["outside"]
    services.outside().unlink()  # without the copy nobody can tell: this is what it is for
    assert services.verify().findings == []


def test_a_tail_cut_off_is_caught_by_the_copy_outside(lived_in, attacker):
    audit.note(Viewer(name="林海"), "print", "customer", 1)
    services.seal()
    _forget(attacker, "WHERE seal_id IN (SELECT id FROM oversight_seal WHERE number = 2)", "WHERE number = 2")
    assert [(one.kind, one.row) for one in services.verify().findings] == [("outside", 2)]


def _forget_all_seals(attacker) -> None:
    _forget(attacker, "", "")
    attacker("DELETE FROM oversight_horizon")


def _forget(attacker, ranges: str, seals: str) -> None:
    attacker(f"DELETE FROM oversight_leaves WHERE range_id IN (SELECT id FROM oversight_sealedrange {ranges})")
    attacker(f"DELETE FROM oversight_sealedrange {ranges}")
    attacker(f"DELETE FROM oversight_seal {seals}")


def test_a_column_added_later_is_no_alteration(lived_in):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {LOG} ADD COLUMN later integer NOT NULL DEFAULT 7")
    assert services.verify().findings == []


def test_more_rows_than_fit_in_one_seal_take_several(company, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    for number in range(8):
        audit.note(Viewer(name="陈思远"), "print", "customer", number)
    services.seal()
    found = services.verify()
    assert found.seals >= 3
    assert (found.findings, found.unsealed) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_a_row_of_somebody_still_writing_is_waited_for():
    """An import takes an id, others go on and are sealed only once it has ended. Without the waiting its row would count as put in."""
    ready, finish = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                audit.note(Viewer(name="慢"), "print", "customer", 1)
                ready.set()
                finish.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    try:
        assert ready.wait(20)
        audit.note(Viewer(name="快"), "print", "customer", 2)
        assert services.seal() == 0
    finally:
        finish.set()
        writer.join()
    assert services.seal() >= 2
    assert AccessLog.objects.count() == 2
    assert services.verify().findings == []


@pytest.mark.django_db(transaction=True)
def test_control_without_waiting_the_late_row_is_taken_for_one_put_in(monkeypatch):
    monkeypatch.setattr(sealing, "writers", list)
    ready, finish = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                audit.note(Viewer(name="慢"), "print", "customer", 1)
                ready.set()
                finish.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    try:
        assert ready.wait(20)
        audit.note(Viewer(name="快"), "print", "customer", 2)
        services.seal()
    finally:
        finish.set()
        writer.join()
    assert [one.kind for one in services.verify().findings] == ["inserted"]


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain():
    for number in range(4):
        audit.note(Viewer(name="陈思远"), "print", "customer", number)
    start = threading.Barrier(4)

    def run() -> None:
        try:
            start.wait(20)
            services.seal()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    services.seal()
    assert services.verify().findings == []
    assert Horizon.objects.count() == 1
