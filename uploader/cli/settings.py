"""The terminal, environment, user folder and language that this process finds, as the session of a command."""

import locale
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uploader.actions.session import Session

_LANGUAGES = {"es": "es", "spanish": "es", "pt": "pt", "portuguese": "pt"}
"""What a locale's name begins with, on Windows and elsewhere, and the language of our texts."""


def session(
    given: dict[str, str],
    *,
    asks: bool,
    with_secrets: bool = True,
    quiet: bool = False,
    language: str | None = None,
    as_json: bool = False,
) -> "Session":
    """The session of a command; `asks` says that the person may be asked, if somebody is there.

    `given` are settings; `language` is the one that the person gave, None is that of the locale.
    """
    from uploader.actions.session import Session
    from uploader.cli.ui import TerminalUi

    language = language or _language()
    is_attended = asks and sys.stdin.isatty() and sys.stderr.isatty()
    return Session(
        home=home(),
        ui=TerminalUi(is_attended=is_attended, language=language, quiet=quiet, as_json=as_json),
        given=given,
        environment=dict(os.environ),
        language=language,
        with_secrets=with_secrets,
    )


def home() -> Path:
    """Where the journal and the user's templates are kept."""
    from uploader.actions.home import home_folder

    return home_folder()


def _language() -> str:
    """The person's language as far as we have texts in it, by the locale; else English."""
    found = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    name = (found or locale.getlocale()[0] or "").lower()
    return next((code for start, code in _LANGUAGES.items() if name.startswith(start)), "en")
