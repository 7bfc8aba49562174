"""STAND-IN until the branch with the real one is merged."""

from collections.abc import Sequence
from pathlib import Path

from uploader.actions.options import ReadOptions
from uploader.actions.session import Session
from uploader.i18n import Message


def annotate_list(_: Path, __: ReadOptions, ___: Session) -> tuple[Path | None, Sequence[Message]]:
    """Stand-in."""
    return None, [Message("web.no_such_list")]


def annotate_job(_: int, __: Session, *, sandbox: bool) -> tuple[Path | None, Sequence[Message]]:
    """Stand-in."""
    return None, [Message("web.no_such_job" if sandbox else "web.no_such_list")]
