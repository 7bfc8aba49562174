import pandas as pd
import pytest

from uploader.model import Problem
from uploader.template import Column
from uploader.validation import advice, problems, told


def chunk(*cells: str, first_row: int = 2) -> pd.DataFrame:
    return pd.DataFrame([[cell] for cell in cells], index=range(first_row, first_row + len(cells)), dtype=object)


def found(column: Column, *cells: str, header: bool = False) -> list[Problem]:
    return list(problems(chunk(*cells), {"x": 0}, {"x": column}, frozenset({"x"} if header else ())))


@pytest.mark.parametrize(
    ("column", "good", "bad", "cause"),
    [
        (Column(required=True), ["a", "0"], ["", "  ", "\n"], "x is empty"),
        (Column(max_length=3), ["", "abc"], ["abcd"], "longer than 3"),
        (Column(one_of=("yes", "no")), ["", "yes"], ["Yes", "maybe"], "none of the values"),
        (Column(pattern=r"\d+"), ["", "00123"], ["12a", "1\n"], "not written as it should be"),
    ],
)
def test_cells_are_held_against_what_the_column_says(
    column: Column, good: list[str], bad: list[str], cause: str
) -> None:
    assert found(column, *good) == []
    complaints = found(column, *bad)
    assert [problem.row for problem in complaints] == list(range(2, 2 + len(bad)))
    assert all(cause in problem.cause and problem.mend for problem in complaints)


def test_what_goes_into_a_header_must_be_plain() -> None:
    assert found(Column(), "plain text", header=True) == []
    assert [problem.cell for problem in found(Column(), "ñ", "two\nlines", header=True)] == ["A2", "A3"]


def test_the_example_row_of_a_blank_list_is_not_sent() -> None:
    column = Column(example="61196")
    assert found(column, "61197") == []
    assert [problem.cell for problem in found(column, "61196")] == ["row 2"]


def test_problems_are_told_by_cause_the_most_frequent_first() -> None:
    many = [Problem(row, 6, "rp_id is empty", "Fill in the cell.") for row in range(4, 16)]
    lines = told([Problem(9, 0, "from is empty", "Fill in the cell."), *many])
    assert lines == [
        "rp_id is empty in 12 rows: G4, G5, G6, G7, G8, G9, G10, G11, G12, G13 … Fill in the cell.",
        "from is empty in 1 row: A9. Fill in the cell.",
    ]


def test_the_advice_of_a_row_names_each_of_its_cells() -> None:
    assert advice([Problem(2, 0, "x is empty", "Fill it."), Problem(2, 27, "y is long", "Cut it.")]) == (
        "A2: x is empty. Fill it. AB2: y is long. Cut it."
    )
