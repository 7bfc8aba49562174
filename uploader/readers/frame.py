"""A DataFrame becomes a list in memory: the door by which pandas comes in."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.model.problems import Problem, ProblemLog
from uploader.model.rows import ROW_COLUMN, column_letter
from uploader.readers.cells import NumberText, number, text
from uploader.readers.memory import FLOAT_COLUMN, HEADER_ROW, MemoryList
from uploader.readers.pages import Records

_LARGEST_NUMBER = (1 << 31) - 1


def frames(parts: Iterable[Records]) -> Iterator[pd.DataFrame]:
    """Records as DataFrames of text, a column for each position; the index is the row's number in Excel."""
    for some in parts:
        yield pd.DataFrame(dict(enumerate(some.columns)), index=list(some.numbers), dtype=object)


def list_of(frame: pd.DataFrame) -> MemoryList:
    """The rows of a DataFrame as text, with what is wrong with values that can't become text faithfully.

    A row's number is its label where the index is called `Row` and has unique numbers from 2, as `uploader.read` makes
    it; else its place as in a sheet below a header. Raises ListError where the columns have several levels.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ListError(Message("frame.not_a_list", kind=type(frame).__name__))
    if frame.columns.nlevels > 1:
        raise ListError(Message("frame.several_levels"))
    numbers = _row_numbers(frame.index)
    if numbers is None:
        numbers = list(range(HEADER_ROW + 1, HEADER_ROW + 1 + len(frame)))
    elif numbers != sorted(numbers):
        frame, numbers = frame.iloc[np.argsort(numbers)], sorted(numbers)
    header = ["" if _is_missing(name) else str(name) for name in frame.columns]
    columns, problems = [], ProblemLog()
    for position, name in enumerate(header):
        cells = _cells(frame.iloc[:, position].tolist())
        columns.append([cell if isinstance(cell, str) else cell.text for cell in cells])
        for row, cell in zip(numbers, cells, strict=True):
            if isinstance(cell, _WrongCell):
                facts = {"field": name or column_letter(position), "kind": cell.kind}
                problems.add(Problem(row, position, cell.code, facts))
    return MemoryList(header, numbers, columns, problems)


def _row_numbers(index: "pd.Index[int]") -> list[int] | None:
    """The numbers that the index has of the rows; None if it has none."""
    if index.name != ROW_COLUMN or index.nlevels > 1 or not pd.api.types.is_integer_dtype(index.dtype):
        return None
    numbers: list[int] = index.tolist()
    is_fit = len(set(numbers)) == len(numbers) and all(HEADER_ROW < one <= _LARGEST_NUMBER for one in numbers)
    return numbers if is_fit else None


class _WrongCell(NamedTuple):
    """A value that can't become text faithfully."""

    text: str
    """What comes nearest to it."""
    code: str
    """What is wrong with it."""
    kind: str
    """Its type."""


def _cells(values: Sequence[object]) -> Sequence[str | _WrongCell]:
    """Each value's text."""
    if all(type(value) is str and value.isascii() for value in values):
        return values  # type: ignore[return-value]  # just tested
    return list(map(_cell, values))


def _cell(value: object) -> str | _WrongCell:
    if isinstance(value, str):
        whole = str(value).encode("utf-8", "replace").decode()  # no file can hold half of a surrogate pair
        return whole if whole == value else _WrongCell(whole, "not_a_cell_value", "str")
    if _is_missing(value):
        return ""
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    elif isinstance(value, np.generic):
        value = value.item()
    return _of_value(value)


def _of_value(value: object) -> str | _WrongCell:
    match value:
        case float():
            return _WrongCell(NumberText(number(value)), FLOAT_COLUMN, "float")
        case datetime() if value.tzinfo is not None or value.microsecond:
            return value.isoformat(sep=" ")  # what Excel can't hold is shown whole, for the checks to judge
        case bool() | int() | date() | time() | timedelta():
            return text(value)
        case Decimal() if value.is_finite():
            return NumberText(format(value, "f"))
        case _:
            return _WrongCell(str(value), "not_a_cell_value", type(value).__name__)


def _is_missing(value: object) -> bool:
    """Whether pandas shows it as None, NaN, NaT or <NA>."""
    is_nan = isinstance(value, float | Decimal | np.floating) and value != value  # noqa: PLR0124  # NaN alone is so
    return value is None or value is pd.NA or value is pd.NaT or is_nan
