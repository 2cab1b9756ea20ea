"""Backup → the machine is lost → restore: the same rows and files; and every way in which a file can be wrong is told (PLT-11)."""

import hashlib
import json
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from guike.platform.backups import archive, content
from guike.platform.backups.restoring import fill
from guike.platform.backups.taking import take
from guike.wiring import cli
from guike.wiring.bench import database

pytestmark = pytest.mark.django_db
TEXT = "合同正文".encode()
SHA256 = hashlib.sha256(TEXT).hexdigest()
OF_THE_DAY = "2026-01-05 09:00:00+08"
ROWS = f"""
INSERT INTO platform_attachment (subject_kind, subject_id, name, size, sha256, media_type, note, uploaded_at)
VALUES ('customer', 1, '合同.pdf', {len(TEXT)}, '{SHA256}', 'application/pdf', '', '{OF_THE_DAY}');
INSERT INTO organisation_session (session_key, session_data, expire_date, address, device, opened_at, seen_at, idle_minutes, longest_hours)
VALUES ('abc', 'x', '{OF_THE_DAY}', '', '', '{OF_THE_DAY}', '{OF_THE_DAY}', 240, 12);
INSERT INTO procrastinate_jobs (queue_name, task_name, status, args) VALUES ('default', 'guike.run_job', 'doing', '{{}}');
"""  # noqa: S608 - our own text


def rows(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url) as found:
        return found.execute(query).fetchall()


def server() -> str:
    """The test's own database, from which others are made beside it."""
    return database.beside(os.environ["DATABASE_URL"], connection.settings_dict["NAME"])


class Machine:
    """An instance with a database of its own on the test's server."""

    def __init__(self, home: Path, name: str):
        self.home, self.name = home, f"guike_backing_{os.getpid()}_{name}"
        self.url = database.make(server(), self.name, fresh=True)

    def run(self, *words: object) -> int:
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("DATABASE_URL", self.url)
            patched.setenv("GUIKE_HOME", str(self.home))
            patched.delenv("GUIKE_SECRET_KEY", raising=False)  # whoever runs the tests may have one of his own
            return cli.run([*map(str, words), "--home", str(self.home), "--json"])

    def content(self) -> dict:
        with psycopg.connect(self.url) as found:
            return content.measured(found)


@pytest.fixture(scope="module")
def machines(django_db_setup, tmp_path_factory) -> Iterator:
    made = []

    def make(name: str) -> Machine:
        made.append(Machine(tmp_path_factory.mktemp(name), name))
        return made[-1]

    yield make
    for one in made:
        database.drop(server(), one.name)


@pytest.fixture(scope="module")
def company(machines, tmp_path_factory) -> Machine:
    """A machine with the program's own rows, an attachment, somebody signed in and a job under way."""
    machine = machines("company")
    seed = tmp_path_factory.mktemp("seed") / "seed.guike"
    take(seed, server(), machine.home)
    with archive.reading(seed) as opened:
        fill(opened, machine.url, lambda *_: None)
    with psycopg.connect(machine.url, autocommit=True) as own:
        own.execute(ROWS)
    place = machine.home / "files" / SHA256[:2] / SHA256
    place.parent.mkdir(parents=True)
    place.write_bytes(TEXT)
    (machine.home / "secret.key").write_text("the company's key")
    return machine


@pytest.fixture
def saved(company, tmp_path, capsys) -> Path:
    assert company.run("backup", tmp_path / "all.guike") == 0
    assert json.loads(capsys.readouterr().out)["files"] == 1
    return tmp_path / "all.guike"


