"""A connection to a team's journal: encrypted unless it stays on this computer, and errors that say what mends them."""

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import TypeAlias

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from uploader.errors import JournalError, SettingsError
from uploader.i18n import Message
from uploader.journal.servers import Server

Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]

SCHEMA = "uploader"
OLDEST_SERVER = 14
"""Older ones don't end sessions that are silent for too long."""
_CONNECT_SECONDS, _PING_SECONDS = "10", "2"
_KEPT_ALIVE = {
    "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "20000",
}  # fmt: skip
"""After so many seconds (the last one: milliseconds) a connection whose other end is gone is an error."""
_CHECKED_MS = 2_000
"""How often a server that works for a connection looks whether its other end is still there."""
_LONGEST_NAME = 63
_SAFE_MODES = ("require", "verify-ca", "verify-full")
_UNDECIDED = "prefer"
"""What libpq does where nobody said anything: encrypted where the server offers it."""
_LIBPQ_WITH_SYSTEMS_AUTHORITIES = 16_00_00


def connect(server: Server, *, name: str, lease_seconds: float | None = None) -> Connection:
    """Connect, in autocommit and in the schema `uploader`; others read `name`.

    With a lease, the server ends the session once it hears nothing for so long.

    Raises JournalError where it can't be reached, refuses, or is not fit; SettingsError where the address is wrong.
    """
    found = _found(server.conninfo)
    is_here = _is_here(found)
    safely = {} if is_here else _safely(found, server)
    asked = {"application_name": name[:_LONGEST_NAME], **_KEPT_ALIVE, **safely}
    if not found.get("connect_timeout"):
        asked["connect_timeout"] = _CONNECT_SECONDS
    address = make_conninfo(server.conninfo, **asked)
    try:
        connection = psycopg.connect(address, password=server.password, autocommit=True, client_encoding="utf8")
    except psycopg.Error as why:
        raise _unconnected(server, address, why, is_here=is_here) from why
    try:
        _make_ready(connection, server, lease_seconds, is_here=is_here)
    except psycopg.Error as why:
        connection.close()
        raise JournalError(Message("team.unusable", place=server.shown, why=said(why))) from why
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def errors_at(server: Server) -> Iterator[None]:
    """What the server refuses as JournalErrors, a role that it doesn't know as SettingsError; the SQLSTATE decides."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as why:
        raise JournalError(Message("team.no_right", place=server.shown, why=said(why))) from why
    except psycopg.errors.UndefinedObject as why:  # of all that we name, only roles are given to us
        raise SettingsError(Message("team.no_such_role", place=server.shown, why=said(why))) from why
    except psycopg.Error as why:
        raise JournalError(Message("team.unusable", place=server.shown, why=said(why))) from why


def said(why: psycopg.Error) -> str:
    """What the server or libpq said, without what it advises. Neither ever quotes a password."""
    text = (why.diag.message_primary or str(why)).strip().partition("\n")[0]
    return " ".join(text.split()).removeprefix("connection failed: ").rstrip(".")


def is_encrypted(connection: Connection) -> bool:
    """Whether what goes through it is encrypted by TLS."""
    return connection.pgconn.ssl_in_use


@cache
def _found(conninfo: str) -> Mapping[str, str]:
    """What libpq will go by: the address, and what the environment, the service file and its own defaults add.

    It is asked by beginning a connection, over which nothing is sent: only then does it read the service file. Once:
    it looks the host up meanwhile, and no other thread runs.
    """
    try:
        begun = pq.PGconn.connect_start(conninfo.encode())
        options = begun.info
        message = begun.get_error_message()
        begun.finish()
    except psycopg.Error as why:
        raise SettingsError(Message("team.wrong_option", why=said(why))) from why
    found = {one.keyword.decode(): one.val.decode() for one in options if one.val is not None}
    if not found.get("dbname"):  # it stopped before its defaults: an option, or the service, is wrong
        raise SettingsError(Message("team.wrong_option", why=" ".join(message.split())))
    return found


def _is_here(found: Mapping[str, str]) -> bool:
    """Whether all hosts are this computer."""
    hosts = found.get("hostaddr") or found.get("host") or ""
    return all(_is_loopback(host) for host in hosts.split(","))


def _is_loopback(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):  # a Unix socket
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _safely(found: Mapping[str, str], server: Server) -> dict[str, str]:
    """How a connection that leaves this computer is made safe."""
    mode = found.get("sslmode", _UNDECIDED)
    if mode in _SAFE_MODES:
        return {"gssencmode": "disable"}
    if mode != _UNDECIDED:
        raise SettingsError(Message("team.tls_switched_off", place=server.shown, mode=mode))
    if found.get("sslrootcert") or pq.version() < _LIBPQ_WITH_SYSTEMS_AUTHORITIES:
        return {"gssencmode": "disable", "sslmode": "verify-full"}
    return {"gssencmode": "disable", "sslmode": "verify-full", "sslrootcert": "system"}


def _unconnected(server: Server, address: str, why: psycopg.Error, *, is_here: bool) -> JournalError:
    """Why there is no connection, by how far it came."""
    code = "team.unreachable"
    if why.pgconn is not None and why.pgconn.needs_password:
        code = "team.no_password"
    elif why.pgconn is not None and why.pgconn.used_password:
        code = "team.may_not_connect" if "CONNECT" in str(why) else "team.refused"
    elif why.pgconn is not None and not isinstance(why, psycopg.errors.ConnectionTimeout):
        code = _answered(address, str(why), is_here=is_here)
    return JournalError(Message(code, place=server.shown, why=said(why)))


def _answered(address: str, text: str, *, is_here: bool) -> str:
    """What the server answers if no password is asked for.

    libpq passes no SQLSTATE of a connection on, but goes by it for `ping`; meanwhile no other thread runs.
    """
    reached = pq.PGconn.ping(make_conninfo(address, connect_timeout=_PING_SECONDS).encode())
    if reached == pq.Ping.NO_RESPONSE and "certificate" in text:
        return "team.certificate"
    if reached == pq.Ping.NO_RESPONSE and not is_here and _answers_in_the_open(address):
        return "team.no_tls"
    if reached == pq.Ping.REJECT:
        return "team.not_ready"
    if reached != pq.Ping.OK:
        return "team.unreachable"
    return "team.may_not_connect" if "CONNECT" in text else "team.refused"


def _answers_in_the_open(address: str) -> bool:
    """Whether somebody speaks PostgreSQL there if encryption is not asked for; no name of ours is sent."""
    nobody = {"user": "uploader", "dbname": "postgres", "connect_timeout": _PING_SECONDS}
    plain = make_conninfo(address, sslmode="disable", sslrootcert="", **nobody)
    return pq.PGconn.ping(plain.encode()) in (pq.Ping.OK, pq.Ping.REJECT)


def _make_ready(connection: Connection, server: Server, lease_seconds: float | None, *, is_here: bool) -> None:
    """Refuse what is not fit, and set the session up. Raises JournalError or psycopg.Error."""
    info = connection.info
    if not ((is_here and _is_loopback(info.hostaddr or info.host)) or is_encrypted(connection)):
        raise JournalError(Message("team.no_tls", place=server.shown, why=Message("team.not_encrypted")))
    if info.server_version < OLDEST_SERVER * 10_000:
        has = str(info.server_version // 10_000)
        raise JournalError(Message("team.old_server", place=server.shown, has=has, needs=str(OLDEST_SERVER)))
    encoding = info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise JournalError(Message("team.not_utf8", place=server.shown, encoding=encoding))
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    if row is None or row[0] != info.backend_pid:  # locks and leases are the session's, and it would not be ours
        raise JournalError(Message("team.pooled", place=server.shown))
    idle_ms = 0 if lease_seconds is None else max(1, round(lease_seconds * 1000))
    connection.execute(
        f"SET search_path TO {SCHEMA}; SET timezone TO 'UTC'; SET statement_timeout TO 0; SET jit TO off;"
        f"SET idle_session_timeout TO {idle_ms}; SET idle_in_transaction_session_timeout TO {idle_ms};"
        # An intent that the server would lose in a crash is a row that is sent twice.
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    with suppress(psycopg.errors.InvalidParameterValue):  # a server on Windows can't
        connection.execute(f"SET client_connection_check_interval TO {_CHECKED_MS}")
