"""What a template says of a value that is the same for all rows."""

import re
from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, AliasChoices, Field, StrictBool

from uploader.i18n import Message
from uploader.model.secret_names import names_a_secret
from uploader.templates.values.faults import FaultError
from uploader.templates.values.patterns import Regex
from uploader.templates.values.strict import Strict
from uploader.templates.values.texts import TemplateText

_VARIABLE = re.compile(r"[^\s=$%\0]+")


def _names_a_variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise FaultError(Message("template.fault.variable"))
    return name


class Setting(Strict):
    """A value that is the same for all rows."""

    description: TemplateText = Field(default_factory=dict)
    accept: Regex | None = None
    """What people write; its first group is what is kept."""
    environment: Annotated[str, AfterValidator(_names_a_variable)] | None = None
    secret: StrictBool = False
    sandbox: str = Field(default="", validation_alias=AliasChoices("sandbox", "practice"))
    """The value that the sandbox takes; templates of version 0.1.0 call it `practice`."""


def _hide_what_is_named_a_secret(settings: Mapping[str, Setting]) -> Mapping[str, Setting]:
    """A setting called token or password is secret, unless the template says that it isn't."""
    return {
        name: setting
        if "secret" in setting.model_fields_set or not names_a_secret(name)
        else setting.model_copy(update={"secret": True})
        for name, setting in settings.items()
    }


SettingsTable: TypeAlias = Annotated[Mapping[str, Setting], AfterValidator(_hide_what_is_named_a_secret)]
