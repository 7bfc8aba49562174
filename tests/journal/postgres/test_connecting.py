"""Connections that don't come about: each says in a sentence why, and what mends it. No server is needed here."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.conftest import environment
from tests.postgres.cluster import Cluster
from tests.postgres.databases import run_sql
from uploader.errors import JournalError, SettingsError, UploaderError
from uploader.i18n import render
from uploader.journal.postgres import connecting
from uploader.journal.servers import Server

SSL_REQUEST = (80877103).to_bytes(4, "big")


SERVER = """
import json, socket, sys
answers = json.loads(sys.argv[1])
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    connection, _ = server.accept()
    with connection:
        packet = connection.recv(4096)
        print(packet.hex(), flush=True)
        connection.sendall(bytes.fromhex(answers.get(packet[4:8].hex(), answers[""])))
"""


@contextmanager
def answering(answers: dict[bytes, bytes]) -> Iterator[tuple[int, Callable[[], list[bytes]]]]:
    """A server that gives one answer by the kind of a packet: its port, and what came, which ends it.

    In a process of its own: libpq lets no other thread run while it asks.
    """
    given = json.dumps({kind.hex(): answer.hex() for kind, answer in answers.items()})
    with subprocess.Popen([sys.executable, "-c", SERVER, given], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None

        def came() -> list[bytes]:
            server.kill()
            return [bytes.fromhex(line) for line in server.communicate()[0].splitlines()]

        yield int(server.stdout.readline()), came
        server.kill()


def error(sqlstate: bytes, text: bytes) -> bytes:
    fields = b"SFATAL\0VFATAL\0C" + sqlstate + b"\0M" + text + b"\0\0"
    return b"E" + (len(fields) + 4).to_bytes(4, "big") + fields


def refused(address: str) -> UploaderError:
    with pytest.raises(UploaderError) as raised:
        connecting.connect(Server.of(address), name="a test")
    assert "gehe1m" not in render(raised.value.message, "en")
    return raised.value


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """This computer counts as another one."""
    monkeypatch.setattr(connecting, "_is_loopback", lambda host: False)


def test_nobody_listens() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    why = refused(f"postgresql://ana:gehe1m@127.0.0.1:{port}/team")
    assert isinstance(why, JournalError)
    assert why.message.code == "team.unreachable"
    assert f"127.0.0.1:{port}/team" in str(why)


def test_what_failed_at_each_address_of_a_host_is_said_once() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    why = refused(f"host=127.0.0.1,127.0.0.1 port={port} user=ana dbname=team")
    assert why.message.facts["why"] == f'connection to server at "127.0.0.1", port {port} failed: Connection refused'


def test_a_database_that_the_user_may_not_use_asks_for_a_right_and_for_no_password(
    database: Server, cluster: Cluster
) -> None:
    user, name = f"user_{uuid4().hex}", database.shown.rpartition("/")[2]
    run_sql(cluster, f"CREATE ROLE {user} LOGIN", f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    why = refused(f"{database.conninfo} user={user}")
    assert why.message.code == "team.may_not_connect"
    assert "GRANT senders TO" in str(why)


@pytest.mark.parametrize(
    ("sqlstate", "code"),
    [(b"28P01", "team.refused"), (b"3D000", "team.refused"), (b"53300", "team.refused"), (b"57P03", "team.not_ready")],
)
def test_the_sqlstate_decides_and_not_the_text(sqlstate: bytes, code: str) -> None:
    with answering({b"": error(sqlstate, b"no funciona")}) as (port, _):
        why = refused(f"postgresql://ana:gehe1m@127.0.0.1:{port}/team?sslmode=disable")
    assert why.message.code == code
    assert "no funciona" in str(why)


def test_a_server_elsewhere_without_tls_gets_no_word_of_ours(far_away: None) -> None:
    with answering({SSL_REQUEST: b"N", b"": error(b"28000", b"who?")}) as (port, came):
        why = refused(f"postgresql://ana:gehe1m@127.0.0.1:{port}/team")
        packets = came()
    assert why.message.code == "team.no_tls"
    assert len(packets) > 2
    assert not [packet for packet in packets if b"ana" in packet or b"team" in packet or b"gehe1m" in packet]


@pytest.mark.parametrize("mode", ["disable", "allow"])
def test_tls_can_not_be_switched_off_for_a_server_elsewhere(mode: str, far_away: None) -> None:
    assert refused(f"postgresql://db.invalid/team?sslmode={mode}").message.code == "team.tls_switched_off"


def test_nor_by_a_service_file(tmp_path: Path, far_away: None, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "services"
    file.write_text("[team]\nhost=db.invalid\ndbname=team\npassword=gehe1m\nsslmode=disable\n", encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    assert refused("service=team").message.code == "team.tls_switched_off"


@pytest.mark.parametrize("address", ["host=127.0.0.1 colour=red", "service=nobody"])
def test_an_option_that_libpq_does_not_know(address: str) -> None:
    why = refused(address)
    assert isinstance(why, SettingsError)
    assert why.message.code == "team.wrong_option"


WITHOUT = """
import sys
sys.modules["psycopg"] = None
from uploader.errors import JournalError
try:
    import uploader.journal.postgres.connecting
except JournalError as why:
    print(why)
"""


def test_where_psycopg_is_missing_the_sentence_says_how_to_install_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT], env=environment(), capture_output=True, text=True, check=True
    )
    assert 'pip install ".[team]"' in ended.stdout
    assert "uploader[team]" not in ended.stdout  # which is a stranger's on PyPI


def test_a_pooler_is_refused(empty_database: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """PgBouncer tells its clients another process than the one that works for them."""
    address = empty_database.conninfo
    connecting.connect(Server.of(address), name="a test").close()
    monkeypatch.setattr("psycopg.ConnectionInfo.backend_pid", property(lambda info: 4_000_000))
    assert refused(address).message.code == "team.pooled"
