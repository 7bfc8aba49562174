"""Copy a computer's history into the team's journal."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.actions.journal.team import name_here, place_of, team_of
from uploader.actions.session import Session
from uploader.journal import journal_path, remember_team

if TYPE_CHECKING:
    from uploader.journal.postgres.copying import CopiedJob

__all__ = ["OF_THIS_COMPUTER", "copy", "place_of"]

OF_THIS_COMPUTER = "sqlite"


def copy(source: str, session: Session, on_job: "Callable[[CopiedJob], None]") -> "Sequence[CopiedJob]":
    """Copy the journal of this computer, `sqlite`, or the one at a path; `on_job` hears of each job that is kept.

    Raises JournalError or SettingsError.
    """
    server = team_of(session)
    from uploader.journal.postgres.copying import copy_history  # noqa: PLC0415  # psycopg is not everybody's

    path = journal_path(session.home) if source == OF_THIS_COMPUTER else Path(source).expanduser().absolute()
    if source == OF_THIS_COMPUTER:  # which joins the team by that
        remember_team(session.home, server)
    return copy_history(path, server, name=name_here(), on_job=on_job)
