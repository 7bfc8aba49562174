"""Addresses of a team's journal: what is understood, and that no part that may be a password is ever shown."""

import pytest

from uploader.errors import SettingsError
from uploader.i18n import render
from uploader.i18n.languages import LANGUAGES
from uploader.journal.servers import Server

PASSWORD = "gehe1m"


@pytest.mark.parametrize(
    ("address", "conninfo", "password", "shown"),
    [
        ("postgresql://db.example/team", "host='db.example' dbname='team'", None, "db.example/team"),
        ("postgres://ana@db:5433/team", "user='ana' host='db' port='5433' dbname='team'", None, "db:5433/team"),
        ("postgresql://ana:gehe1m@db/team", "user='ana' host='db' dbname='team'", PASSWORD, "db/team"),
        ("postgresql://ana:gehe1m@x@db/team", "user='ana' host='db' dbname='team'", "gehe1m@x", "db/team"),
        ("postgresql://ana:gehe%2F1m@db/team", "user='ana' host='db' dbname='team'", "gehe/1m", "db/team"),
        ("postgresql://db/team?password=gehe1m&sslmode=require", "host='db' dbname='team' sslmode='require'", PASSWORD, "db/team"),
        ("postgresql:///team?host=/run/pg", "host='/run/pg' dbname='team'", None, "/run/pg/team"),
        ("postgresql://%2Frun%2Fpg/team", "host='/run/pg' dbname='team'", None, "/run/pg/team"),
        ("postgresql://[::1]:5433,b:5434/team", "host='::1,b' port='5433,5434' dbname='team'", None, "[::1]:5433,b:5434/team"),
        ("postgresql://a,b:5434/team", "host='a,b' port=',5434' dbname='team'", None, "a,b:5434/team"),
        ("host=a,b port=5433 dbname=team", "host='a,b' port='5433' dbname='team'", None, "a:5433,b:5433/team"),
        ("host=db port=5432 dbname=team", "host='db' port='5432' dbname='team'", None, "db/team"),
        ("host=db port=gehe1m dbname=team", "host='db' port='gehe1m' dbname='team'", None, "db/team"),
        ("service=team", "service='team'", None, "team"),
        (" host=db dbname='our team' password=gehe1m ", "host='db' dbname='our team'", PASSWORD, "db/our team"),
        (r"host=db password='ge\'he\\1m'", "host='db'", r"ge'he\1m", "db"),
        ("host=db\tpassword=a=b", "host='db'", "a=b", "db"),
    ],
)  # fmt: skip
def test_an_address_is_understood(address: str, conninfo: str, password: str | None, shown: str) -> None:
    server = Server.of(address)
    assert (server.conninfo, server.password, server.shown) == (conninfo, password, shown)
    assert PASSWORD not in (repr(server) if "port=gehe1m" not in address else server.shown)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ana:a/gehe1m@db/team",
        "postgresql://ana:a?gehe1m=1@db/team",
        "postgresql://ana:a#gehe1m@db/team",
        "postgresql://db/team?gehe1m",
        "postgresql://db:gehe1m/team",
        "postgresql://[gehe1m/team",
        "host=db password=a gehe1m",
        "host=db password='gehe1m",
        "/home/gehe1m/journal.db",
        "gehe1m",
        "mysql://ana:gehe1m@db/team",
        "host=db sslpassword=gehe1m",
        "postgresql://db/team?sslpassword=gehe1m",
    ],
)
def test_what_is_no_address_is_refused_and_not_quoted(address: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Server.of(address)
    for language in LANGUAGES:
        assert PASSWORD not in render(refused.value.message, language)
