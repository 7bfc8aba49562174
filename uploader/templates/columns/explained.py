"""What people are told of a column's cells before they write any."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from uploader.i18n import Fact, Message

if TYPE_CHECKING:
    from uploader.templates.columns.column import Column

_UNSEEN = {" ": "column.space", "\n": "column.line_break", "\t": "column.tab"}
_NUMBERS = {",": "column.number_with_comma", ".": "column.number_with_point", None: "column.number"}


def explained(column: "Column") -> Iterator[Message]:
    """What a cell may be, whether it may hold several parts, and what it is where it is empty."""
    match column.type:
        case "number":
            yield Message(_NUMBERS[column.decimal])
        case "integer" | "boolean":
            yield Message(f"column.{column.type}")
    if column.values is not None:
        yield Message("workbook.blank.one_of", values=tuple(column.values))
    if column.list_separator is not None:
        yield Message("column.several", separator=_separator(column.list_separator))
    if column.default is not None:
        yield Message("column.default", default=_default(column.default))


def _separator(separator: str) -> Fact:
    return Message(_UNSEEN[separator]) if separator in _UNSEEN else f"“{separator}”"


def _default(default: str | float) -> Fact:
    if isinstance(default, bool):
        return Message("column.yes" if default else "column.no")
    return str(default)
