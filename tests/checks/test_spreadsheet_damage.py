import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rendered import cause, place
from uploader.checks.spreadsheet_damage import is_plain, problems
from uploader.model.problems import Problem
from uploader.model.unseen import BLANKS, ODD


def found(cell: str, *, trim: bool = True) -> list[Problem]:
    """The problems of one cell, after asking whether the column has any."""
    among = ["clean", cell, "also clean, ñandú", "two\nlines"]
    return [] if is_plain(among) else list(problems(range(2, 6), among, 0, trim=trim))


@pytest.mark.parametrize(
    "cell",
    ["#N/A", "#N/D", "#REF!", "#¡REF!", "#VALUE!", "#¡VALOR!", "#VALOR!", "#DIV/0!", "#¡DIV/0!", "#NAME?", "#¿NOMBRE?",
     "#NOME?", "#NUM!", "#NULO!", "#SPILL!", " #N/A ", "######", "###", "#n/a", "#¡ref!", "#NV", "#WERT!", "#YOK", "#Н/Д",
     "#I/T", "#N/B", "#VALEUR!", "#RIF!", "#HIÁNYZIK", "#NU\u0301M!", "#N¡NUM!", "#¡DESBORDAMIENTO!", "#OBTENIENDO_DATOS",
     "#GETTING_DATA", "#ERROR!", "#¡ERROR!", "#Error", "Err:502", "Err:508", "Error:508", "Erro:522", "Err :504", "#BUSY!"],
)  # fmt: skip
def test_the_text_of_an_error_stops_its_row(cell: str) -> None:
    (problem,) = found(cell)
    assert (place(problem), problem.stops) == ("A3", True)
    assert cell.strip() in cause(problem)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("3.0E+11", "cut off the last digits"),
        ("5,73E+11", "cut off the last digits"),
        ("6E11", "cut off the last digits"),
        ("1234567890123450000", "15 digits"),
        ("5-mar", "into a date"),
        ("ene-05", "into a date"),
        ("Sep-21", "into a date"),
        ("'0012", "apostrophe"),
        ("MarÃ­a", "already damaged"),
        ("Mar\ufffda", "already damaged"),
        ("Ã±andÃº", "already damaged"),
        ("’0012", "apostrophe"),
        ("´3001234567", "apostrophe"),
        ("MarÃ\x81a", "already damaged"),
        ("bell\x07", "control"),
        ("nul\x00", "control"),
        ("\x003001234567", "control"),
        ("300\t1234567", "control"),
        ("300\x1f123", "control"),
        ("Mar\x93a", "control"),
        ("300\x7f", "control"),
        ("=007", "formula"),
        ("=A1&B1", "formula"),
        ("=SUM(A1:A3)", "formula"),
        ('=HIPERVINCULO("https://example.com";"x")', "formula"),
        ("='Hoja 1'!B2", "formula"),
        ("=+573001234567", "formula"),
        ('="007"x', "formula"),
        ("Ana ", "spaces before or after"),
        ("\tAna", "spaces before or after"),
        ("Ana\xa0", "spaces before or after"),
        ("\u200b3001234567", "spaces before or after"),
        ("\u202a+57 300\u202c", "spaces before or after"),
        ("Ana\n", "spaces before or after"),
        ("Ana\xa0Muñoz", "invisible"),
        ("300\u200b123", "invisible"),
    ],
)
def test_what_was_damaged_is_a_warning_at_its_cell(cell: str, words: str) -> None:
    assert any(words in cause(problem) for problem in found(cell))
    assert all(place(problem) == "A3" and not problem.stops for problem in found(cell))


@pytest.mark.parametrize(
    "cell",
    ["Maria", "mayo", "mar", "SÃO PAULO", "MAÇÃ", "Âncora", "it's", "O'Neill", "#1", "# 12-34", "1E", "E11", "3e", "2026-03-05",
     "5-3", "123456789012345", "1000000000000000", "+57 300 123 4567", "a, b; c", "👩‍👧", "50 %", "",
     "#VIP!", "#urgente", "#HOLA!", "#12", "#", "#1!", "Error: 504", "Err", "10:55", "=)", "= Ana =", "=== hoy ===", "+573001234567",
     "-5", "@ana", "Nan", "Nat", "Nil", "none of these", "Nullmann", "N/A", "‘hola’", "’n Roll"],
)  # fmt: skip
def test_what_people_write_is_left_in_peace(cell: str) -> None:
    told = [cause(problem) for problem in found(cell)]
    assert told == (["the number has more than 15 digits and ends in zeros"]
                    if cell == "1000000000000000" else [])  # fmt: skip


@pytest.mark.parametrize(
    "cell",
    ["***", "NULL", "null", r"\N", "NaN", "nan", "undefined", "[object Object]", "(null)", "<NA>", "NaT", "None", "nil", "#NULL",
     "Loading...", "Cargando…", "Carregando...", " NULL ", "undefined undefined"],
)  # fmt: skip
def test_what_programs_write_for_a_missing_value_is_a_warning(cell: str) -> None:
    words = [cause(problem) for problem in found(cell)]
    assert words[0] == f"a value is probably missing: the cell contains only “{cell.strip()}”"
    assert not any(problem.stops for problem in found(cell))


def test_a_tab_before_a_number_is_told_where_it_is_sent() -> None:
    assert "control" in cause(found("\t3001234567", trim=False)[0])
    assert "spaces before" in cause(found("\t3001234567")[0])


def test_spaces_that_are_sent_are_not_reported_as_left_out() -> None:
    assert found("Ana ", trim=False) == []
    assert "invisible" in cause(found("Ana\xa0", trim=False)[0])


def test_a_clean_column_has_nothing_to_tell() -> None:
    assert is_plain(["a@example.com", "Señor Muñoz", "0012", "two\nlines, and “quotes”", ""])


PIECES = [*BLANKS, *ODD, *" '’`´#=ÃÂ€+-.0a", "\ufe0f", "\x1f", "\x80", "â€", "\ufffd", "\ud800", "Err:503", "1e5", "12-ene",
          "ENE-12", "1.5E3", "123456789012345000", "NULL", "#N/A", "ñ", "ã", "🙂", "=A1", "ſep-1", "ab\u200dcd"]  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map("".join), min_size=1, max_size=4))
def test_a_column_is_plain_just_where_no_cell_has_anything_to_tell(cells: list[str]) -> None:
    numbers = range(2, 2 + len(cells))
    told = [*problems(numbers, cells, 0, trim=True), *problems(numbers, cells, 0, trim=False)]
    assert not (is_plain(cells) and told)
