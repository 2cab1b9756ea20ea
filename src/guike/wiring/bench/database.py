"""A database of the bench's own, beside the instance's: made once per scale and kept, so that the next run need not generate again."""

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def beside(url: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def make(url: str, name: str, *, fresh: bool = False) -> str:
    """The URL of database `name` on the server of `url`; created when missing, or anew when `fresh`."""
    with psycopg.connect(url, autocommit=True) as connection:
        if fresh:
            _drop(connection, name)
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    return beside(url, name)


def drop(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    """Whoever is still in it is put out. An autovacuum may not be ended by us, but leaves by itself for a drop that forces nobody."""
    gone = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        connection.execute(gone + sql.SQL(" WITH (FORCE)"))
    except psycopg.errors.InsufficientPrivilege:
        connection.execute(gone)
