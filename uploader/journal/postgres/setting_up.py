"""A team's journal is made, brought to today's version, and its roles get their rights."""

from dataclasses import dataclass

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.postgres import schema
from uploader.journal.postgres.connecting import connect, errors_at
from uploader.journal.postgres.rights import grant
from uploader.journal.servers import Server


@dataclass(frozen=True, slots=True)
class Made:
    """The tables of a team's journal after a command."""

    place: str
    was: int | None
    """Their version before; None where there were none."""
    version: int


def make(server: Server, *, senders: str | None, readers: str | None, name: str) -> Made:
    """Make the tables where there are none, and give the roles their rights: all of it or nothing; what is there stays.

    Raises JournalError where the tables are of another version, or the user may not do it.
    """
    with errors_at(server), connect(server, name=name) as connection:
        with connection.transaction():
            was = schema.version(connection)
            if was is None:
                schema.make(connection)
            else:
                check_version(was, server)
            grant(connection, senders, readers)
        return Made(server.shown, was, schema.VERSION)


def migrate(server: Server, *, name: str) -> Made:
    """Make older tables those of today. Raises JournalError where there are none, or they are newer."""
    with errors_at(server), connect(server, name=name) as connection:
        was = schema.version(connection)
        if was is None or was > schema.VERSION:
            check_version(was, server)
        elif was < schema.VERSION:
            schema.upgrade(connection)
        return Made(server.shown, was, schema.VERSION)


def check_version(version: int | None, server: Server) -> None:
    """Refuse tables that this uploader can't use. Raises JournalError, which names the command that mends it."""
    why = wrong_version(version, server.shown)
    if why is not None:
        raise JournalError(why)


def wrong_version(version: int | None, place: str) -> Message | None:
    """Why tables of that version can't be used here; None if they can."""
    if version is None:
        return Message("team.no_tables", place=place)
    if version == schema.VERSION:
        return None
    code = "team.older_tables" if version < schema.VERSION else "team.newer_tables"
    return Message(code, place=place, version=version, needed=schema.VERSION)
