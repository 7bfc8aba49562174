"""The journal for who writes into it: the one that this computer uses, and no row that it sent is unknown there."""

from collections.abc import Sequence

from uploader.actions.session import Session
from uploader.errors import JournalError, SettingsError
from uploader.i18n import Message
from uploader.journal import Journal, OwnJob, Server, check_not_left, journal_path, left_team, remember_team


def writable_journal(session: Session, *, sandbox: bool = False) -> Journal:
    """The journal, opened to be written. Close it, or use it in a `with`.

    Raises SettingsError where this computer has used a team's journal and nothing says so any more, JournalError where
    this user may only look.
    """
    if sandbox:
        return session.journal(sandbox=True)
    check_not_left(session.home, session.environment)
    place = session.journal_place()
    journal = session.open_journal(place)
    try:
        journal.check_may_write()
        if isinstance(place, Server):
            remember_team(session.home, place)
    except BaseException:
        journal.close()
        raise
    return journal


def check_may_send(session: Session, *, sandbox: bool = False) -> None:
    """Refuse who can't send a list of their own, before anything is asked.

    Raises as `writable_journal` and `check_copied`.
    """
    if sandbox:
        return
    if isinstance(session.journal_place(), Server):
        with writable_journal(session) as journal:
            check_copied(journal, session)
        return
    check_not_left(session.home, session.environment)


def check_copied(journal: Journal, session: Session) -> None:
    """Refuse to send while the team's journal lacks jobs of this computer's own: their rows would go again.

    Raises SettingsError; JournalError where the own journal can't be read.
    """
    count = journal.lacks(own_jobs(session))
    if count:
        raise SettingsError(Message("team.own_not_copied", count=count, path=str(journal_path(session.home))))


def tell_of_other_journal(journal: Journal | None, session: Session) -> None:
    """Who only looks hears why nothing could be sent with that journal."""
    session.tell(left_team(session.home, session.environment))
    if journal is None:
        return
    try:
        check_copied(journal, session)
    except (SettingsError, JournalError) as why:
        session.tell(why.message)


def own_jobs(session: Session) -> Sequence[OwnJob]:
    """The jobs in this computer's own journal, which it had before it joined the team. Raises JournalError."""
    own = journal_path(session.home)
    if not isinstance(session.journal_place(), Server) or not own.exists():
        return ()
    from uploader.journal.sqlite.looking import jobs_to_copy  # noqa: PLC0415  # few have one besides

    return jobs_to_copy(own)
