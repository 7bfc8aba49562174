"""What a journal stores of messages, and what version 0.1.0 stored."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.i18n import Message, render
from uploader.journal.stored_messages import (
    read_advice,
    read_detail,
    read_reason,
    stored_advice,
    stored_detail,
    stored_reason,
)
from uploader.model import advice
from uploader.model.problems import Problem
from uploader.model.resend import PriorRequest
from uploader.model.rows import Status, column_letter

MARK = "\ue000"


def cell(column: int | None) -> str:
    return f"{column_letter(column or 0)}7"


def in_version_0_1_0(text: str) -> str:
    """How version 0.1.0 itself showed an advice in a workbook's line 7."""
    return re.sub(f"{MARK}(-?\\d+){MARK}", lambda found: cell(int(found[1])), text)


@pytest.mark.parametrize(
    "message",
    [
        advice.NONE,
        advice.UNDER_WAY,
        advice.from_template({"en": "Fix “it”: {x}", "es": "Corríjalo", "pt": "Corrija"}),
        advice.held_back(PriorRequest(Status.ACCEPTED, 7, 12, "ñ.csv", "2026-03-09T17:05:09.123+00:00")),
        advice.of_problems([Problem(4, 6, "empty", {"field": "rp_id"}), Problem(4, None, "example_row")]),
        Message("text", text='{"code": 1}'),
        Message("x", none=None, number=3, share=0.5, several=("a", Message("y"))),
    ],
)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    assert read_advice(stored_advice(message)) == message
    assert message == advice.NONE or read_reason(stored_reason(message)) == message


def test_the_same_message_is_stored_as_the_same_text() -> None:
    assert stored_advice(Message("x", a=1, b="ñ")) == stored_advice(Message("x", b="ñ", a=1))


def test_nothing_is_no_advice_and_no_reason() -> None:
    assert stored_advice(advice.NONE) == ""
    assert read_advice("") == advice.NONE
    assert stored_reason(None) is None
    assert read_reason(None) is None
    assert read_reason("") is None  # of a job that was forgotten
    assert stored_detail(None) == ""
    assert read_detail("") is None


def test_a_detail_comes_back_as_it_was_and_one_of_version_0_1_0_as_its_text() -> None:
    too_late = Message("failure.too_late", seconds=0.5)
    assert read_detail(stored_detail(too_late)) == too_late
    assert render(too_late, "pt") == "nenhuma resposta chegou em 0,5 s"
    for text in ("The answer did not come within 75 s", '{"ok": 1}', "<html>"):
        assert read_detail(text) == Message("text", text=text)


@pytest.mark.parametrize(
    "text", ["La ejecución terminó.", "{not json", "{}", '{"code": "x"}', "[1]", '"x"', "null", "{x}"]
)
def test_a_sentence_of_version_0_1_0_is_shown_as_it_is(text: str) -> None:
    assert read_advice(text) == read_reason(text) == Message("text", text=text)
    assert {render(read_advice(text), language) for language in ("en", "es", "pt")} == {text}


def test_a_sentence_of_version_0_1_0_that_names_cells_is_parts_of_which_each_has_its_column() -> None:
    text = (
        f"fila 4: mal. Hágalo. {MARK}6{MARK}: rp_id está vacío. Complete la celda. {MARK}0{MARK}: from está vacío. Sí."
    )
    assert read_advice(text) == Message(
        "advice.problems",
        problems=(
            Message("text", text="fila 4: mal. Hágalo."),
            Message("text_at_cell", column=6, text=": rp_id está vacío. Complete la celda."),
            Message("text_at_cell", column=0, text=": from está vacío. Sí."),
        ),
    )
    assert render(read_advice(text), "pt", cell) == in_version_0_1_0(text)
    assert read_advice(stored_advice(read_advice(text))) == read_advice(text)


@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 99), st.text(st.characters(exclude_characters=MARK), min_size=1)),
        min_size=1,
    )
)
def test_whatever_cells_an_old_sentence_names_it_is_shown_as_it_was(problems: list[tuple[int | None, str]]) -> None:
    text = " ".join(f"{'fila 7' if column is None else f'{MARK}{column}{MARK}'}: {said}." for column, said in problems)
    assert render(read_advice(text), "es", cell) == in_version_0_1_0(text)
