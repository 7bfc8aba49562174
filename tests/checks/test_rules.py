import pytest

from uploader.checks.rules import advice, problems, stopping, told_at
from uploader.i18n.words import Words
from uploader.model.problems import Problem
from uploader.model.rows import column_letter
from uploader.templates.columns import Column


def found(column: Column, *cells: str, header: bool = False) -> list[Problem]:
    texts = [column.meant(cell) for cell in cells]
    rows = range(2, 2 + len(cells))
    told = list(problems(rows, {"x": texts}, {"x": 0}, {"x": column}, frozenset({"x"} if header else ())))
    assert all(isinstance(problem.cause, Words) for problem in told)
    return told


@pytest.mark.parametrize(
    ("column", "good", "bad", "cause"),
    [
        (Column(required=True), ["a", "0"], ["", "  ", "\n"], "x is empty"),
        (Column(required=True, trim=False), ["a", " a"], ["", "  ", "\n"], "x is empty"),
        (Column(max_length=3), ["", "abc"], ["abcd"], "longer than 3"),
        (Column(one_of=("yes", "no")), ["", "yes"], ["Yes", "maybe"], "none of the values"),
        (Column(pattern=r"\d+"), ["", "00123", "1\n"], ["12a"], "not written as it should be"),
        (Column(pattern=r"\d+", trim=False), ["1"], ["1\n"], "not written as it should be"),
        (Column(pattern=r"0\d{9}"), ["0123456789"], ["123456789"], "lost its leading zero"),
        (Column(pattern=r"\+\d{11,12}"), ["+573001234567"], ["573001234567"], "lost its plus"),
        (Column(date_format="%d/%m/%Y"), ["2026-03-05", "05/03/2026", ""], ["soon", "2026-02-30"], "x is no date"),
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


def test_warnings_stop_no_row() -> None:
    both = [Problem(2, 0, "x is odd", "Look.", stops=False), Problem(3, 0, "x is empty", "Fill it.")]
    assert stopping(both) == {3: [both[1]]}


def in_line_2(told: str) -> str:
    return told_at(told, lambda column: f"{column_letter(column)}2")


def test_the_advice_of_a_row_names_each_of_its_cells() -> None:
    told = advice([Problem(2, 0, "x is empty", "Fill it."), Problem(2, 27, "y is long", "Cut it.")], "en")
    assert in_line_2(told) == "A2: x is empty. Fill it. AB2: y is long. Cut it."
    assert told_at(told, lambda column: f"<{column + 1}>").startswith("<1>: x is empty.")
    assert in_line_2(advice([Problem(5, None, "it is odd", "Look.")], "es")) == "fila 5: it is odd. Look."


def test_the_advice_of_a_row_follows_the_language_but_for_what_the_template_says() -> None:
    column = Column(required=True, pattern=r"0\d{9}", description="The phone number.", example="0123456789")
    empty, lost, odd = found(column, "", "123456789", "x")
    assert in_line_2(advice([empty], "es")) == "A2: x está vacío. Complete la celda."
    assert in_line_2(advice([lost], "pt")) == (
        "A2: x perdeu o zero à esquerda, como o Excel faz com números. Formate a coluna como texto e escreva 0 na "
        "frente. The phone number. Por exemplo: 0123456789."
    )
    assert in_line_2(advice([odd], "es")) == (
        "A2: x no está escrito como debería. The phone number. Por ejemplo: 0123456789."
    )
    (example,) = found(Column(example="61196"), "61196")
    assert advice([example], "pt").startswith("linha 2: esta é a linha de exemplo")
    assert advice([example], "en").startswith("row 2: this is the example row")
