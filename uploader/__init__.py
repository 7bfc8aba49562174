"""uploader sends a spreadsheet to an API, one request per row, and gives it back with what happened to every row.

The public Python API, which docs/python.md shows: `read`, `check`, `preview`, `send`, `resume`, `results`, `history`,
`settle`, `verify`, what they return and raise, and the port for a person, `Ui`. Importing it costs nothing: what a name
stands for is imported where it is first used.
"""

TYPE_CHECKING = False  # as that of `typing`, whose import alone would take most of the time
if TYPE_CHECKING:
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
        JournalLostError,
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
    "JournalLostError",
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

_PLACES = {
    "uploader.actions.ui": ("SilentUi", "Ui"),
    "uploader.api.jobs": ("history", "results", "settle", "verify"),
    "uploader.api.lists": ("check", "preview", "read"),
    "uploader.api.outcomes": ("Check", "Preview", "Result", "Verification"),
    "uploader.api.sending": ("resume", "send"),
    "uploader.api.sentences": ("sentence",),
    "uploader.api.sessions": ("SettingValues",),
    "uploader.i18n": ("Message",),
    "uploader.model.events": ("events",),
    "uploader.model.questions": ("questions",),
    "uploader.model.rows": ("Status",),
}
"""Where each name is; a module is offered under its own, and all others are errors."""

if not TYPE_CHECKING:  # a type checker would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Import what the name stands for. The command begins here, too, and may be ended before it has begun."""
        if name not in __all__:
            raise AttributeError(f"module 'uploader' has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415  # the command does without

        place = next((place for place, names in _PLACES.items() if name in names), "uploader.errors")
        module = import_module(place)
        found = globals()[name] = getattr(module, name, module)
        return found

    def __dir__() -> list[str]:
        return __all__
