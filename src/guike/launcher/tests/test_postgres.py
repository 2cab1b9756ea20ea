"""The embedded server: shared, stopped by its last user, back after a crash. Real servers, in temporary folders."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from guike.launcher import pg_server
from guike.launcher.messages import Stop
from guike.launcher.postgres import Cluster, wait_until

QUICK = {"shared_buffers": "16MB"}
PACKAGES = str(Path(__file__).resolve().parents[3])


def execute(cluster: Cluster, statement: str) -> list[tuple]:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        result = connection.execute(statement)
        return result.fetchall() if result.description else []


def another_process(folder: Path) -> subprocess.Popen:
    """A second command that uses the cluster until it is killed; returned once it does."""
    code = (
        "import sys, pathlib, signal; from guike.launcher.postgres import Cluster; "
        f"Cluster(pathlib.Path(sys.argv[1]), {QUICK!r}).acquire(); print('in use', flush=True); signal.pause()"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": PACKAGES})
    assert process.stdout is not None
    assert process.stdout.readline() == b"in use\n"
    return process


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("贵客 实例") / "pg"


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(folder, QUICK)
    yield cluster
    cluster.release()


def test_what_was_written_is_there_after_a_stop(cluster: Cluster):
    cluster.acquire()
    execute(cluster, "CREATE TABLE IF NOT EXISTS kept AS SELECT '贵客' AS name")
    cluster.release()
    assert cluster.server_pid() is None
    cluster.acquire()
    assert execute(cluster, "SELECT name FROM kept") == [("贵客",)]


def test_chinese_words_can_be_searched_by_part(cluster: Cluster):
    cluster.acquire()
    execute(cluster, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert execute(cluster, "SELECT similarity('温州阀门有限公司', '温州阀门') > 0") == [(True,)]


def test_the_application_is_not_a_superuser(cluster: Cluster):
    cluster.acquire()
    assert execute(cluster, "SELECT current_user::text, current_setting('is_superuser')") == [("guike", "off")]


def test_the_last_user_stops_the_server_and_not_an_earlier_one(cluster: Cluster, folder: Path):
    other = Cluster(folder, QUICK)
    cluster.acquire()
    other.acquire()
    assert other.server_pid() == cluster.server_pid() is not None
    cluster.release()
    assert execute(other, "SELECT 1") == [(1,)]
    other.release()
    assert other.server_pid() is None


def test_the_server_goes_when_its_only_user_is_killed(cluster: Cluster, folder: Path):
    user = another_process(folder)
    assert cluster.server_pid() is not None
    user.kill()
    user.wait()
    assert wait_until(lambda: cluster.server_pid() is None, 10)


def test_a_killed_server_comes_back_with_everything_acknowledged(cluster: Cluster):
    cluster.acquire()
    execute(cluster, "CREATE TABLE IF NOT EXISTS promises (number int); INSERT INTO promises VALUES (7)")
    before = cluster.server_pid()
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: cluster.server_pid() not in (None, before) and pg_server.status(cluster.data) == "ready", 20)
    assert (7,) in execute(cluster, "SELECT number FROM promises")


def test_a_pid_file_that_names_another_program_does_not_prevent_the_start(cluster: Cluster):
    cluster.acquire()
    cluster.release()
    lines = ["", str(cluster.data), "1", "5432", str(cluster.data), "", "", "ready"]
    (cluster.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert cluster.server_pid() is None
    cluster.acquire()
    assert execute(cluster, "SELECT 1") == [(1,)]


def test_a_path_too_long_for_a_socket_still_works(tmp_path: Path):
    cluster = Cluster(tmp_path / ("很长的文件夹名" * 6) / "pg", QUICK)
    assert cluster.socket_folder != cluster.data
    cluster.acquire()
    try:
        assert execute(cluster, "SELECT 1") == [(1,)]
        assert cluster.socket_folder.stat().st_mode & 0o077 == 0
    finally:
        cluster.release()


def test_an_interrupted_first_start_is_begun_anew(tmp_path: Path):
    cluster = Cluster(tmp_path / "pg", QUICK)
    half_made = cluster.folder / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    cluster.acquire()
    try:
        assert execute(cluster, "SELECT 1") == [(1,)]
    finally:
        cluster.release()
    assert not half_made.exists()


def test_data_of_another_major_version_is_refused_with_the_way_out(tmp_path: Path):
    cluster = Cluster(tmp_path / "pg")
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(Stop, match=r"PostgreSQL 9\.6 的数据.*guike backup"):
        cluster.acquire()


def test_a_server_that_cannot_start_shows_its_last_words(tmp_path: Path):
    cluster = Cluster(tmp_path / "pg", {"max_connections": "many"})
    with pytest.raises(Stop, match="max_connections"):
        cluster.acquire()
    cluster.release()
