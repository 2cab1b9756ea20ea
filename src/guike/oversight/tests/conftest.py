import re
from pathlib import Path

import pytest
from django.db import connection

from guike.organisation.tests.conftest import admin, company  # noqa: F401 — the small company


@pytest.fixture(autouse=True)
def home(settings, tmp_path) -> Path:
    """Each test has a file of seals of its own."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def attacker(db):
    """SQL of somebody who owns the database: no trigger of ours runs."""

    def run(sql: str, parameters: list | None = None) -> list:
        table = re.search(r"(?:UPDATE|DELETE FROM|INSERT INTO) (\w+)", sql)
        with connection.cursor() as cursor:
            if table:
                cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table[1]} DISABLE TRIGGER USER")
            cursor.execute(sql, parameters)
            found = cursor.fetchall() if cursor.description else []
            if table:
                cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table[1]} ENABLE TRIGGER USER; SET CONSTRAINTS ALL DEFERRED")
        return found

    return run
