"""The settings of a template: which value is accepted, how one is asked for, and what is said where one is missing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from uploader.errors import SettingsError
from uploader.i18n import Fact, Message
from uploader.model.questions import Question
from uploader.model.settings import MASK, Settings

if TYPE_CHECKING:
    from uploader.templates.template import Template

_Functions: TypeAlias = Mapping[str, Callable[[], str]] | None


def accepted(values: Mapping[str, str], template: "Template", by_name: Collection[str] = ()) -> Settings:
    """The settings, as the template writes them; those `by_name` have no value, and are shown as `values` has them.

    Raises SettingsError for a value that it doesn't take.
    """
    written = {
        name: value if value == MASK or name in by_name else template.accepted_setting(name, value)
        for name, value in values.items()
    }
    secret = {name for name in values if template.settings[name].secret}
    settings = Settings(
        {name: value for name, value in written.items() if name not in secret},
        {name: value for name, value in written.items() if name in secret},
    )
    return template.with_pair(settings)


def question_for(name: str, template: "Template", last: Mapping[str, str]) -> Question:
    """Asks for a setting; `last` are the plain ones of the last job, of which one that still fits is suggested."""
    setting = template.settings[name]
    facts: Mapping[str, Fact] = {"name": name, "description": setting.description}

    def check(typed: str) -> Message | None:
        try:
            template.accepted_setting(name, typed)
        except SettingsError as why:
            return why.message
        return None

    used = "" if setting.secret else last.get(name, "")
    suggested = used if used and check(used) is None else ""
    return Question(
        "setting", facts, choices=(), about=name, is_secret=setting.secret, check=check, suggested=suggested
    )


def check_known(name: str, template: "Template") -> None:
    """Raise SettingsError where the template has no such setting."""
    if name not in template.settings:
        code = "settings.unknown" if template.settings else "settings.unknown_of_none"
        raise SettingsError(Message(code, name=name, template=template.name, known=tuple(template.settings)))


def check_given(name: str, template: "Template", functions: _Functions) -> None:
    """Raise SettingsError for a secret, which nobody may give as a plain text."""
    if template.settings[name].secret:
        instead = _how_to_give(name, template, functions)
        raise SettingsError(Message("settings.secret_given", name=name, instead=instead))


def missing_settings(names: Sequence[str], template: "Template", functions: _Functions) -> Message:
    """What is missing, what each of them is, and how it can be given."""
    parts = [
        part
        for name in names
        for part in (
            Message("settings.is_missing", name=name),
            template.settings[name].description,
            _how_to_give(name, template, functions),
        )
        if part
    ]
    return Message("settings.missing", parts=tuple(parts))


def from_store(name: str, template: "Template") -> Message:
    """That a kept secret is used, and what wins over it."""
    variable = template.settings[name].environment
    code = "settings.from_store_unless_variable" if variable else "settings.from_store"
    return Message(code, name=name, variable=variable)


def _how_to_give(name: str, template: "Template", functions: _Functions) -> Message:
    setting = template.settings[name]
    if setting.secret and functions is not None:
        code = "settings.secret_by_variable_or_function" if setting.environment else "settings.secret_by_function"
    elif setting.secret:
        code = "settings.secret_by_variable" if setting.environment else "settings.secret_by_typing"
    else:
        code = "settings.by_variable" if setting.environment else "settings.by_option"
    return Message(code, name=name, variable=setting.environment)
