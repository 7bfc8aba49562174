"""What can go wrong with a run as a whole; what goes wrong with one row is a value (see `model`), never one of these.

The text of each is a sentence for the user: what, where, why, and what mends it.
"""

from pathlib import Path


class UploaderError(Exception):
    """A run can't start or can't go on, for a reason that the user can understand and mend."""

    list_path: Path | None = None
    template: str | None = None
    """What it was about, where the command knows."""


class ListError(UploaderError):
    """The list can't be read as a table, or its columns don't fit the template."""


class TemplateError(UploaderError):
    """A template or its API profile is missing or wrong."""


class SettingsError(UploaderError):
    """An option or a setting is missing, wrong, or contradicts another."""


class JournalError(UploaderError):
    """The journal can't be opened, read or written."""


class WorkbookError(UploaderError):
    """A workbook of ours can't be written where it should stand."""
