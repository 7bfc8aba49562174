"""Where the journals are: in the folder of the user, or a team's on a server."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.journal.servers import Server

Place: TypeAlias = Path | Server
"""A file of SQLite, or a database of PostgreSQL."""

SETTINGS_FILE = "settings.toml"
_VARIABLE, _KEY = "UPLOADER_JOURNAL", "journal"
_JOURNAL, _SANDBOX = "journal.db", "sandbox.db"
_SANDBOX_OF_0_1_0 = "practice.db"
_UNWRITTEN = "unwritten"


def journal_place(home: Path, environment: Mapping[str, str], *, sandbox: bool = False) -> Place:
    """Where the journal is, or will be: what the environment says, else the settings file of the home, else a file.

    The sandbox's is always a file. Raises SettingsError where what they say is wrong; JournalError as `journal_path`.
    """
    server = None if sandbox else _team_server(home, environment)
    if server is None:
        return journal_path(home, sandbox=sandbox)
    return replace(server, unwritten=home / _UNWRITTEN)


def journal_path(home: Path, *, sandbox: bool = False) -> Path:
    """Where the journal of this computer is, or will be; the sandbox has its own, and never touches the real one.

    The sandbox's journal of version 0.1.0 gets today's name here. Raises JournalError while somebody else has it open.
    """
    if not sandbox:
        return home / _JOURNAL
    place, old = home / _SANDBOX, home / _SANDBOX_OF_0_1_0
    if old.exists() and not place.exists():
        from uploader.journal import sqlite  # noqa: PLC0415  # hardly anybody has one

        sqlite.rename(old, place)
    return place


def _team_server(home: Path, environment: Mapping[str, str]) -> Server | None:
    """The server that the environment or the settings file names, if one does."""
    given = environment.get(_VARIABLE, "").strip()
    if given:
        return Server.of(given)
    kept = _kept_address(home / SETTINGS_FILE)
    server = Server.of(kept) if kept else None
    if server is not None and server.password is not None:
        raise SettingsError(Message("team.password_in_file", path=str(home / SETTINGS_FILE)))
    return server


def _kept_address(path: Path) -> str:
    """What the settings file says of the journal, "" if nothing. What it holds is not quoted."""
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as why:
        raise SettingsError(Message("team.settings_unreadable", path=str(path), why=why.strerror or str(why))) from why
    import tomllib  # noqa: PLC0415  # hardly anybody has one

    try:
        settings = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as why:
        said = Message("team.settings_not_toml")
        raise SettingsError(Message("team.settings_unreadable", path=str(path), why=said)) from why
    unknown = [name for name in settings if name != _KEY]
    address = settings.get(_KEY, "")
    if unknown or not isinstance(address, str):
        raise SettingsError(Message("team.settings_wrong", path=str(path)))
    return address.strip()
