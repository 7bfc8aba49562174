"""What can go wrong with a run as a whole; what goes wrong with one row is a value (see `model`), never one of these.

The text of each is a sentence for the user: what, where, why, and what mends it.
"""

from collections.abc import Sequence
from pathlib import Path


class UploaderError(Exception):
    """A run can't start or can't go on, for a reason that the user can understand and mend."""

    list_path: Path | None = None
    template: str | None = None
    """What it was about, where the command knows."""


class ListError(UploaderError):
    """The list can't be read as a table, or its columns don't fit the template."""


class SeveralSheetsError(ListError):
    """A workbook has several sheets that could be the list; a person may be asked which one it is."""

    def __init__(self, words: str, sheets: Sequence[str]) -> None:
        super().__init__(words)
        self.sheets = tuple(sheets)


class ColumnError(ListError):
    """A field has no column, or several; a person may be asked which one it is."""

    def __init__(self, words: str, field: str, header: Sequence[str], candidates: Sequence[int]) -> None:
        super().__init__(words)
        self.field = field
        self.header = tuple(header)
        self.candidates = tuple(candidates)
        """The positions of the columns that could be meant."""
        self.first_row: Sequence[str] = [""] * len(self.header)
        """What stands below the header, where it is known."""


class TemplateError(UploaderError):
    """A template or its API profile is missing or wrong."""


class SettingsError(UploaderError):
    """An option or a setting is missing, wrong, or contradicts another."""


class JournalError(UploaderError):
    """The journal can't be opened, read or written."""


class WorkbookError(UploaderError):
    """A workbook of ours can't be written where it should stand."""


class BusyError(UploaderError):
    """Another run on this computer holds what this one needs."""


class CancelledError(UploaderError):
    """The person wanted it to end before anything was sent, or in a step that can be done again."""
