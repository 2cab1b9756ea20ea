"""DATABASE_URL as libpq takes it: one server, several, a socket; what is said after the question mark wins."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from guike.launcher.worker import _connector
from guike.wiring.settings import NOTICES_LOSS, database, noticing_loss


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


@pytest.mark.parametrize("url", ["postgres://g@db1:5432,db2:5432/crm?target_session_attrs=read-write", "postgres://g@db/crm", "postgres:///crm?host=%2Frun"])
def test_the_direct_way_notices_a_server_that_vanished_as_well(url):
    """The worker listens there: it hung for a quarter of an hour, with its pages long back."""
    found, before = conninfo_to_dict(noticing_loss(url)), conninfo_to_dict(url)
    assert {name: found[name] for name in NOTICES_LOSS} == NOTICES_LOSS
    assert {name: found[name] for name in before} == before


def test_what_is_said_of_it_already_holds():
    assert conninfo_to_dict(noticing_loss("postgres://g@db/crm?tcp_user_timeout=3000"))["tcp_user_timeout"] == "3000"
    assert noticing_loss("") == ""


def test_the_worker_goes_that_way(settings):
    settings.DIRECT_URL = noticing_loss("postgres://g@db/crm")
    assert _connector(None)._pool_args["conninfo"] == settings.DIRECT_URL
