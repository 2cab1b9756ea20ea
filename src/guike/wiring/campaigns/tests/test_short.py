"""Every campaign in a short form, as CI runs it: what it tries holds, and its control fails as it should (08-quality).

The long forms are run before a release; what they found stands in docs/reliability.md.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guike.launcher.postgres import Cluster
from guike.wiring import campaigns
from guike.wiring.bench import database

pytestmark = pytest.mark.slow
PACKAGES = str(Path(campaigns.__file__).resolve().parents[3])
SEED = 7
PATIENCE = 900  # test machines are busy


def campaign(name: str, size: str, environment: dict[str, str]) -> dict[str, Any]:
    """What a campaign told, in a process of its own."""
    command = [sys.executable, "-m", "guike.wiring.campaigns", name, size, str(SEED)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": PACKAGES, **environment}, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def held(told: dict[str, Any], cases: int) -> None:
    assert told["failures"] == [], told
    assert told["cases"] >= cases
    assert told["controls"] == told["controls_failed_as_they_should"] > 0, told["details"]


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """One database for those that need no instance of their own, on the server of the tests."""
    server = database.beside(os.environ["DATABASE_URL"], "postgres")
    name = f"guike_campaigns_{os.getpid()}"
    yield {"DATABASE_URL": database.make(server, name, fresh=True), "GUIKE_HOME": str(tmp_path_factory.mktemp("campaigns"))}
    database.drop(server, name)


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str]:
    """A home for a whole instance, which the campaign starts and may kill."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc to find the processes")
    tmp_path.chmod(0o711)  # root's database account has to pass through
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.geteuid() and folder.name.startswith("pytest"):
            folder.chmod(folder.stat().st_mode | 0o111)
    home = tmp_path / "live"
    return {"DATABASE_URL": Cluster(home / "pg").url, "GUIKE_HOME": str(home)}


def test_thirty_two_writers_leave_no_gap_in_the_numbers(beside):
    held(campaign("numbers", "60", beside), 60)


def test_an_edit_of_what_somebody_saved_meanwhile_is_refused_with_the_difference(beside):
    held(campaign("stale-edits", "60", beside), 60)


def test_a_call_sent_again_while_the_server_is_killed_has_one_effect(beside):
    held(campaign("idempotency", "60", beside), 60)


def test_fifty_at_once_one_winner_and_nobody_over_the_cap(beside):
    told = campaign("races", "short", beside)
    held(told, 150)
    assert told["controls"] == 4
    assert [told["details"][race]["won"] for race in ("approval-step", "find-accept", "pool-claim", "pool-quota")] == [1, 1, 1, 3]


def test_what_was_acknowledged_outlives_kills(alone):
    told = campaign("kill", "2", alone)
    held(told, 2)
    assert told["details"]["acknowledged"] > 0


def test_a_backup_taken_under_load_is_whole_and_a_plain_copy_is_not(alone):
    held(campaign("backup", "1", alone), 1)


def test_nothing_acknowledged_is_lost_with_the_primary_of_a_pair(alone):
    """The control is a pair that does not wait for its standby."""
    told = campaign("failover", "1", alone)
    held(told, 1)
    assert told["details"]["acknowledged"] > 0
