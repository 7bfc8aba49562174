"""One page of many: an address that asks for one that is not there leads to the nearest."""

import pytest

from uploader.web.desk.paging import ROWS, Paging, is_number, page_number


@pytest.mark.parametrize(
    ("total", "number", "at", "last", "skip"),
    [
        (0, 1, 1, 1, 0),
        (1, 1, 1, 1, 0),
        (ROWS, 2, 1, 1, 0),
        (ROWS + 1, 2, 2, 2, ROWS),
        (ROWS * 3, 99, 3, 3, ROWS * 2),
        (ROWS * 3, 0, 1, 3, 0),
    ],
)
def test_a_page_is_always_one_that_is_there(total: int, number: int, at: int, last: int, skip: int) -> None:
    paging = Paging("/lists/x", {}, total, number)
    assert (paging.at, paging.last, paging.skip) == (at, last, skip)


def test_other_pages_keep_the_filter_and_the_text_and_nothing_of_them_ends_the_address() -> None:
    paging = Paging("/jobs/1", {"show": "not_sent", "q": "Ñandú & <co> #1?"}, 200)
    assert paging.to(3) == "/jobs/1?show=not_sent&q=%C3%91and%C3%BA+%26+%3Cco%3E+%231%3F&page=3#rows"


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("20", 20), ("", 1), ("0", 0), ("-3", 1), ("x", 1), ("1.5", 1), ("٣", 1), ("²", 1), ("9" * 5000, 1)],
)
def test_what_is_no_number_is_the_first_page(text: str, number: int) -> None:
    assert page_number(text) == number


@pytest.mark.parametrize(
    ("text", "is_one"), [("0", True), ("123", True), ("9" * 17, True), ("9" * 18, False), ("٣", False), ("", False)]
)
def test_a_number_is_one_that_a_database_can_hold(text: str, is_one: bool) -> None:
    assert is_number(text) is is_one
