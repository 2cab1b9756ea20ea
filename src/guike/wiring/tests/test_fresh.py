"""An empty database made at once is the one that all migrations would have made step by step (docs/adr/0008)."""

import os
import re
import subprocess
import sys

import psycopg
import pytest
from psycopg import sql

from guike.platform.backups.programs import program, server_major
from guike.wiring.bench.database import beside, drop, make

STEPWISE = """
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), interactive=False, verbosity=0)
"""
AT_ONCE = STEPWISE.replace("Command()", '"migrate"')
#: Dropping a trigger leaves its function; nothing calls it.
LEFT_OVER = re.compile(r"^CREATE FUNCTION public\.pgtrigger_")
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"


def _filled_by(name: str, code: str) -> str:
    url = make(_server(), name, fresh=True)
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "DATABASE_URL": url}, check=True, timeout=600)
    return url


def _server() -> str:
    """The database that every server has: to make others from."""
    return beside(os.environ["DATABASE_URL"], "postgres")


def _statements(url: str) -> set[str]:
    """What pg_dump writes of each object of the schema; the order of a table's columns does not count."""
    with psycopg.connect(url) as connection:
        path = program("pg_dump", server_major(connection))
    dump = subprocess.run([path, "--schema-only", "--dbname", url], capture_output=True, text=True, check=True).stdout
    body = dump.partition("-- Name: ")[2].partition("-- PostgreSQL database dump complete")[0]
    return {_sorted_columns(one.strip("-\n ")) for one in re.split(r"\n--\n-- Name: .*\n--\n", body)}


def _sorted_columns(statement: str) -> str:
    head, opening, rest = statement.partition(" (\n")
    if not (opening and head.startswith("CREATE TABLE")):
        return statement
    return head + "\n".join(sorted(line.strip(" ,") for line in rest.splitlines()))


def _rows(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        return {name: connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()[0] for name in names}


@pytest.mark.slow
def test_at_once_is_step_by_step(worker_id):
    names = [f"guike_fresh_{worker_id}", f"guike_steps_{worker_id}"]
    try:
        fresh, steps = _filled_by(names[0], AT_ONCE), _filled_by(names[1], STEPWISE)
        made, grown = _statements(fresh), _statements(steps)
        assert len(made) > 2000
        assert made - grown == set()
        assert {one for one in grown - made if not LEFT_OVER.match(one)} == set()
        assert _rows(fresh) == _rows(steps)
    finally:
        for name in names:
            drop(_server(), name)
