"""uploader sends a spreadsheet to an API, one request per row, and gives it back with what happened to every row.

The public Python API, which docs/python.md shows: `read`, `check`, `preview`, `send`, `resume`, `results`, `history`,
`settle`, `verify`, what they return and raise, and the port for a person, `Ui`. Importing it is cheap: pandas and
what sends are imported by the first call that needs them.
"""

from uploader.actions.ui import SilentUi, Ui
from uploader.api.jobs import history, results, settle, verify
from uploader.api.lists import check, preview, read
from uploader.api.outcomes import Check, Preview, Result, Verification
from uploader.api.sending import resume, send
from uploader.api.sentences import sentence
from uploader.api.sessions import SettingValues
from uploader.errors import (
    BusyError,
    CancelledError,
    ColumnError,
    EmptyListError,
    JournalError,
    ListError,
    SettingsError,
    SeveralSheetsError,
    TemplateError,
    UploaderError,
    WorkbookError,
)
from uploader.i18n import Message
from uploader.model import events, questions
from uploader.model.rows import Status

__version__ = "0.1.0"

__all__ = [
    "BusyError",
    "CancelledError",
    "Check",
    "ColumnError",
    "EmptyListError",
    "JournalError",
    "ListError",
    "Message",
    "Preview",
    "Result",
    "SettingValues",
    "SettingsError",
    "SeveralSheetsError",
    "SilentUi",
    "Status",
    "TemplateError",
    "Ui",
    "UploaderError",
    "Verification",
    "WorkbookError",
    "check",
    "events",
    "history",
    "preview",
    "questions",
    "read",
    "results",
    "resume",
    "send",
    "sentence",
    "settle",
    "verify",
]
