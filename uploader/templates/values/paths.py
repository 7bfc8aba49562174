"""Dotted paths into an answer's JSON: a number is a place in a list, from 0."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from uploader.i18n import Message
from uploader.templates.values.faults import FaultError

_MOST_PARTS = 100
_LONGEST_NUMBER = 9
MINUS = " - "
"""Between the paths of a difference."""


def _can_be_followed(path: str) -> str:
    parts = path.split(".")
    if len(parts) > _MOST_PARTS or any(part.isdecimal() and len(part) > _LONGEST_NUMBER for part in parts):
        raise FaultError(Message("template.fault.endless_path", parts=_MOST_PARTS, digits=_LONGEST_NUMBER))
    return path


def _leads_somewhere(path: str) -> str:
    if not all(path.split(".")):
        raise FaultError(Message("template.fault.secret_path"))
    return path


def _is_read(paths: str) -> str:
    for path in paths.split(MINUS):
        _can_be_followed(path.strip())
    return paths


AnswerPath: TypeAlias = Annotated[str, AfterValidator(_can_be_followed)]
SecretPath: TypeAlias = Annotated[AnswerPath, AfterValidator(_leads_somewhere)]
Reading: TypeAlias = Annotated[str, AfterValidator(_is_read)]
"""One path, or one less others."""
