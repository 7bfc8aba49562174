"""Set up a team's journal, and bring it to today's version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from uploader.actions.session import Session, sender
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.journal import Server

if TYPE_CHECKING:
    from uploader.journal.postgres.setting_up import Made


@dataclass(frozen=True, slots=True)
class Recovered:
    """What had been kept on this computer, and is in the team's journal now."""

    answers: int
    files: int
    left: Sequence[Message]
    """Why other files stay here."""


def team_of(session: Session) -> Server:
    """Where the team's journal is. Raises SettingsError where this computer keeps one of its own."""
    place = session.journal_place()
    if not isinstance(place, Server):
        raise SettingsError(Message("journal_command.no_team"))
    return place


def place_of(session: Session) -> str:
    """The team's journal as people read it."""
    return team_of(session).shown


def name_here() -> str:
    """How the server knows this computer."""
    who = sender()
    return f"uploader {who.user}@{who.machine}"


def init(session: Session, *, senders: str | None, readers: str | None) -> "Made":
    """Make the team's journal, and give roles their rights. Raises JournalError or SettingsError."""
    server = team_of(session)
    from uploader.journal.postgres import setting_up  # noqa: PLC0415  # psycopg is not everybody's

    return setting_up.make(server, senders=senders, readers=readers, name=name_here())


def migrate(session: Session) -> "Made":
    """Bring the team's journal to today's version. Raises JournalError or SettingsError."""
    server = team_of(session)
    from uploader.journal.postgres import setting_up  # noqa: PLC0415  # psycopg is not everybody's

    return setting_up.migrate(server, name=name_here())


def recover(session: Session) -> Recovered:
    """Write what this computer kept while the team's journal was out of reach. Raises JournalError or SettingsError."""
    server = team_of(session)
    from uploader.journal.postgres.journal import PostgresJournal  # noqa: PLC0415  # psycopg is not everybody's

    with PostgresJournal(server) as journal:  # to open it is enough
        written = journal.written_back
        return Recovered(written.answers, written.files, tuple(written.left.values()))
