"""What a person may write as a setting's value, and what of it is kept."""

import re
from collections.abc import Mapping, Sequence

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.unseen import BLANKS
from uploader.templates.requests.form import RequestForm
from uploader.templates.settings.pasted import pasted_along
from uploader.templates.settings.setting import Setting
from uploader.templates.values.patterns import kept_of

PLAIN = re.compile(r"[\x20-\x7e]*")
"""What may stand in a header."""
_PRACTICE_VALUES: Mapping[bool, Sequence[str]] = {
    True: ("practice-token", "practice", "1000"),
    False: ("practice", "1000", "practice.example.com", "practice@example.com", "https://practice.example.com"),
}
"""By whether a setting is secret: what is tried where the template names no value for the sandbox."""


def accepted(name: str, value: str, setting: Setting, form: RequestForm, urls: Sequence[str]) -> str:
    """What is kept of a value that a person wrote; raises SettingsError where it doesn't fit.

    `urls` are the addresses besides the form's that it may be put into.
    """
    value = value.strip(BLANKS)
    if setting.accept is not None:
        kept = kept_of(setting.accept, value)
        if kept is None:
            raise SettingsError(_not_accepted(name, value, setting))
        value = kept
    along = pasted_along(name, value, setting.environment, form, urls) if setting.secret else None
    if along is not None:
        raise SettingsError(along)
    if not value or not PLAIN.fullmatch(value):
        raise SettingsError(Message("setting.not_plain", value=quoted(value, setting), name=name))
    return value


def practice_value(name: str, setting: Setting, form: RequestForm, urls: Sequence[str]) -> str:
    """The value that the sandbox takes: the template's, else one that fits; "" where none does."""
    if setting.sandbox:
        return setting.sandbox
    return next((value for value in _PRACTICE_VALUES[setting.secret] if fits(name, value, setting, form, urls)), "")


def fits(name: str, value: str, setting: Setting, form: RequestForm, urls: Sequence[str]) -> bool:
    """Whether a value that a person wrote is accepted."""
    try:
        accepted(name, value, setting, form, urls)
    except SettingsError:
        return False
    return True


def quoted(value: str, setting: Setting) -> Message:
    """The value as a sentence names it; a secret one is never shown."""
    return Message("setting.the_value") if setting.secret else Message("setting.quoted", value=value)


def _not_accepted(name: str, value: str, setting: Setting) -> Message:
    code = "setting.not_accepted_explained" if setting.description else "setting.not_accepted"
    return Message(code, value=quoted(value, setting), name=name, description=setting.description)
