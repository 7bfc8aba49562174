import pytest

from tests.rendered import cause, place, sentence
from uploader.checks.rules import problems
from uploader.i18n import render
from uploader.model.problems import Problem, ProblemLog, stopping
from uploader.templates.columns.column import Column

INVISIBLE = [
    "\u2800",
    "\u3164",
    "\u115f\u1160",
    "\u180e",
    "\u034f",
    "\u200b\u200f\u2060\ufeff\xad",
    "\ufe0f",
    "\U000e0041",
    "\x07",
    "\x85\xa0",
]


def found(column: Column, *cells: str, header: bool = False) -> list[Problem]:
    texts = [column.meant(cell) for cell in cells]
    rows = range(2, 2 + len(cells))
    return list(problems(rows, {"x": texts}, {"x": 0}, {"x": column}, {"x": "“X”"}, frozenset({"x"} if header else ())))


@pytest.mark.parametrize(
    ("column", "good", "bad", "words"),
    [
        (Column(required=True), ["a", "0"], ["", "  ", "\n"], "“X” is empty"),
        (Column(required=True, trim=False), ["a", " a"], ["", "  ", "\n"], "“X” is empty"),
        (Column(required=True), ["\u200ba", "❤\ufe0f"], INVISIBLE, "“X” is empty"),
        (Column(required=True, trim=False), ["\u3164a", "\u0301"], INVISIBLE, "“X” is empty"),
        (Column(one_of=("Á",)), ["A\u0301", "Á", "\u200b"], ["á", "A"], "not one of the allowed values"),
        (Column(max_length=3), ["", "abc"], ["abcd"], "longer than 3"),
        (Column(one_of=("yes", "no")), ["", "yes"], ["Yes", "maybe"], "not one of the allowed values"),
        (Column(pattern=r"\d+"), ["", "00123", "1\n"], ["12a"], "doesn't have the right format"),
        (Column(pattern=r"\d+", trim=False), ["1"], ["1\n"], "doesn't have the right format"),
        (Column(pattern=r"\d{10}"), ["0123456789"], ["123456789"], "doesn't have the right format"),
        (Column(pattern=r"0\d{9}"), ["0123456789"], ["123456789"], "lost the zero in front"),
        (Column(pattern=r"\+\d{11,12}"), ["+573001234567"], ["573001234567"], "lost the plus sign"),
        (Column(date_format="%d/%m/%Y"), ["2026-03-05", "05/03/2026", ""], ["soon", "2026-02-30"], "“X” is not a date"),
        (Column(date_format="%d/%m/%Y"), [], ["\uff10\uff15/03/2026", "\u0660\u0665/03/2026"], "“X” is not a date"),
    ],
)
def test_cells_are_held_against_what_the_column_says(
    column: Column, good: list[str], bad: list[str], words: str
) -> None:
    assert found(column, *good) == []
    complaints = found(column, *bad)
    assert [problem.row for problem in complaints] == list(range(2, 2 + len(bad)))
    assert all(words in cause(problem) for problem in complaints)


def test_what_goes_into_a_header_must_be_plain() -> None:
    assert found(Column(), "plain text", header=True) == []
    assert [place(problem) for problem in found(Column(), "ñ", "two\nlines", header=True)] == ["A2", "A3"]


def test_the_example_row_of_a_blank_list_is_not_sent() -> None:
    column = Column(example="61196")
    assert found(column, "61197") == []
    assert [place(problem) for problem in found(column, "61196")] == ["row 2"]


def test_warnings_stop_no_row() -> None:
    both = [Problem(2, 0, "perhaps_a_date", stops=False), Problem(3, 0, "empty", {"field": "x"})]
    assert stopping(both) == {3: [both[1]]}


def test_problems_and_their_fixes_follow_the_language_but_for_what_the_template_says() -> None:
    column = Column(required=True, pattern=r"0\d{9}", description="The phone number.", example="0123456789")
    empty, lost, odd = found(column, "", "123456789", "x")
    assert in_words(empty, "es") == "“X” está vacío. Complete la celda."
    assert in_words(lost, "pt") == (
        "“X” perdeu o zero do início. O Excel o tira dos números. Formate a coluna como texto e acrescente 0 no início. "
        "The phone number. Por exemplo: 0123456789."
    )
    assert in_words(odd, "es") == "“X” no tiene el formato correcto. The phone number. Por ejemplo: 0123456789."
    (example,) = found(Column(example="61196"), "61196")
    assert in_words(example, "pt").startswith("esta é a linha de exemplo")
    assert in_words(example, "en").startswith("this is the example row")


def in_words(problem: Problem, language: str) -> str:
    return f"{render(problem.cause, language)}. {render(problem.fix, language)}"


@pytest.mark.parametrize(
    ("column", "how"),
    [
        (Column(pattern=r"\d+", example="12"), "For example: 12."),
        (Column(pattern=r"\d+", description="A number."), "A number."),
        (Column(pattern=r"\d+"), r"It must match \d+"),
    ],
)
def test_how_a_cell_should_be_written_is_said_as_well_as_the_template_knows_it(column: Column, how: str) -> None:
    assert [sentence(problem.fix) for problem in found(column, "x")] == [how]


def test_one_fault_in_many_rows_is_one_code_with_the_same_facts() -> None:
    (summary,) = ProblemLog(found(Column(one_of=("yes", "no")), "a", "b", "c")).summaries(stops=True)
    assert (summary.rows, summary.cause.facts) == (3, {"field": "“X”", "allowed": ("yes", "no")})
    assert sentence(summary.fix) == "Use one of these: yes, no."


def test_of_many_allowed_values_the_first_are_named() -> None:
    (problem,) = found(Column(one_of=tuple(f"v{at}" for at in range(1_000))), "a")
    assert sentence(problem.fix) == "Use one of these: v0, v1, v2, v3, v4, v5, v6, v7, v8, v9 and 990 more."


def test_a_date_that_is_not_one_is_answered_with_how_a_day_is_sent() -> None:
    (problem,) = found(Column(date_format="%d/%m/%Y"), "soon")
    assert sentence(problem.fix).endswith("for example 2026-12-31. That day is sent as 31/12/2026.")
