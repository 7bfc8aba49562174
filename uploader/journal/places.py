"""Where the journals are: in the folder of the user, or a team's on a server."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from uploader.errors import JournalError, SettingsError
from uploader.i18n import Message
from uploader.journal.servers import Server

Place: TypeAlias = Path | Server
"""A file of SQLite, or a database of PostgreSQL."""

SETTINGS_FILE, TEAM_FILE = "settings.toml", "team.txt"
_VARIABLE, _KEY = "UPLOADER_JOURNAL", "journal"
_OWN = "sqlite"
"""What the settings file says where a computer keeps a journal of its own on purpose."""
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


def remember_team(home: Path, server: Server) -> None:
    """Note that this computer writes into that journal, without user and password. Raises JournalError."""
    path, text = home / TEAM_FILE, f"{server.shown}\n"
    try:
        if _text_of(path) != text:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_text(text, encoding="utf-8")
    except OSError as why:
        raise JournalError(Message("team.not_remembered", path=str(path), why=why.strerror or str(why))) from why


def left_team(home: Path, environment: Mapping[str, str]) -> Message | None:
    """Why this computer's own journal must not be written; None if it may.

    It has written into a team's journal, and by now neither the environment nor the settings file says anything. Raises
    SettingsError where what they say is wrong.
    """
    if environment.get(_VARIABLE, "").strip() or _kept_address(home / SETTINGS_FILE) is not None:
        return None
    team = _text_of(home / TEAM_FILE)
    if team is None:
        return None
    return Message("team.left", place=team.strip(), path=str(home / SETTINGS_FILE))


def check_not_left(home: Path, environment: Mapping[str, str]) -> None:
    """Raises SettingsError where this computer's own journal must not be written; see `left_team`."""
    left = left_team(home, environment)
    if left is not None:
        raise SettingsError(left)


def _text_of(path: Path) -> str | None:
    """What the file says; None where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def _team_server(home: Path, environment: Mapping[str, str]) -> Server | None:
    """The server that the environment or the settings file names, if one does."""
    given = environment.get(_VARIABLE, "").strip()
    if given:
        return Server.of(given)
    kept = _kept_address(home / SETTINGS_FILE)
    server = None if kept in (None, _OWN) else Server.of(kept)
    if server is not None and server.password is not None:
        raise SettingsError(Message("team.password_in_file", path=str(home / SETTINGS_FILE)))
    return server


def _kept_address(path: Path) -> str | None:
    """What the settings file says of the journal, None if nothing. What it holds is not quoted."""
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as why:
        raise SettingsError(Message("team.settings_unreadable", path=str(path), why=why.strerror or str(why))) from why
    import tomllib  # noqa: PLC0415  # hardly anybody has one

    try:
        settings = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as why:
        said = Message("team.settings_not_toml")
        raise SettingsError(Message("team.settings_unreadable", path=str(path), why=said)) from why
    unknown = [name for name in settings if name != _KEY]
    address = settings.get(_KEY)
    if unknown or not isinstance(address, str | None):
        raise SettingsError(Message("team.settings_wrong", path=str(path)))
    if address is not None and not address.strip():
        raise SettingsError(Message("team.settings_empty", path=str(path)))
    return None if address is None else address.strip()
