"""A text in the cells of a row, whatever the case, as fast as every row needs: the short way says what the long one does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.model.searching import is_in_cells


def found(cells: list[object], text: str) -> bool:
    return is_in_cells(json.dumps(cells, ensure_ascii=False), text.casefold())


@pytest.mark.parametrize(
    ("cells", "text", "is_there"),
    [
        (["Ñandú"], "ñANDÚ", True),
        (["STRASSE"], "straße", True),
        (["a", "b"], 'a", "b', False),  # no text reaches from one cell to the next
        (["a", "b"], ",", False),
        (["a, b"], ",", True),
        (["[x]"], "[", True),
        (["x"], "[", False),
        (['say "hi"'], '"hi"', True),
        (["x"], '"', False),
        (["C:\\path\\new"], "\\NEW", True),
        (["two\nlines"], "o\nl", True),
        (["two\nlines"], "\\n", False),
        (["tab\there"], "\t", True),
        ([], "x", False),
        (["null", 5], "5", False),
        (["x"], "", True),
    ],
)
def test_it_is_in_a_cell_and_nowhere_else(cells: list[object], text: str, is_there: bool) -> None:
    assert found(cells, text) is is_there


def test_cells_that_were_written_with_escapes_are_searched_like_the_others() -> None:
    cells = json.dumps(["Ñandú"], ensure_ascii=True)
    assert is_in_cells(cells, "ñandú")
    assert not is_in_cells(cells, "u00f1")


@given(st.lists(st.text(max_size=6), max_size=4), st.text(max_size=3))
def test_the_short_way_says_what_the_long_one_says(cells: list[str], text: str) -> None:
    assert found(list(cells), text) is any(text.casefold() in cell.casefold() for cell in cells)
