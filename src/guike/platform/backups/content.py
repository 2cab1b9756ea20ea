"""What is in a database, table by table: how many rows, and a digest that is the same wherever the same rows are."""

from typing import Any

import psycopg
from psycopg import sql

from guike.platform.backups import programs
from guike.platform.backups.archive import Progress

#: How values print must not depend on the server's settings.
PLAIN = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1"
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1
"""
SEQUENCES = """
SELECT s.relname, t.relname, a.attname
  FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass
  JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
 WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace ORDER BY 1
"""


def tables(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute(TABLES)]


def measured(connection: psycopg.Connection, told: Progress = lambda _what, _n: None) -> dict[str, dict[str, Any]]:
    """Table → {rows, digest}, in the transaction that is open. The order of rows does not matter, each of their values does."""
    connection.execute(PLAIN)
    found = {}
    for number, name in enumerate(tables(connection), 1):
        query = sql.SQL(
            "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint::numeric), 0)::text FROM ONLY {} t"
        ).format(sql.Identifier("public", name))
        rows, digest = programs.one(connection, query)
        found[name] = {"rows": rows, "digest": digest}
        told("核对数据表", number)
    return found


def differences(expected: dict[str, dict[str, Any]], found: dict[str, dict[str, Any]]) -> list[str]:
    """In words, what one lacks of the other."""
    problems = [f"{name} 不在恢复出来的数据库里" for name in sorted(set(expected) - set(found))]
    problems += [f"多了数据表 {name}" for name in sorted(set(found) - set(expected))]
    for name in sorted(set(expected) & set(found)):
        if expected[name]["rows"] != found[name]["rows"]:
            problems.append(f"{name} 应有 {expected[name]['rows']} 行，恢复出 {found[name]['rows']} 行")
        elif expected[name]["digest"] != found[name]["digest"]:
            problems.append(f"{name} 的内容和备份时不一样")
    return problems


def sequences_behind(connection: psycopg.Connection) -> list[str]:
    """Sequences that would give out a number once more."""
    problems = []
    for sequence, table, column in connection.execute(SEQUENCES).fetchall():
        query = sql.SQL("SELECT (SELECT max({column}) FROM {table}), (SELECT last_value FROM {sequence})").format(
            column=sql.Identifier(column), table=sql.Identifier("public", table), sequence=sql.Identifier("public", sequence)
        )
        largest, last = programs.one(connection, query)
        if isinstance(largest, int) and largest > last:
            problems.append(f"{table} 的编号会重复：最大 {largest}，下一个从 {last} 起")
    return problems


def attachments(connection: psycopg.Connection) -> list[str]:
    """SHA-256 of every file that a record has, those that were taken off included; none before the first migration."""
    if connection.execute("SELECT to_regclass('platform_attachment')").fetchone() == (None,):
        return []
    return [name for (name,) in connection.execute("SELECT DISTINCT sha256 FROM platform_attachment ORDER BY 1")]


def migrations(connection: psycopg.Connection) -> dict[str, list[str]]:
    """App → names of the migrations applied; empty for a new database."""
    if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
        return {}
    rows = connection.execute("SELECT app, array_agg(name::text ORDER BY name) FROM django_migrations GROUP BY app ORDER BY app")
    return dict(rows.fetchall())  # type: ignore[arg-type]
