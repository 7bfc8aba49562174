"""Texts that a template brings for people: one text for every language, or one for each."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator

from uploader.i18n import Localized, Message
from uploader.i18n.languages import LANGUAGES
from uploader.templates.values.faults import FaultError


def _by_language(given: Any) -> Any:
    """A plain text counts for every language: a missing one is read in English."""
    if not isinstance(given, str | Mapping):
        raise FaultError(Message("template.fault.no_english"))
    return {"en": given} if isinstance(given, str) else given


def _in_our_languages(texts: Localized) -> Localized:
    for language in texts:
        if language not in LANGUAGES:
            known = tuple(LANGUAGES)
            raise FaultError(Message("template.fault.unknown_language", language=language, known=known))
    if texts and "en" not in texts:
        raise FaultError(Message("template.fault.no_english"))
    return texts


TemplateText: TypeAlias = Annotated[Localized, BeforeValidator(_by_language), AfterValidator(_in_our_languages)]
"""A text of the template's own, by language; English is there, unless there is no text at all."""
