"""A team's database with what locks need, and its senders: in this process, and in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from uploader.journal.locks.naming import hard_to_guess
from uploader.journal.postgres.connecting import Connection, connect
from uploader.journal.postgres.senders.lease import lease_seconds
from uploader.journal.postgres.senders.locks import PostgresLocks
from uploader.journal.postgres.senders.session import SendingSession
from uploader.journal.servers import Server
from uploader.model.settings import Settings

SHA256 = "ab" * 32
API = "https://wv0042.wolkvox.com"
SETTINGS = Settings({"wolkvox_server": "0042"}, {"wolkvox_token": "a secret token"})

_SENDER = """
import sys
from functools import partial
from tests.journal.postgres.senders.team import API, SETTINGS, SHA256, Team
from uploader.journal.servers import Server
from uploader.model.cancel import CancelToken
from uploader.model.teammates import TokenLimits
team = Team(Server.of(sys.argv[1]))
session = team.session("eva@pc-2")
locks = team.locks_of(session)
def say(*words):
    print(*words, flush=True)
def hold_token(places=2, **how):
    limits = TokenLimits(places, 0.0, 60.0)
    return locks.hold_token(API, SETTINGS, "l.csv", limits=limits, on_wait=say, cancel=CancelToken(), **how)
"""


@dataclass
class Team:
    """Who shares a database."""

    server: Server
    sessions: list[SendingSession] = field(default_factory=list)

    def connection(self, name: str = "test", lease: float | None = None) -> Connection:
        return connect(self.server, name=f"uploader {name}", lease_seconds=lease)

    def session(self, name: str = "ana@pc-1") -> SendingSession:
        made = SendingSession(partial(self.connection, name, lease_seconds()))
        self.sessions.append(made)
        return made

    def locks_of(self, session: SendingSession) -> PostgresLocks:
        return PostgresLocks(session)

    def locks(self, name: str = "ana@pc-1") -> PostgresLocks:
        """Those of another sender."""
        return self.locks_of(self.session(name))

    def close(self) -> None:
        for session in self.sessions:
            session.close()

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """As somebody who looks at the database."""
        with self.connection() as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def job(self, key: str = "a1") -> int:
        """A new job with one row."""
        texts = "list_path, list_name, list_sha256, header, fields, template, template_sha256, destination, settings"
        ((job,),) = self.sql(
            f"INSERT INTO job (key, created_at, results_path, redacted, {texts})"
            f" VALUES (%s, moment_in(0), '', '[]', {', '.join(['%s'] * 9)}) RETURNING id",
            key, "/l.csv", "l.csv", SHA256, "[]", "{}", "t", "cd", API, "{}",
        )  # fmt: skip
        self.sql(
            "INSERT INTO row (job, number, cells, status, advice, faults, waits) VALUES (%s, 2, '[]', '', '', '', 1)",
            job,
        )
        return int(job)

    def run(self, job: int, key: str, token: str = "") -> int:
        """A new run of it."""
        ((run,),) = self.sql(
            'INSERT INTO run (job, started_at, "user", machine, version, template_sha256, destination, key, token)'
            " VALUES (%s, moment_in(0), '', '', '', '', %s, %s, %s) RETURNING id",
            job, API, key, token,
        )  # fmt: skip
        return int(run)

    def attempt(self, run: int, ago: float = 0, **columns: Any) -> int:
        """A request of it that left so many seconds ago."""
        names = "".join(f", {name}" for name in columns)
        marks = ", %s" * len(columns)
        ((attempt,),) = self.sql(
            f"INSERT INTO attempt (job, number, run, sent_at, cells{names})"
            f" SELECT job, 2, id, moment_in(-%s), '[]'{marks} FROM run WHERE id = %s RETURNING id",
            ago, *columns.values(), run,
        )  # fmt: skip
        return int(attempt)

    def end_sessions(self, name: str) -> None:
        """As a server's administrator does it, or a firewall."""
        self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            f"uploader {name}",
        )

    def names_here(self) -> list[str]:
        """Of the sessions of our senders that the server knows."""
        found = self.sql(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE application_name LIKE %s AND datname = current_database() ORDER BY 1",
            "uploader %@%",
        )
        return [name.removeprefix("uploader ") for (name,) in found]

    def holders(self, *names: str) -> list[int]:
        """By how many each of these locks is held."""
        found = self.sql(
            "SELECT (SELECT count(*) FROM holders_of(name)) FROM unnest(%s::text[]) WITH ORDINALITY one (name, nth)"
            " ORDER BY nth",
            list(names),
        )
        return [count for (count,) in found]

    def places(self) -> int:
        """How many places of the token are held, each by one; there may be as many as one wants."""
        held = self.holders(*(f"token:{token_hash()}:{nth}" for nth in range(1, 20)))
        assert set(held) <= {0, 1}
        return sum(held)

    @contextmanager
    def process(self, script: str, lease: float = 30) -> Iterator["subprocess.Popen[str]"]:
        """Eva's sender, on another computer; it is killed at the end of the block."""
        environment = {**os.environ, "UPLOADER_JOURNAL_LEASE": str(lease)}
        command = [sys.executable, "-c", _SENDER + script, self.server.conninfo]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            try:
                yield process
            finally:
                process.kill()


def token_hash() -> str:
    return hard_to_guess(API, *SETTINGS.secret.values(), digits=32)


def said(process: "subprocess.Popen[str]") -> str:
    """The next line of what a sender says."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def go_on(process: "subprocess.Popen[str]") -> None:
    """What it waits for at its `input()` has come."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write("\n")
        process.stdin.flush()
