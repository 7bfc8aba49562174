import json
import pickle

import pytest

from uploader.i18n import Message, in_language, render, row_numbers
from uploader.i18n.rows import some_of
from uploader.model.problems import Problem, ProblemLog

EMPTY = Message("problem.empty.cause", field="rp_id")
CHANGED = Message("workbook.held_back", changes="{field} 100 % {0}")


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "rp_id is empty"), ("es", "rp_id está vacío"), ("pt", "rp_id está vazio"), ("fr", "rp_id is empty")],
)
def test_a_message_is_a_sentence_in_each_language_that_there_is_else_in_english(language: str, text: str) -> None:
    assert render(EMPTY, language) == text
    assert type(render(EMPTY, language)) is str


def test_facts_stay_as_they_are() -> None:
    assert (
        render(CHANGED, "pt") == "Foi editada depois do envio e a API não tem a alteração: {field} 100 % {0}. "
        "Para enviá-la, acrescente --send-duplicates."
    )


def test_a_fact_may_be_a_message_of_its_own() -> None:
    inner = Message("advice.problem", column=None, cause=EMPTY, fix=Message("problem.empty.fix"))
    assert render(inner, "pt", lambda _: "linha 7") == "linha 7: rp_id está vazio. Preencha a célula."


def test_several_sentences_are_separated_by_spaces_and_several_values_by_commas() -> None:
    both = Message("advice.problems", problems=(Message("advice.under_way"), Message("advice.not_its_turn")))
    assert "add --resend-unknown. The run ended before this row was sent." in render(both, "en")
    assert render(Message("workbook.blank.one_of", values=("a", "b")), "es") == "Uno de estos: a, b."
    assert render(Message("advice.problems", problems=()), "en") == ""


@pytest.mark.parametrize(("column", "cell"), [(2, "cell 2"), (None, "the row")])
def test_who_shows_it_says_how_the_cell_is_called(column: int | None, cell: str) -> None:
    def named(column: int | None) -> str:
        return "the row" if column is None else f"cell {column}"

    message = Message("advice.problem", column=column, cause=EMPTY, fix=Message("problem.empty.fix"))
    assert render(message, "en", named) == f"{cell}: rp_id is empty. Fill in the cell."
    assert render(Message("advice.problems", problems=(message,)), "en", named).startswith(f"{cell}: ")


@pytest.mark.parametrize(
    ("count", "language", "text"),
    [
        (1, "en", "At most 1 character."),
        (2, "en", "At most 2 characters."),
        (0, "es", "Máximo 0 caracteres."),
        (1, "es", "Máximo 1 carácter."),
        (12_345, "en", "At most 12,345 characters."),
    ],
)
def test_a_count_decides_between_one_and_several(count: int, language: str, text: str) -> None:
    assert render(Message("workbook.blank.max_length", count=count), language) == text


def test_a_template_s_text_is_said_in_the_reader_s_language_else_in_english() -> None:
    texts = {"en": "Look it up.", "es": "Búsquelo."}
    told = Message("advice.from_template", text=texts)
    assert [render(told, language) for language in ("en", "es", "pt")] == ["Look it up.", "Búsquelo.", "Look it up."]
    assert [in_language(texts, language) for language in ("es", "pt")] == ["Búsquelo.", "Look it up."]
    assert in_language({"es": "Búsquelo."}, "pt") == ""


def test_a_text_of_version_0_1_0_stays_as_it_is() -> None:
    assert {render(Message("text", text="as {it} was"), language) for language in ("en", "es", "pt")} == {"as {it} was"}


def test_two_messages_that_say_the_same_of_the_same_are_equal() -> None:
    assert Message("problem.empty.cause", field="rp_id") == EMPTY
    assert {EMPTY: 1}[Message("problem.empty.cause", field="rp_id")] == 1
    assert Message("problem.empty.cause", field="to") != EMPTY
    assert Message("problem.empty.fix", field="rp_id") != EMPTY


@pytest.mark.parametrize(
    "message",
    [
        EMPTY,
        Message("advice.none"),
        Message("advice.problems", problems=(EMPTY, Message("advice.problem", column=None, cause=EMPTY, fix=CHANGED))),
        Message("advice.from_template", text={"en": "Look it up.", "es": "Búsquelo."}),
        Message("workbook.blank.one_of", values=("a", "b")),
        Message("workbook.row", row=7, share=0.5, nothing=None, several=(1, "a", None)),
    ],
)
def test_messages_come_through_json_and_copies(message: Message) -> None:
    assert Message.from_json(json.loads(json.dumps(message.as_json()))) == message
    assert pickle.loads(pickle.dumps(message)) == message


def test_messages_come_through_a_log() -> None:
    problem = Problem(4, 0, "empty", {"field": "x"})
    (kept,) = ProblemLog([problem]).between(1, 9)
    assert (render(kept.cause, "es"), render(kept.fix, "es")) == ("x está vacío", "Complete la celda.")
    assert pickle.loads(pickle.dumps(kept)) == problem


@pytest.mark.parametrize(
    ("numbers", "total", "text"),
    [
        ([7], None, "7"),
        ([4, 9], None, "4 y 9"),
        ([4, 9, 12], None, "4, 9 y 12"),
        (range(2, 12), None, "2, 3, 4, 5, 6, 7, 8, 9, 10 y 11"),
        (range(2, 35), None, "2, 3, 4, 5, 6, 7, 8, 9, 10, 11 y 23 más"),
        ([4], 1_501, "4 y 1.500 más"),
        ([], None, ""),
    ],
)
def test_rows_are_named_up_to_ten(numbers: list[int], total: int | None, text: str) -> None:
    assert render(row_numbers(numbers, total), "es") == text


@pytest.mark.parametrize(("seconds", "text"), [(75.0, "75 s"), (0.5, "0,5 s"), (1200, "1.200 s")])
def test_a_number_is_written_as_the_language_does(seconds: float, text: str) -> None:
    assert render(Message("screen.seconds", seconds=seconds), "es") == text


@pytest.mark.parametrize(("language", "text"), [("en", "0 rows"), ("es", "0 filas"), ("pt", "0 linha")])
def test_each_language_has_plural_rules_of_its_own(language: str, text: str) -> None:
    assert render(Message("list.rows", count=0), language) == text


@pytest.mark.parametrize(
    ("face", "text"),
    [("cli", "add --skip-invalid"), ("python", "add skip_invalid=True")],
)
def test_a_way_is_called_as_its_reader_calls_it(face: str, text: str) -> None:
    assert text in render(Message("plan.fix_and_send"), "en", face=face)


def test_values_that_end_in_a_full_stop_are_no_sentences() -> None:
    assert render(Message("workbook.blank.one_of", values=("Sr.", "Sra")), "es") == "Uno de estos: Sr., Sra."


@pytest.mark.parametrize(
    ("face", "text"),
    [("cli", '--map to="Correo = casa"'), ("python", 'mapping={"to": "Correo = casa"}')],
)
def test_a_way_may_have_a_name_and_a_value(face: str, text: str) -> None:
    column, option = Message("column.nameless", letter="C"), 'to="Correo = casa"'
    told = Message("mapping.nearest", field="to", column_name=column, option=option)
    assert render(told, "en", face=face).endswith(f"add {text}.")


def test_names_in_a_sentence_are_up_to_ten() -> None:
    assert render(some_of(["a", "b"]), "pt") == "a e b"
    assert render(some_of(list("abcdefghijkl")), "en") == "a, b, c, d, e, f, g, h, i, j and 2 more"
