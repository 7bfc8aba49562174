"""A PostgreSQL server of the tests' own: in a temporary folder, on loopback, gone with the processes that hold it."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ADMIN, OWNER = "admin", "owner"
"""Roles: one that may do anything, and one that owns the tests' databases and nothing else."""
IN_MEMORY: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings of a server that is never killed."""
_ALWAYS: Mapping[str, str] = {"listen_addresses": "'127.0.0.1'", "max_connections": "200", "shared_buffers": "'64MB'"}
_USER = "postgres"
"""Of Debian's package."""
_KEEPER = """
cat "$1/held" # until the last process that holds it has ended, however it did
"$2/pg_ctl" stop -D "$1/data" -m immediate
rm -rf "$1"
"""
_PORTS_TO_TRY = 5


class PostgresMissingError(Exception):
    """There is no PostgreSQL that could be started here; the text says why."""


def binaries() -> Path:
    """The folder of initdb and pg_ctl. Raises PostgresMissingError."""
    newest_last = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    found = shutil.which("initdb") or next(reversed(newest_last), None)
    if found is None or not hasattr(os, "mkfifo"):
        raise PostgresMissingError("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).resolve().parent


@dataclass(frozen=True)
class Cluster:
    """A server in a folder. It ends, and the folder goes, when nobody holds it any more."""

    folder: Path
    port: int

    def uri(self, database: str, role: str = OWNER) -> str:
        """As libpq reads it, over TCP. No password is asked for."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it answers; after a kill it has recovered by then. Raises RuntimeError."""
        log = self.folder / "log"
        if _run("pg_ctl", "start", "-w", "-D", self.data, "-l", log) != 0:
            raise RuntimeError(f"PostgreSQL doesn't start: {log.read_text(errors='replace')[-2000:]}")

    def kill(self) -> None:
        """Stop it as a power cut would: nothing is finished, no one is told."""
        _run("pg_ctl", "stop", "-w", "-D", self.data, "-m", "immediate")

    def held(self) -> int | None:
        """Keep it alive as long as the descriptor is open, which no other program inherits. None if it has ended."""
        try:
            return os.open(self.folder / "held", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return None

    @property
    def data(self) -> Path:
        """The folder of its data and settings."""
        return self.folder / "data"


@contextmanager
def clusters(settings: Mapping[str, str], within: Path | None = None) -> Iterator[Cluster]:
    """A new server with these settings, for the length of the block and no longer. Raises PostgresMissingError.

    `within`: the folder that its own is made in, instead of that for temporary files.
    """
    made, held = made_cluster(settings, within)
    try:
        yield made
    finally:
        made.kill()
        os.close(held)


def made_cluster(settings: Mapping[str, str], within: Path | None = None) -> tuple[Cluster, int]:
    """A new server that runs, and the descriptor that holds it. Raises PostgresMissingError."""
    folder = _folder(within)
    held = _kept(folder)
    cluster = Cluster(folder, _free_port())
    initdb = ("initdb", "--no-sync", "-A", "trust", "-U", ADMIN, "-E", "UTF8", "--locale=C", "-D", cluster.data)
    assert _run(*initdb) == 0, "initdb failed"
    _write(cluster.data / "postgresql.conf", {**_ALWAYS, "unix_socket_directories": f"'{folder}'", **settings})
    for tries_left in reversed(range(_PORTS_TO_TRY)):
        _write(cluster.data / "postgresql.conf", {"port": str(cluster.port)})
        try:
            cluster.start()
            break
        except RuntimeError:  # another process took the port since
            if not tries_left:
                raise
            cluster = Cluster(folder, _free_port())
    return cluster, held


def _folder(within: Path | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="uploader-postgres-", dir=within))  # a socket's path must be short
    os.mkfifo(folder / "held", 0o600)
    if os.geteuid() == 0:
        for path in (folder, folder / "held"):
            shutil.chown(path, _USER, _USER)
    return folder


def _kept(folder: Path) -> int:
    """Start who waits for the end of all who hold the server. Gives what holds it for this process."""
    words = ["sh", "-c", f"({_KEEPER}) </dev/null >/dev/null 2>&1 &", "keeper", str(folder), str(binaries())]
    subprocess.run(words, check=True, start_new_session=True, cwd="/", user=_user(), group=_user())  # no Ctrl-C for it
    return os.open(folder / "held", os.O_WRONLY)


def _run(program: str, *words: str | Path) -> int:
    """The exit code. What the server prints goes to its log."""
    command = [binaries() / program, *words]
    nothing = subprocess.DEVNULL
    ended = subprocess.run(
        command, stdin=nothing, stdout=nothing, stderr=nothing, cwd="/", user=_user(), group=_user(), check=False
    )
    return ended.returncode


def _write(file: Path, settings: Mapping[str, str]) -> None:
    """Of a setting that is there twice, the last one counts."""
    with file.open("a", encoding="utf-8") as end:
        end.writelines(f"{name} = {value}\n" for name, value in settings.items())


def _user() -> str | None:
    """Who runs the server's programs: they refuse root. None is who runs the tests."""
    return _USER if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
