"""Mistakes in a template as messages: our own, and pydantic's common ones in words that are not a programmer's."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from uploader.i18n import Message

_CODES = {
    "missing": "template.fault.missing",
    "extra_forbidden": "template.fault.unknown_key",
    "tuple_type": "template.fault.not_a_list",
    "int_type": "template.fault.not_a_whole_number",
    "float_type": "template.fault.not_a_number",
    "finite_number": "template.fault.not_a_number",
    "bool_type": "template.fault.not_a_boolean",
    "string_type": "template.fault.not_a_text",
    "dict_type": "template.fault.not_a_table",
    "mapping_type": "template.fault.not_a_table",
    "model_type": "template.fault.not_a_table",
    "too_short": "template.fault.empty_list",
}
"""By pydantic's kind of error, ours; none of them names facts."""
_KINDS_IN_UNIONS = frozenset({"int", "float", "str", "bool"})
"""What pydantic adds to a key whose value may be of several kinds."""


class FaultError(ValueError):
    """A mistake that a validator of ours finds; `key` is where, within the table that is checked."""

    def __init__(self, message: Message, key: str = "") -> None:
        self.message, self.key = message, key
        super().__init__(message.code)


def faults_of(why: ValidationError) -> tuple[Message, ...]:
    """Every mistake, as a sentence that begins with its key; of a value that may be of several kinds the first."""
    found: dict[str, Message] = {}
    for error in why.errors(include_url=False):
        found.setdefault(_key(error), _fault(error))
    return tuple(Message("template.at_key", key=key, fault=fault) for key, fault in found.items())


def _key(error: Mapping[str, Any]) -> str:
    """Where the mistake is, as a person would write it: `rules.#2.means`."""
    parts = [f"#{part + 1}" if isinstance(part, int) else str(part) for part in error["loc"]]
    if parts and parts[-1] in _KINDS_IN_UNIONS and error["type"].endswith("_type"):
        parts.pop()
    fault = error.get("ctx", {}).get("error")
    within = [fault.key] if isinstance(fault, FaultError) and fault.key else []
    return ".".join([*parts, *within])


def _fault(error: Mapping[str, Any]) -> Message:
    kind, context = error["type"], error.get("ctx", {})
    if isinstance(context.get("error"), FaultError):
        message: Message = context["error"].message
        return message
    if kind in _CODES:
        return Message(_CODES[kind])
    if kind == "literal_error":
        return Message("template.fault.not_one_of", allowed=tuple(re.findall(r"'([^']*)'", context["expected"])))
    if kind in ("greater_than", "greater_than_equal"):
        code = "template.fault.not_above" if kind == "greater_than" else "template.fault.too_small"
        return Message(code, least=context.get("gt", context.get("ge")))
    if kind == "less_than_equal":
        return Message("template.fault.too_large", most=context["le"])
    if kind == "too_long":
        return Message("template.fault.too_many", most=context["max_length"])
    return Message("template.fault.other", said=error["msg"])
