from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from tests.workbooks.test_results import SENT_AT, result
from uploader.i18n import Message, render
from uploader.model import advice
from uploader.model.job import Attempt, RowResult
from uploader.model.problems import Problem
from uploader.model.rows import RESULT_COLUMNS, Status
from uploader.workbooks.redaction import Redaction
from uploader.workbooks.results.row_display import RowDisplay

HEADER = ("name", "phone")
REDACTION = Redaction(frozenset({"phone"}), b"k" * 32)
PHONE = "3001234567"


def display(redaction: Redaction | None = None, language: str = "en") -> RowDisplay:
    return RowDisplay(HEADER, timezone(timedelta(hours=-5)), redaction, language)


def shown(result: RowResult, line: int = 9, language: str = "en", redaction: Redaction | None = None) -> str:
    outcome = display(redaction, language).displayed(result, line).outcome
    return str(outcome[RESULT_COLUMNS.index("Advice")])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The run ended before this row was sent. Resume the job or send the list again."),
        ("es", "El envío terminó antes de llegar a esta fila. Reanude el trabajo o envíe la lista de nuevo."),
        ("pt", "O envio terminou antes de chegar a esta linha. Retome o trabalho ou envie a lista de novo."),
        ("fr", "The run ended before this row was sent. Resume the job or send the list again."),
    ],
)
def test_an_advice_is_shown_in_the_workbook_s_language(language: str, text: str) -> None:
    assert shown(replace(result(2, ("Ana", PHONE)), advice=advice.NOT_ITS_TURN), language=language) == text


def test_a_problem_is_at_its_cell_in_this_workbook() -> None:
    """Whatever its line and column are in the list: here `Row` comes first."""
    problems = [Problem(40, 7, "empty", {"field": "phone"}), Problem(40, None, "example_row")]
    told = advice.of_problems(problems, {7: 1}.__getitem__)
    row = replace(result(40, ("Ana", "")), advice=told, status=Status.INVALID)
    assert shown(row, 9).startswith("C9: phone is empty. Fill in the cell. row 40: ")
    assert shown(row, 12, "es").startswith("C12: phone está vacío. Complete la celda. fila 40: ")


def test_a_problem_of_the_column_row_is_at_that_column() -> None:
    told = advice.of_problems([Problem(40, 3, "empty", {"field": "Row"})], lambda _: -1)
    assert shown(replace(result(40, ("Ana", "")), advice=told), 9).startswith("A9: ")


def test_a_template_speaks_its_own_languages_and_english_else() -> None:
    told = advice.from_template({"en": "Look it up {x}.", "es": "Búsquelo."})
    assert [shown(replace(result(2, ("", "")), advice=told), language=one) for one in ("en", "es", "pt")] == [
        "Look it up {x}.",
        "Búsquelo.",
        "Look it up {x}.",
    ]


def test_a_sentence_of_version_0_1_0_stays_as_it_was() -> None:
    told = advice.as_written("Complete la {celda}.")
    assert shown(replace(result(2, ("", "")), advice=told), language="pt") == "Complete la {celda}."
    assert advice.as_written("") == advice.NONE
    more = advice.followed_by(told, advice.CHANGED_ELSEWHERE)
    assert shown(replace(result(2, ("", "")), advice=more)).startswith("Complete la {celda}. The cells of this row")
    assert advice.followed_by(advice.NONE, advice.UNDER_WAY) == advice.UNDER_WAY


def test_what_was_held_back_is_shown_behind_the_advice() -> None:
    row = replace(result(2, ("Ana", PHONE)), held_back={0: "Eva", 1: "x" * 300})
    assert shown(row) == (
        f"Edited after it was sent, and the API does not have the edit: “name” (B) is now “Eva”, “phone” (C) is now “{'x' * 300}”. "
        "To send it, add --send-duplicates."
    )
    unknown = replace(row, status=Status.UNKNOWN, advice=advice.NOT_ITS_TURN, held_back={0: "Eva"})
    assert shown(unknown, language="es") == (
        f"{render(advice.NOT_ITS_TURN, 'es')} Se editó después de enviarla y la API no tiene el cambio: "
        "“name” (B) ahora dice “Eva”. Para enviarlo, agregue --resend-unknown."
    )


def test_no_redacted_value_is_in_any_text() -> None:
    row = replace(
        result(2, ("Ana", PHONE), Status.REJECTED, f"No {PHONE} here"),
        code=PHONE,
        advice=advice.from_template({"en": f"Correct {PHONE}."}),
        held_back={0: "Eva", 1: "3007654321"},
    )
    line = display(REDACTION).displayed(row, 9)
    told = repr((line.cells, line.outcome, line.answer))
    assert PHONE not in told
    assert "3007654321" not in told
    assert line.cells == ["Ana", REDACTION.hashed(PHONE)]
    assert line.outcome[:3] == [Status.REJECTED, REDACTION.hashed(PHONE), f"No {REDACTION.hashed(PHONE)} here"]
    assert f"is now “{REDACTION.hashed('3007654321')}”" in str(line.outcome[3])
    assert line.answer.advice == advice.as_written(
        f"Correct {REDACTION.hashed(PHONE)}."
    )  # counted without what was held back


def test_a_moment_is_in_the_workbook_s_zone() -> None:
    assert f"{display().moment(SENT_AT)}" == "2026-03-09 12:05:09"
    assert display().moment_text(SENT_AT) == "2026-03-09 12:05:09 UTC-05:00"
    assert display().moment(None) is None
    assert display().zone_text == "-05:00"


def test_a_sentence_of_the_workbook_s_own() -> None:
    assert display(language="pt").text(Message("workbook.row", row=7)) == "linha 7"


@pytest.mark.parametrize(
    ("detail", "language", "text"),
    [
        (None, "en", ""),
        (Message("failure.too_late", seconds=75), "en", "No answer came within 75 s"),
        (Message("failure.too_late", seconds=75), "es", "No llegó respuesta en 75 s"),
        (Message("failure.answer_too_large", bytes=1_000_000), "pt", "A resposta tem mais de 1.000.000 bytes"),
        (Message("text", text="<html>gateway"), "pt", "<html>gateway"),
        (Message("text", text="gateway timed out"), "es", "gateway timed out"),
    ],
)
def test_a_detail_is_said_in_the_workbook_s_language_and_a_server_s_text_stays(
    detail: Message | None, language: str, text: str
) -> None:
    attempt = Attempt(2, 1, SENT_AT, "unknown", "", "", None, 5, detail, 1)
    assert display(language=language).attempt_line(attempt, None)[8] == text


def test_a_detail_is_redacted_as_all_else() -> None:
    attempt = Attempt(2, 1, SENT_AT, "unknown", "", "", 200, 5, Message("text", text=f"<p>{PHONE}"), 1, ("Ana", PHONE))
    assert PHONE not in str(display(REDACTION).attempt_line(attempt, None))
