"""The world as this process finds it: its environment, its terminal, its user's folder and language."""

import locale
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uploader.cli.terminal import tell
from uploader.errors import SettingsError

if TYPE_CHECKING:
    from uploader.actions.session import Session
    from uploader.model.settings import Settings
    from uploader.templates.profile import Setting
    from uploader.templates.template import Template

_LANGUAGES = {"es": "es", "spanish": "es", "pt": "pt", "portuguese": "pt"}
"""What a locale's name begins with, on Windows and elsewhere, and the language of our texts."""

_WHICH = "{first} to {last}, or 0 for none of them"
_NO_SUCH_OPTION = "“{typed}” is none of them: type what stands in front of one, {first} to {last}, or 0."
_NO_SUCH_SETTING = "--set {name}: the template {template} has no such setting. It has: {known}."
_NOT_TAKEN_HERE = "--set {name}: a secret is not taken here, it would stay in the shell's history. {way}"
_TYPE_IT = "type it when you are asked for it, on a terminal"


def found(
    told: dict[str, str],
    *,
    sandbox: bool = False,
    asks: bool,
    asks_settings: bool = True,
    with_secrets: bool = True,
    quiet: bool = False,
    language: str | None = None,
) -> "Session":
    """The world as this process finds it: its environment, its terminal, its user's folder.

    `language` is the one that the person told; None is that of the locale.
    """
    from uploader.actions.session import Session

    asks = asks and sys.stdin.isatty() and sys.stderr.isatty()
    asks_settings = asks and asks_settings
    return Session(
        home=home(),
        settle=lambda template, known: _settled(
            template, told, known, sandbox=sandbox, asks=asks_settings, with_secrets=with_secrets
        ),
        say=lambda words: tell(words, to_error=True) if words else None,
        ask=_confirmed if asks else None,
        choose=_choice if asks else None,
        stream=sys.stderr,
        quiet=quiet,
        language=language or _language(),
    )


def _confirmed(question: str) -> bool:
    """Whether the person says yes; an interruption is one of the whole command."""
    try:
        return click.confirm(question, default=False, err=True)
    except click.Abort as why:
        raise KeyboardInterrupt from why


def _choice(question: str, options: Sequence[tuple[str, str]]) -> int | None:
    """The position of the option that the person takes, by its key or its name; None for none of them."""
    click.echo(question, err=True)
    for key, name in options:
        click.echo(f"  {key:>3}  {name}", err=True)
    keys = [key.casefold() for key, _ in options]
    names = [name.casefold() for _, name in options]

    def taken(typed: str) -> int:
        wish = typed.strip().casefold()
        if wish == "0":
            return -1
        found = [at for at in range(len(options)) if wish in (keys[at], names[at].partition("  ")[0])]
        if len(found) != 1:
            raise click.BadParameter(_NO_SUCH_OPTION.format(typed=typed, first=options[0][0], last=options[-1][0]))
        return found[0]

    at: int = click.prompt(_WHICH.format(first=options[0][0], last=options[-1][0]), value_proc=taken, err=True)
    return None if at < 0 else at


def _settled(
    template: "Template",
    told: dict[str, str],
    known: Mapping[str, str],
    *,
    sandbox: bool,
    asks: bool,
    with_secrets: bool,
) -> "Settings":
    """The settings' values: told, else known, else from the environment, else asked for. Raises SettingsError."""
    from uploader.model.settings import MASK, Settings

    for name in told:
        _checked_told(name, template)
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    for name, setting in template.settings.items():
        if setting.secret and not with_secrets:
            secret[name] = MASK
            continue
        value = told.get(name) or known.get(name, "")
        if sandbox:
            value = value or setting.sandbox
        else:
            value = value or os.environ.get(setting.environment or "", "") or _asked(name, template, asks=asks)
        (secret if setting.secret else plain)[name] = template.accepted_setting(name, value)
    return Settings(plain, secret)


def _checked_told(name: str, template: "Template") -> None:
    if name not in template.settings:
        known = ", ".join(template.settings) or "none"
        raise SettingsError(_NO_SUCH_SETTING.format(name=name, template=template.name, known=known))
    if template.settings[name].secret:
        ways = _ways(name, template.settings[name])
        raise SettingsError(_NOT_TAKEN_HERE.format(name=name, way=f"{ways[0].upper()}{ways[1:]}."))


def _asked(name: str, template: "Template", *, asks: bool) -> str:
    """What the person types, asked again until it fits; raises SettingsError where nobody is there to type it."""
    setting = template.settings[name]
    if not asks:
        raise SettingsError(f"{name} is not known: {_ways(name, setting)}. {setting.description}".rstrip())

    def fitting(typed: str) -> str:
        try:
            return template.accepted_setting(name, typed)
        except SettingsError as why:
            raise click.BadParameter(str(why)) from why

    click.echo(setting.description, err=True)
    typed: str = click.prompt(name, hide_input=setting.secret, value_proc=fitting, err=True)
    return typed


def _ways(name: str, setting: "Setting") -> str:
    """How a setting can be given."""
    ways = [f"set the variable {setting.environment}"] if setting.environment else []
    ways += [_TYPE_IT] if setting.secret else [f"give --set {name}=…"]
    return ", or ".join(ways)


def home() -> Path:
    """Where the journal and the user's templates are kept."""
    told = os.environ.get("UPLOADER_HOME")
    if told:
        return Path(told).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("uploader", appauthor=False))


def _language() -> str:
    """The person's language as far as we have texts in it, by the locale; else English."""
    found = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    name = (found or locale.getlocale()[0] or "").lower()
    return next((code for start, code in _LANGUAGES.items() if name.startswith(start)), "en")
