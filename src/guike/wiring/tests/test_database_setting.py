"""DATABASE_URL as libpq takes it: one server, several, a socket; what is said after the question mark wins."""

import pytest

from guike.wiring.settings import NOTICES_LOSS, database


@pytest.mark.parametrize(
    ("url", "host", "port", "name", "user", "password"),
    [
        ("postgres://guike:p%40ss@db1:5433/crm", "db1", "5433", "crm", "guike", "p@ss"),
        ("postgres://guike@db1/crm", "db1", "", "crm", "guike", ""),
        ("postgres://g@db1:5432,db2:5433/crm?target_session_attrs=read-write", "db1,db2", "5432,5433", "crm", "g", ""),
        ("postgres://g@db1,db2:5433/crm", "db1,db2", "5432,5433", "crm", "g", ""),
        ("postgres://g@[2001:db8::1]:5433/crm", "2001:db8::1", "5433", "crm", "g", ""),
        ("postgres://guike@/guike?host=%2Fsrv%2Fpg", "/srv/pg", "", "guike", "guike", ""),
        ("postgres:///guike", "", "", "guike", "", ""),
    ],
)
def test_where_the_database_is(url, host, port, name, user, password):
    found = database(url)
    assert [found[key] for key in ("HOST", "PORT", "NAME", "USER", "PASSWORD")] == [host, port, name, user, password]


def test_a_server_that_vanishes_is_noticed_unless_said_otherwise():
    assert database("postgres://g@db1/crm")["OPTIONS"] == NOTICES_LOSS
    assert database("postgres:///guike")["OPTIONS"] == {}
    options = database("postgres://g@db1/crm?sslmode=require&connect_timeout=2")["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("require", "2")
