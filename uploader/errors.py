"""What can go wrong with a run as a whole; what goes wrong with one row is a value (see `model`), never one of these.

Each carries a message: a code with facts, that a face renders in the person's language and ways.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from uploader.i18n.message import Message


class UploaderError(Exception):
    """A run can't start or can't continue, for a reason that the user can understand and fix."""

    exit_code = 2
    """What a command ends with that it stops: nothing was sent."""
    list_path: Path | None = None
    template: str | None = None
    """What it was about, where the command knows."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(self.message)

    def __str__(self) -> str:
        """The sentence in English, for those who call from Python."""
        from uploader.i18n.render import render  # noqa: PLC0415  # `--help` must not pay for it

        return render(self.message, "en", face="python")


@contextmanager
def about(list_path: Path | None, template: str | None) -> Iterator[None]:
    """Errors of the block know the list and the template that they are about, where they don't know better."""
    try:
        yield
    except UploaderError as error:
        error.list_path = error.list_path or list_path
        error.template = error.template or template
        raise


class ListError(UploaderError):
    """The list can't be read as a table, or its columns don't fit the template."""


class EmptyListError(ListError):
    """The list has a header and no rows."""

    def __init__(self, message: Message, header: Sequence[str] = (), header_row: int = 1) -> None:
        super().__init__(message)
        self.header, self.header_row = tuple(header), header_row


class SeveralSheetsError(ListError):
    """A workbook has several sheets that could be the list; a person may be asked which one it is."""

    def __init__(self, message: Message, sheets: Sequence[str]) -> None:
        super().__init__(message)
        self.sheets = tuple(sheets)


class ColumnError(ListError):
    """A field has no column, or several; a person may be asked which one it is."""

    def __init__(self, message: Message, field: str, header: Sequence[str], candidates: Sequence[int]) -> None:
        super().__init__(message)
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

    exit_code = 4


class JournalLostError(JournalError):
    """The connection to the journal is lost; what was asked of it may or may not have been kept."""


class WorkbookError(UploaderError):
    """A workbook of ours can't be written where it should be."""

    exit_code = 4


class BusyError(UploaderError):
    """Another run holds what this one needs."""

    exit_code = 4


class CancelledError(UploaderError):
    """The person wanted it to end before anything was sent, or in a step that can be done again."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__(Message("interrupted"))
