"""A DataFrame as a list: its cells as text, and the job by which it was sent."""

from typing import TYPE_CHECKING

from uploader.actions.session import Session
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.readers.memory import MemoryList

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MemoryList", "job_of", "list_of"]


def list_of(frame: "pd.DataFrame") -> MemoryList:
    """The rows of a DataFrame as text. Raises ListError."""
    from uploader.readers import frame as frames  # noqa: PLC0415  # only who has a DataFrame pays for pandas

    return frames.list_of(frame)


def job_of(frame: "pd.DataFrame", session: Session, *, sandbox: bool) -> int:
    """The number of the last job of this DataFrame. Raises SettingsError where there is none."""
    memory_list = list_of(frame)
    with session.journal(sandbox=sandbox) as journal:
        jobs = journal.jobs(memory_list.sha256)
    if not jobs:
        raise SettingsError(Message("frame.never_sent", name=memory_list.path.name))
    return jobs[0].id
