"""uploader sends a spreadsheet to an API, one request per row, and gives it back with what happened to every row.

The public Python API: the use cases `check`, `preview`, `send`, `results` and `history` with what they take
(`Reading`, `Sending`, `Surroundings`), `open_list`, and the errors. Each is imported when it is first asked for.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "check": "uploader.actions.check",
    "preview": "uploader.actions.check",
    "resume": "uploader.actions.send",
    "send": "uploader.actions.send",
    "results": "uploader.actions.history",
    "history": "uploader.actions.history",
    "Session": "uploader.actions.session",
    "ReadOptions": "uploader.checks.checked_list",
    "SendOptions": "uploader.sending.sender",
    "Settings": "uploader.model.settings",
    "Status": "uploader.model.rows",
    "Summary": "uploader.model.job",
    "open_list": "uploader.readers",
    "UploaderError": "uploader.errors",
    "ListError": "uploader.errors",
    "TemplateError": "uploader.errors",
    "SettingsError": "uploader.errors",
    "JournalError": "uploader.errors",
    "WorkbookError": "uploader.errors",
}


def __getattr__(name: str) -> object:
    """Import what is asked for from where it lives: `import uploader` alone must not pay for pandas."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