@pytest.mark.slow
def test_the_machine_is_lost_and_another_becomes_it(company, saved, machines):
    other = machines("other")
    assert other.run("restore", saved) == 0
    was, now = company.content(), other.content()
    settled = {"organisation_session", "procrastinate_jobs", "procrastinate_workers", "procrastinate_events"}
    assert {name: was[name] for name in was if name not in settled} == {name: now[name] for name in now if name not in settled}
    assert (other.home / "files" / SHA256[:2] / SHA256).read_bytes() == TEXT
    assert (other.home / "secret.key").read_text() == "the company's key"
    assert rows(other.url, "SELECT count(*) FROM organisation_session") == [(0,)]
    assert rows(other.url, "SELECT status::text FROM procrastinate_jobs WHERE args = '{}'") == [("todo",)]


@pytest.mark.slow
def test_what_is_there_is_not_overwritten_unless_forced_and_then_kept(company, saved, machines, capsys):
    other = machines("full")
    with psycopg.connect(other.url, autocommit=True) as own:
        own.execute("CREATE TABLE mine (id int); INSERT INTO mine VALUES (7)")
    assert other.run("restore", saved) == 1
    assert "已有数据" in capsys.readouterr().err
    assert rows(other.url, "SELECT * FROM mine") == [(7,)]
    assert other.run("restore", saved, "--force") == 0
    kept = Path(json.loads(capsys.readouterr().out)["snapshot"])
    assert rows(other.url, "SELECT to_regclass('mine') IS NULL") == [(True,)]
    with archive.reading(kept) as opened:
        assert opened.manifest["tables"]["mine"]["rows"] == 1


def test_a_machine_in_use_is_left_alone(saved, machines, capsys):
    other = machines("used")
    with psycopg.connect(other.url):
        assert other.run("restore", saved) == 1
    assert "还有 1 个连接" in capsys.readouterr().err
    assert content.tables(psycopg.connect(other.url)) == []


def flipped(path: Path, place: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 1
    path.write_bytes(data)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: flipped(path, 0.3), "已损坏"),
        (lambda path: flipped(path, 0.999), "已损坏"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "不完整"),
        (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), "不完整"),
        (lambda path: path.write_bytes(b""), "不是贵客的备份"),
        (lambda path: zipfile.ZipFile(path, "w").writestr("a.txt", "a"), "不是贵客的备份"),
        (lambda path: path.unlink(), "没有文件"),
    ],
)
@pytest.mark.parametrize("command", ["verify", "restore"])
def test_a_file_that_is_wrong_is_told_and_changes_nothing(saved, machines, capsys, spoil, said, command):
    spoil(saved)
    other = machines("spoilt")
    assert other.run(command, saved) == 1
    told = capsys.readouterr()
    assert said in told.err
    assert (told.out, "Traceback" in told.err) == ("", False)
    assert content.tables(psycopg.connect(other.url)) == []
    assert not (other.home / "files").exists()


def rebuilt(path: Path, change) -> None:
    """The archive with another content and a digest that is right: somebody made it so, no disk did."""
    with zipfile.ZipFile(path) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    about = json.loads(entries.pop(archive.MANIFEST))
    entries.pop(archive.FIRST)
    listed = about.pop("entries")
    change(entries, about)
    with archive.writing(path, about) as new:
        for name, data in entries.items():
            new.add(name, data)
        new.entries.update({name: entry for name, entry in listed.items() if name not in (archive.FIRST, archive.MANIFEST)})


def test_a_backup_of_a_newer_program_is_refused(saved, machines, capsys):
    rebuilt(saved, lambda entries, about: about["migrations"]["customers"].append("0999_from_tomorrow"))
    other = machines("older")
    assert other.run("restore", saved) == 1
    assert "customers.0999_from_tomorrow" in capsys.readouterr().err
    assert content.tables(psycopg.connect(other.url)) == []


def test_a_database_that_does_not_fill_is_not_half_filled(saved, machines, capsys):
    rebuilt(saved, lambda entries, about: entries.update({archive.DUMP: entries[archive.DUMP][:-2000]}))
    other = machines("half")
    assert other.run("restore", saved) == 1
    assert "什么都没有改" in capsys.readouterr().err
    assert content.tables(psycopg.connect(other.url)) == []


