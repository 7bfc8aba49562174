"""uploader sends a spreadsheet to an API, one request per row, and gives it back with what happened to every row.

The public Python API: `check`, `preview`, `send`, `resume`, `results`, `history`, `settle` and `verify` with
what they take (`ReadOptions`, `SendOptions`, `Session`, `SilentUi`), `open_list`, and the errors. Each is imported when
it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uploader.actions.check import check as check
    from uploader.actions.history import history as history
    from uploader.actions.options import ReadOptions as ReadOptions
    from uploader.actions.options import SendOptions as SendOptions
    from uploader.actions.preview import preview as preview
    from uploader.actions.results import results as results
    from uploader.actions.resume import resume as resume
    from uploader.actions.send import send as send
    from uploader.actions.session import Session as Session
    from uploader.actions.session import SilentUi as SilentUi
    from uploader.actions.settle import settle as settle
    from uploader.actions.verify import verify as verify
    from uploader.errors import BusyError as BusyError
    from uploader.errors import CancelledError as CancelledError
    from uploader.errors import JournalError as JournalError
    from uploader.errors import ListError as ListError
    from uploader.errors import SettingsError as SettingsError
    from uploader.errors import TemplateError as TemplateError
    from uploader.errors import UploaderError as UploaderError
    from uploader.errors import WorkbookError as WorkbookError
    from uploader.model.job import Summary as Summary
    from uploader.model.rows import Status as Status
    from uploader.readers import open_list as open_list

__version__ = "0.1.0"

_HOMES = {
    **{verb: f"uploader.actions.{verb}" for verb in (
        "check", "history", "preview", "results", "resume", "send", "settle", "verify",
    )},
    "ReadOptions": "uploader.actions.options",
    "SendOptions": "uploader.actions.options",
    "Session": "uploader.actions.session",
    "SilentUi": "uploader.actions.session",
    "Status": "uploader.model.rows",
    "Summary": "uploader.model.job",
    "open_list": "uploader.readers",
    **dict.fromkeys(
        ("UploaderError", "BusyError", "CancelledError", "JournalError", "ListError", "SettingsError", "TemplateError",
         "WorkbookError"),
        "uploader.errors",
    ),
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Import what is asked for from where it lives: `import uploader` alone must not pay for it."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
