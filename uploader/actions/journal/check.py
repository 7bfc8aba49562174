"""Look where the journal is, and whether it can be used."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from uploader.actions.journal.team import name_here
from uploader.actions.session import Session
from uploader.actions.steps.writing import own_jobs
from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal import OwnJob, Server, left_team

if TYPE_CHECKING:
    from uploader.journal.postgres.looking import TeamFacts
    from uploader.journal.sqlite.looking import FileFacts

_CLOCKS_DIFFER_SECONDS = 60
"""From where on a person who compares times would wonder."""


@dataclass(frozen=True, slots=True)
class JournalCheck:
    """Where the journal is, and what is to be said of it."""

    shown: str
    """Its path, or the host and the database."""
    file: "FileFacts | None" = None
    """Of a journal on this computer that is there."""
    team: "TeamFacts | None" = None
    problems: Sequence[Message] = field(default_factory=tuple)
    """Why it can't be used."""
    warnings: Sequence[Message] = field(default_factory=tuple)
    """What should be improved."""


def check(session: Session) -> JournalCheck:
    """Look at the journal. Raises JournalError where it can't be reached or is damaged, SettingsError."""
    place = session.journal_place()
    if isinstance(place, Server):
        return _of_team(place, session)
    left = left_team(session.home, session.environment)
    problems = () if left is None else (left,)
    if not place.exists():
        return JournalCheck(str(place), problems=problems)
    from uploader.journal.sqlite.looking import look_at  # noqa: PLC0415  # one of two

    return JournalCheck(str(place), file=look_at(place), problems=problems)


def _of_team(server: Server, session: Session) -> JournalCheck:
    from uploader.journal.postgres.looking import look_at  # noqa: PLC0415  # psycopg is not everybody's
    from uploader.journal.postgres.setting_up import wrong_version  # noqa: PLC0415  # as above

    found = look_at(server, name=name_here(), own_jobs=_own_jobs(session))
    problem = wrong_version(found.version, found.place)
    return JournalCheck(
        server.shown, team=found, problems=() if problem is None else (problem,), warnings=tuple(_warnings(found))
    )


def _own_jobs(session: Session) -> Sequence[OwnJob]:
    try:
        return own_jobs(session)
    except JournalError as why:
        session.tell(why.message)
        return ()


def _warnings(found: "TeamFacts") -> list[Message]:
    said = []
    if found.is_read_only:
        said.append(Message("journal_command.read_only"))
    elif found.is_of_today and not found.may_write:
        said.append(Message("journal_command.may_read"))
    if found.missing:
        said.append(Message("journal_command.not_copied", count=found.missing))
    for setting in found.switched_off:
        is_ours = setting.startswith("synchronous_commit")
        code = "journal_command.not_durable_by_default" if is_ours else "journal_command.not_durable"
        said.append(Message(code, setting=setting))
    if abs(found.clock_seconds) >= _CLOCKS_DIFFER_SECONDS:
        said.append(Message("journal_command.clock_is_off", seconds=round(abs(found.clock_seconds))))
    return said
