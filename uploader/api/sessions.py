"""What a caller gives, as the session of an action: settings and where they come from, the home folder, who listens."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from uploader.api.listening import ListeningUi
from uploader.errors import SettingsError
from uploader.i18n import Message

if TYPE_CHECKING:
    import pandas as pd

    from uploader.actions.frames import MemoryList
    from uploader.actions.session import Session
    from uploader.actions.ui import Ui

PathLike: TypeAlias = str | os.PathLike[str]
Source: TypeAlias = "str | os.PathLike[str] | pd.DataFrame"
"""A list: the path of a file, or a DataFrame."""
Job: TypeAlias = "int | str | os.PathLike[str] | pd.DataFrame"
"""A job: its number, or its list."""
SettingValues: TypeAlias = Mapping[str, str | Callable[[], str]]
"""By the setting's name its value, or what gives it; a secret one only by a callable."""


class _Once:
    """Gives a setting's value, which is fetched when it is first needed, and never shown."""

    def __init__(self, name: str, fetch: Callable[[], str]) -> None:
        self._name, self._fetch = name, fetch
        self._value: str | None = None

    def __call__(self) -> str:
        if self._value is None:
            value = self._fetch()
            if not isinstance(value, str):
                raise SettingsError(Message("python.setting_is_no_text", name=self._name, kind=type(value).__name__))
            self._value = value
        return self._value


def session_of(
    settings: SettingValues | None = None,
    *,
    ui: "Ui | None" = None,
    language: str = "en",
    home: PathLike | None = None,
    with_secrets: bool = True,
) -> "tuple[Session, ListeningUi]":
    """The session, and what hears what is told in it. Raises SettingsError where there are no texts in a language."""
    from uploader.actions.home.folders import home_folder
    from uploader.actions.session import Session
    from uploader.actions.ui import SilentUi
    from uploader.i18n.languages import LANGUAGES

    if language not in LANGUAGES:
        raise SettingsError(Message("python.no_such_language", language=str(language), known=tuple(LANGUAGES)))
    heard = ListeningUi(ui or SilentUi())
    given = dict(settings or {})
    session = Session(
        home=Path(home).expanduser().absolute() if home is not None else home_folder(),
        ui=heard,
        given={name: value for name, value in given.items() if isinstance(value, str)},
        functions={name: _Once(name, value) for name, value in given.items() if not isinstance(value, str)},
        environment=dict(os.environ),
        language=language,
        writes_problems=False,
        with_secrets=with_secrets,
    )
    return session, heard


def source_of(source: Source) -> "Path | MemoryList":
    """A list as actions take it. Raises ListError for a DataFrame that is no list."""
    from uploader.actions.frames import list_of

    if isinstance(source, str | os.PathLike):
        return Path(source).expanduser()
    return list_of(source)


def which_of(job: Job, session: "Session", *, sandbox: bool) -> int | str | Path:
    """A job as actions take it. Raises SettingsError for a DataFrame that was never sent."""
    from uploader.actions.frames import job_of

    if isinstance(job, int | str):
        return job
    if isinstance(job, os.PathLike):
        return Path(job).expanduser()
    return job_of(job, session, sandbox=sandbox)


def path_of(path: PathLike | None) -> Path | None:
    """A path as a person gave it."""
    return None if path is None else Path(path).expanduser()


def template_name(template: PathLike | None) -> str | None:
    """A template's name or path as text."""
    return None if template is None else os.fspath(template)
