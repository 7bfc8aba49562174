"""The requests of many rows: each is what filling the form with the row's values makes, whatever they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.templates.requests.test_fingerprints import COLUMNS, FORMS, VALUES
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.filled import filled_form
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.many.maker import RequestMaker
from uploader.templates.requests.many.shape import is_alike

TEXT = VALUES | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@pytest.mark.parametrize("form", [form for form in FORMS if is_alike(form, COLUMNS)])
@pytest.mark.parametrize("base_url", [None, "http://127.0.0.1:8080"])
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
def test_each_is_the_filled_form(form: RequestForm, base_url: str | None, rows: list[tuple[str, str]]) -> None:
    constants = {"setting": "wv0042"}
    maker = RequestMaker(form, COLUMNS, constants, base_url)
    for one, two in rows:
        made = maker.made({"one": one, "two": two}, "print")
        filled = filled_form(form, Cells({**constants, "one": one, "two": two}, COLUMNS), base_url)
        assert made == filled.request("print")


def test_what_lacks_is_sent_as_empty_text() -> None:
    maker = RequestMaker(FORMS[0], COLUMNS, {"setting": "wv"}, None)
    assert maker.made({"two": "b"}, "") == maker.made({"one": "", "two": "b"}, "")


def test_a_secret_is_not_shown_by_what_makes_requests() -> None:
    maker = RequestMaker(FORMS[2], {}, {"setting": "hush"}, None)
    assert "hush" not in repr(vars(vars(maker)["_alike"])["_headers"]) + repr(maker)
