"""The terminal, environment, user folder and language that this process finds, as the session of a command."""

import os
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.i18n.languages import LANGUAGES

if TYPE_CHECKING:
    from uploader.actions.session import Session

_LOCALES = {"es": "es", "spanish": "es", "pt": "pt", "portuguese": "pt"}
"""What a locale's name begins with, on Windows and elsewhere, and the language of our texts."""
_LANGUAGE_OPTIONS = ("--language", "--idioma")


def session(
    given: dict[str, str],
    *,
    asks: bool,
    with_secrets: bool = True,
    quiet: bool = False,
    language: str | None = None,
    as_json: bool = False,
    folder: Path | None = None,
    problems: bool = False,
) -> "Session":
    """The session of a command; `asks` says that the person may be asked, if somebody is there.

    `given` are settings; `language` is the one that the person gave, None is that of the locale. `folder` is for what
    is written beside a list that has no folder of its own. `problems` says that the problems workbook is wanted; else a
    person is asked.
    """
    from uploader.actions.home import secret_store
    from uploader.actions.session import Session
    from uploader.actions.steps.awake import kept_awake
    from uploader.cli.ui import TerminalUi

    language = language or language_of_computer()
    is_attended = asks and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
    return Session(
        home=home(),
        ui=TerminalUi(is_attended=is_attended, language=language, quiet=quiet, as_json=as_json),
        given=given,
        environment=dict(os.environ),
        kept_secret=secret_store.kept,
        language=language,
        with_secrets=with_secrets,
        folder=folder,
        writes_problems=problems or None,
        remembers_mappings=True,
        keeps_awake=kept_awake,
    )


def home() -> Path:
    """Where the journal and the user's templates are kept."""
    from uploader.actions.home.folders import home_folder

    return home_folder()


def language_of(arguments: Sequence[str]) -> str:
    """The reader's language: the last one that was typed anywhere on the line, else that of the computer.

    It is looked for before anything is parsed: what is wrong with the line is said in it, too.
    """
    typed = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    given = [value for before, word in pairwise(["", *typed]) for value in _language_given(before, word)]
    known = [value.lower() for value in given if value.lower() in LANGUAGES]
    return known[-1] if known else language_of_computer()


def _language_given(before: str, word: str) -> Iterator[str]:
    """The value that a word gives, `--language=es`, or that it is, after `--language`."""
    name, equals, value = word.partition("=")
    if equals and name in _LANGUAGE_OPTIONS:
        yield value
    elif before in _LANGUAGE_OPTIONS:
        yield word


def language_of_computer() -> str:
    """The person's language as far as we have texts in it, by the locale; else English."""
    import locale

    found = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    try:
        name = (found or locale.getlocale()[0] or "").lower()
    except ValueError:  # macOS gives some terminals a locale that Python doesn't know
        name = ""
    return next((code for start, code in _LOCALES.items() if name.startswith(start)), "en")
