"""A TOML text, with its API profile's, becomes a template; a text that was read before isn't read again."""

import hashlib
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.parsing.merging import merged
from uploader.templates.parsing.tables import ProfileTables, TemplateTables
from uploader.templates.parsing.toml_text import data_of
from uploader.templates.template import Template
from uploader.templates.values.faults import faults_of

_Model = TypeVar("_Model", bound=BaseModel)
_KEPT = 256
"""Templates. As many as a page lists: each takes milliseconds to check, and a page is looked at often."""


@lru_cache(maxsize=_KEPT)
def parse(text: str, source: str, name: str, profile: tuple[str, str] | None = None) -> Template:
    """The template that a TOML text describes.

    `source` is what messages call the file; `profile` is the API profile's text and what messages call its file.
    Raises TemplateError with the file, the key and what is wrong.
    """
    stated = _checked(TemplateTables, data_of(text, source), source)
    tables = stated.model_dump(by_alias=True, exclude_unset=True)
    digest = hashlib.sha256(text.encode())
    if profile is not None:
        profile_text, profile_source = profile
        digest.update(b"\0" + profile_text.encode())
        shared = _checked(ProfileTables, data_of(profile_text, profile_source), profile_source)
        tables = {**merged(shared.model_dump(exclude_unset=True), tables), "api_title": shared.title}
    read = {"name": name, "sha256": digest.hexdigest(), "text": text, "profile_text": profile and profile[0]}
    return _checked(Template, {**tables, **read}, source)


def _checked(model: type[_Model], data: dict[str, Any], source: str) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as why:
        faults = faults_of(why, model)
        raise TemplateError(Message("template.invalid", count=len(faults), path=source, faults=faults)) from why
