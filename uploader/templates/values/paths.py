"""Dotted paths into an answer's JSON: a number is a place in a list, from 0; `*` every element of a list or object."""

import re
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr

from uploader.i18n import Message
from uploader.templates.values.faults import FaultError
from uploader.templates.values.headers import is_header_name

_MOST_PARTS = 100
_LONGEST_NUMBER = 9
_MOST_PATHS = 20
MINUS = " - "
"""Between the paths of a difference."""
HEADER = "header:"
"""Before the name of one of the answer's headers, in the place of a path."""


_OTHER_NOTATION = re.compile(r"^\$\.|^/|\[(?:\d+|\*|'[^']*'|\"[^\"]*\")\]|\{\{")
"""JSONPath, a JSON pointer, JavaScript, a placeholder."""

_LIKE_A_HEADER = re.compile(r"headers?\s*:", re.IGNORECASE)


def followed(path: str) -> str:
    """The path, if it is one. Raises FaultError."""
    parts = path.split(".")
    if len(parts) > _MOST_PARTS or any(part.isdecimal() and len(part) > _LONGEST_NUMBER for part in parts):
        raise FaultError(Message("template.fault.endless_path", parts=_MOST_PARTS, digits=_LONGEST_NUMBER))
    if path and any(part != part.strip() or not part for part in parts):
        raise FaultError(Message("template.fault.secret_path"))
    if _OTHER_NOTATION.search(path):
        raise FaultError(Message("template.fault.other_path"))
    return path


def _leads_somewhere(path: str) -> str:
    if not all(path.split(".")):
        raise FaultError(Message("template.fault.secret_path"))
    return path


def _is_read(paths: str) -> str:
    for path in paths.split(MINUS):
        followed(path.strip())
    return paths


def _as_list(given: Any) -> Any:
    """A plain text is one path, and an empty one none."""
    if isinstance(given, str):
        return (given,) if given else ()
    if not isinstance(given, list | tuple):
        raise FaultError(Message("template.fault.not_a_path"))
    if "" in given:
        raise FaultError(Message("template.fault.secret_path"), f"#{list(given).index('') + 1}")
    return given


def _leads_to_a_value_or_header(path: str) -> str:
    if not path.startswith(HEADER):
        if _LIKE_A_HEADER.match(path):
            raise FaultError(Message("template.fault.kept_header", example=f"{HEADER}Location"))
        return _leads_somewhere(followed(path))
    name = path.removeprefix(HEADER)
    if not is_header_name(name):
        raise FaultError(Message("template.fault.header_name", name=name))
    return path


AnswerPath: TypeAlias = Annotated[str, AfterValidator(followed)]
SecretPath: TypeAlias = Annotated[AnswerPath, AfterValidator(_leads_somewhere)]
AnswerPaths: TypeAlias = Annotated[
    tuple[Annotated[StrictStr, AfterValidator(followed)], ...],
    BeforeValidator(_as_list),
    Field(max_length=_MOST_PATHS),
]
"""Several paths; a template may write one as a plain text."""
KeptPath: TypeAlias = Annotated[str, AfterValidator(_leads_to_a_value_or_header)]
"""A path, or `header:` and the name of a header."""
Reading: TypeAlias = Annotated[str, AfterValidator(_is_read)]
"""One path, or one less others."""
