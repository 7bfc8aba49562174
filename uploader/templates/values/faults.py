"""Mistakes in a template as messages: our own, and pydantic's common ones in words that are not a programmer's."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from uploader.i18n import Message
from uploader.templates.values.known_keys import is_meant, known_instead

_CODES = {
    "missing": "template.fault.missing",
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
_EXAMPLES = {
    "title": 'title = "Contacts"',
    "request": "[request]",
    "request.url": 'url = "https://api.example.com/v1/contacts"',
    "columns": "[columns.name]",
}
"""What to write for keys that every template has."""
_UNKNOWN, _MISSING = "extra_forbidden", "missing"


class FaultError(ValueError):
    """A mistake that a validator of ours finds; `key` is where, within the table that is checked."""

    def __init__(self, message: Message, key: str = "") -> None:
        self.message, self.key = message, key
        super().__init__(message.code)


def faults_of(why: ValidationError, form: type[BaseModel]) -> tuple[Message, ...]:
    """Every mistake in a file of that form, as a sentence that begins with its key.

    A key that is written wrong counts once: it isn't missing as well.
    """
    errors = why.errors(include_url=False)
    found: dict[str, Message] = {}
    meant = set()
    for error in errors:
        if error["type"] == _UNKNOWN:
            known = known_instead(form, error["loc"])
            key_meant = known.meant or _only_one_missing(form, error, errors)
            meant.add(key_meant)
            found[_key(error)] = unknown_key(known.here, key_meant)
    for error in errors:
        key = _key(error)
        if error["type"] == _UNKNOWN or (error["type"] == _MISSING and key in meant):
            continue
        is_of_several_kinds = key in found and "template.fault.not_a_text" in (found[key].code, _fault(error).code)
        if is_of_several_kinds:
            found[key] = Message("template.fault.no_plain_value")
        found.setdefault(key, _fault(error))
    return tuple(Message("template.at_key", key=key, fault=fault) for key, fault in found.items())


def _only_one_missing(form: type[BaseModel], unknown: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]) -> str:
    """The only key that is missing in a table, for the only one there that doesn't exist, if it takes its value."""
    *tables, wrong = unknown["loc"]
    here = [error for error in errors if list(error["loc"][:-1]) == tables]
    missing = [error for error in here if error["type"] == _MISSING]
    if len(missing) != 1 or sum(error["type"] == _UNKNOWN for error in here) != 1:
        return ""
    fits = is_meant(form, tables, missing[0]["input"], str(wrong), str(missing[0]["loc"][-1]))
    return _key(missing[0]) if fits else ""


def unknown_key(known: Sequence[str], meant: str = "") -> Message:
    """That a key doesn't exist, and which one is meant, if that is known, else those that there are."""
    if meant:
        return Message("template.fault.unknown_key_meant", meant=meant)
    return Message("template.fault.unknown_key", known=tuple(known))


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
    if kind == _MISSING and (example := _EXAMPLES.get(_key(error))):
        return Message("template.fault.missing_such_as", example=example)
    if kind in _CODES:
        return Message(_CODES[kind])
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context["expected"])
        return Message("template.fault.not_one_of", allowed=tuple(f'"{value}"' for value in allowed))
    if kind in ("greater_than", "greater_than_equal"):
        code = "template.fault.not_above" if kind == "greater_than" else "template.fault.too_small"
        return Message(code, least=context.get("gt", context.get("ge")))
    if kind == "less_than_equal":
        return Message("template.fault.too_large", most=context["le"])
    if kind == "too_long":
        return Message("template.fault.too_many", most=context["max_length"])
    return Message("template.fault.other", said=error["msg"])
