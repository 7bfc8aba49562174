"""Where the journals are, in the folder of the user."""

from pathlib import Path

_JOURNAL, _SANDBOX = "journal.db", "sandbox.db"
_SANDBOX_OF_0_1_0 = "practice.db"


def journal_path(home: Path, *, sandbox: bool = False) -> Path:
    """Where the journal is, or will be; the sandbox has its own, and never touches the real one.

    The sandbox's journal of version 0.1.0 gets today's name here. Raises JournalError while somebody else has it open.
    """
    if not sandbox:
        return home / _JOURNAL
    place, old = home / _SANDBOX, home / _SANDBOX_OF_0_1_0
    if old.exists() and not place.exists():
        from uploader.journal import sqlite  # noqa: PLC0415  # hardly anybody has one

        sqlite.rename(old, place)
    return place
