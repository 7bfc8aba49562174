"""What this computer sent before it joined a team, and the team doesn't know."""

from uploader.actions.session import Session
from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal import Journal, Server, journal_path


def tell_of_uncopied(journal: Journal, session: Session) -> None:
    """Tell the person where jobs of this computer's own journal are not in the team's: their rows could go again."""
    own = journal_path(session.home)
    if not isinstance(session.journal_place(), Server) or not own.exists():
        return
    from uploader.journal.sqlite.looking import newest_job_keys  # noqa: PLC0415  # few have one besides

    try:
        keys = newest_job_keys(own)
    except JournalError as why:
        session.tell(why.message)
        return
    if any(journal.job_with_key(key) is None for key in keys):
        session.tell(Message("team.own_not_copied"))