@pytest.mark.slow
def test_the_key_under_a_passphrase(company, machines, tmp_path, capsys):
    words, wrong, path = tmp_path / "words", tmp_path / "wrong", tmp_path / "sealed.guike"
    words.write_text("correct horse battery")
    wrong.write_text("another passphrase")
    assert company.run("backup", path, "--passphrase-file", words) == 0
    assert b"the company's key" not in path.read_bytes()
    other = machines("sealed")
    assert other.run("restore", path) == 1
    assert "加了口令" in capsys.readouterr().err
    assert other.run("restore", path, "--passphrase-file", wrong) == 1
    assert "口令不对" in capsys.readouterr().err
    assert other.run("restore", path, "--passphrase-file", words) == 0
    assert (other.home / "secret.key").read_text() == "the company's key"


@pytest.mark.slow
def test_verify_restores_and_finds_what_is_missing(company, saved, capsys):
    assert company.run("verify", saved) == 0
    good = json.loads(capsys.readouterr().out)
    assert (good["ok"], good["problems"], good["steps_behind"]) == (True, [], 0)

    def spoil(entries, about):
        del entries[f"files/{SHA256[:2]}/{SHA256}"]
        about["tables"]["platform_attachment"]["digest"] = "1"
        about["tables"]["organisation_session"]["rows"] = 2
        about["migrations"]["customers"].pop()

    rebuilt(saved, spoil)
    assert company.run("verify", saved) == 1
    bad = json.loads(capsys.readouterr().out)
    assert bad["steps_behind"] == 1
    said = "；".join(bad["problems"])
    for part in ("platform_attachment 的内容", "organisation_session 应有 2 行，恢复出 1 行", f"附件 {SHA256[:12]}… 不在备份里"):
        assert part in said


@pytest.mark.slow
def test_rows_written_meanwhile_are_in_whole_or_not_at_all(company, tmp_path, machines):
    """An order and its two lines are written together, again and again, while the backup is taken."""
    with psycopg.connect(company.url, autocommit=True) as own:
        own.execute("CREATE TABLE IF NOT EXISTS pairs (n int)")
    stop = threading.Event()

    def write() -> None:
        with psycopg.connect(company.url) as own:
            while not stop.is_set():
                own.execute("INSERT INTO pairs VALUES (1), (1)")
                own.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert company.run("backup", tmp_path / "busy.guike") == 0
    finally:
        stop.set()
        writer.join()
    other = machines("busy")
    with archive.reading(tmp_path / "busy.guike") as opened:
        fill(opened, other.url, lambda *_: None)
        assert content.differences(opened.manifest["tables"], other.content()) == []
    assert rows(other.url, "SELECT count(*) % 2 FROM pairs") == [(0,)]


def test_an_attachment_that_is_gone_is_named_and_the_rest_is_saved(company, tmp_path, capsys):
    place = company.home / "files" / SHA256[:2]
    shutil.move(place, tmp_path / "away")
    try:
        assert company.run("backup", tmp_path / "poor.guike") == 0
    finally:
        shutil.move(tmp_path / "away", place)
    assert json.loads(capsys.readouterr().out)["missing"] == [SHA256]


@pytest.mark.slow
def test_an_upgrade_keeps_what_was_before(company, monkeypatch):
    from guike.platform.backups.upgrading import KEPT, snapshot

    made = []
    for minute in range(KEPT + 2):
        monkeypatch.setattr("guike.platform.backups.upgrading.clock.now", lambda minute=minute: _at(minute))
        made.append(snapshot(company.url, company.home))
    left = sorted((company.home / "backups").glob("before-upgrade-*"))
    assert left == made[2:]
    with archive.reading(left[-1]) as opened:
        assert opened.manifest["tables"]["platform_attachment"]["rows"] == 1


def _at(minute: int):
    from datetime import UTC, datetime

    return datetime(2026, 1, 5, 9, minute, tzinfo=UTC)
