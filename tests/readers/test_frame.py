"""A DataFrame as a list: the text of each value, the number of each row, and its identity."""

import hashlib
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from uploader.errors import ListError
from uploader.model.problems import Problem
from uploader.readers.frame import list_of
from uploader.readers.memory import MemoryList

LAST_ROW = 1 << 21


def cells(frame: pd.DataFrame) -> list[list[str]]:
    return [list(row) for row in zip(*list_of(frame).columns, strict=True)]


def problems(made: MemoryList) -> list[Problem]:
    return list(made.problems.between(1, LAST_ROW))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "007"),
        (" as it is ", " as it is "),
        (12345678901234567890, "12345678901234567890"),
        (np.int64(5), "5"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        (True, "TRUE"),
        (np.bool_(False), "FALSE"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30:00"),
        (pd.Timestamp(2026, 3, 1, 9, 30), "2026-03-01 09:30:00"),
        (np.datetime64("2026-03-01T09:30"), "2026-03-01 09:30:00"),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01 09:30:00+00:00"),
        (datetime(2026, 3, 1, 9, 30, 0, 5), "2026-03-01 09:30:00.000005"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=1), "1:00:00"),
        (None, ""),
        (float("nan"), ""),
        (np.float32("nan"), ""),
        (Decimal("NaN"), ""),
        (pd.NaT, ""),
        (pd.NA, ""),
    ],
)
def test_a_value_is_the_text_that_excel_would_show(value: object, text: str) -> None:
    made = list_of(pd.DataFrame({"column": pd.Series([value], dtype=object)}))
    assert made.columns == [[text]]
    assert problems(made) == []


@pytest.mark.parametrize("dtype", ["int64", "Int64", "category", "string", "datetime64[ns]", "boolean", "object"])
def test_a_missing_value_is_empty_whatever_the_columns_type(dtype: str) -> None:
    kinds: dict[str, list[Any]] = {"int64": [1, 2], "boolean": [True, None], "datetime64[ns]": [None, None]}
    column = pd.Series(kinds.get(dtype, [1, None] if dtype in ("Int64", "category") else ["a", None]), dtype=dtype)
    made = list_of(pd.DataFrame({"column": column}))
    assert made.columns[0][1] == ("2" if dtype == "int64" else "")


@pytest.mark.parametrize(
    "column", [[61001.0, None], [61001.5, float("nan")], pd.array([61001.0, None], dtype="Float64")]
)
def test_a_float_stops_its_row_because_zeros_and_digits_may_be_lost(column: Any) -> None:
    made = list_of(pd.DataFrame({"name": ["a", "b"], "rp_id": column}))
    assert [(one.row, one.column, one.code, one.stops) for one in problems(made)] == [(2, 1, "float_column", True)]
    assert made.columns[1][0].startswith("61001")


def test_a_float_among_other_values_stops_its_row() -> None:
    made = list_of(pd.DataFrame({"rp_id": pd.Series(["61001", 61002.0, np.float32(3)], dtype=object)}))
    assert [(one.row, one.code) for one in problems(made)] == [(3, "float_column"), (4, "float_column")]


@pytest.mark.parametrize("value", [["a"], {"a": 1}, b"bytes", object(), Decimal("Infinity"), "\ud800"])
def test_a_value_without_a_clear_text_stops_its_row(value: object) -> None:
    made = list_of(pd.DataFrame({"column": pd.Series([value], dtype=object)}))
    assert [(one.row, one.column, one.code, one.stops) for one in problems(made)] == [(2, 0, "not_a_cell_value", True)]


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(2),
        pd.Index([7, 9]),
        pd.Index(["a", "b"], name="Row"),
        pd.Index([2, 2], name="Row"),
        pd.Index([1, 2], name="Row"),
        pd.Index([2, 1 << 31], name="Row"),
        pd.Index([2.0, 3.0], name="Row"),
        pd.MultiIndex.from_tuples([(2, 3), (4, 5)]),
    ],
)
def test_rows_are_numbered_as_below_a_header_where_the_index_has_no_numbers(index: Any) -> None:
    assert list_of(pd.DataFrame({"column": ["a", "b"]}, index=index)).numbers == [2, 3]


def test_rows_keep_the_numbers_that_they_were_read_with_and_go_in_their_order() -> None:
    made = list_of(pd.DataFrame({"column": ["late", "early"]}, index=pd.Index([9, 4], name="Row")))
    assert (made.numbers, made.columns) == ([4, 9], [["early", "late"]])


def test_names_are_the_columns_as_text() -> None:
    frame = pd.DataFrame([["1", "2", "3", "4"]], columns=["phone", "phone", None, 2026])
    assert list_of(frame).header == ["phone", "phone", "", "2026"]


def test_columns_of_several_levels_are_refused() -> None:
    frame = pd.DataFrame([["1"]], columns=pd.MultiIndex.from_tuples([("a", "b")]))
    with pytest.raises(ListError, match="several levels"):
        list_of(frame)


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(ListError, match="type list"):
        list_of([["a"]])  # type: ignore[arg-type]  # what no checker lets through


def test_its_identity_is_the_hash_of_header_numbers_and_cells() -> None:
    frame = pd.DataFrame({"to": ["añejo", ""], "rp_id": [61001, 7]})
    lines = [["Row", "to", "rp_id"], [2, "añejo", "61001"], [3, "", "7"]]
    written = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    assert list_of(frame).sha256 == hashlib.sha256(written).hexdigest()


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return list_of(one).sha256 == list_of(other).sha256


def test_what_does_not_change_the_text_does_not_change_the_identity() -> None:
    frame = pd.DataFrame({"rp_id": ["61001", "7"]})
    assert same(frame, frame.copy())
    assert same(frame, frame.astype(int))
    assert same(frame, frame.set_index(pd.Index(["x", "y"])))


def test_what_changes_a_text_a_name_or_a_number_changes_the_identity() -> None:
    frame = pd.DataFrame({"rp_id": ["61001", "7"], "to": ["a", "b"]})
    assert not same(frame, frame.replace("7", "007"))
    assert not same(frame, frame.rename(columns={"to": "To"}))
    assert not same(frame, frame[["to", "rp_id"]])
    assert not same(frame, frame.iloc[::-1])
    assert not same(frame, frame.set_index(pd.Index([2, 5], name="Row")))
