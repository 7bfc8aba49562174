"""Whether a workbook can be written at a place, and what stands there; looked at long before one is written."""

from pathlib import Path

from uploader.errors import WorkbookError
from uploader.i18n import Message
from uploader.workbooks.xlsx.moving import FileIdentity, check_folder


def check_writable(path: Path) -> None:
    """Raise WorkbookError where a workbook could not be written to `path` later on."""
    try:
        check_folder(path.parent)
        if path.exists():
            with path.open("r+b"):  # refused on Windows while the workbook is open in Excel
                pass
    except OSError as why:
        raise not_written(path, why) from why


def standing_at(path: Path) -> FileIdentity | None:
    """What stands where a workbook is to go, None for nothing. Raises WorkbookError where nobody can look at it."""
    try:
        return FileIdentity.of(path)
    except OSError as why:
        raise not_written(path, why) from why


def not_written(path: Path, why: Exception) -> WorkbookError:
    """The error of a workbook that could not be written there."""
    reason = why.strerror if isinstance(why, OSError) and why.strerror else str(why)
    return WorkbookError(Message("workbook.not_written", path=str(path), why=reason))
