"""Which values a cell and a template can hold so that they mean the same, and how a cell has them."""

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from uploader.model.unseen import BLANKS, is_seen
from uploader.templates.importers.draft.fields import Field

_EXACT = 2**53
"""From here on, not every whole number is one of Python's and JavaScript's decimals."""
_LARGEST, _SMALLEST = 1e15, 1e-9
"""Decimals beyond are written with an exponent, which no cell has."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LOOKS_LIKE_THOUSANDS = re.compile(r"-?\d{1,3}\.\d{3}")
LONGEST_EXAMPLE = 30_000
"""Characters; a cell of Excel has room for 32,767."""


def cell_of(value: str | float) -> str:
    """A plain value as a cell has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)


def fits_a_cell(value: Any) -> bool:
    """Whether a cell can hold a value so that it means the same."""
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < _EXACT
    if isinstance(value, float):
        return _SMALLEST < abs(value) < _LARGEST or (value == 0 and math.copysign(1, value) > 0)
    return len(value) <= LONGEST_EXAMPLE and not _UNSEEN.search(value)


def holds(value: Any) -> bool:
    """Whether a template can have such a body: no placeholder in a key, no key of ours, no number beyond TOML's."""
    if isinstance(value, Mapping):
        return "json_text" not in value and not any("{{" in name for name in value) and all(map(holds, value.values()))
    if isinstance(value, list):
        return all(map(holds, value))
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < 2**63


def needs_decimal_point(column: Field) -> bool:
    """Whether the point of a number's example could be taken for a sign of thousands."""
    parts = column.example.split(column.list_separator) if column.list_separator else [column.example]
    return column.type == "number" and any(_LOOKS_LIKE_THOUSANDS.fullmatch(part.strip()) for part in parts)


def as_text(value: Any) -> str:
    """JSON that no template can have as such."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def trimmed(text: str) -> str:
    """What of a cell is sent, where its column trims."""
    return text.strip(BLANKS) if is_seen(text) else ""
