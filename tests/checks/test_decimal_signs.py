"""Which decimal sign the numbers of a list have: in delimited text, and in workbooks as other programs write them."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import write_xlsx
from tests.rendered import cause, place
from uploader.checks.checked_list import CheckedList, checked_list, matched
from uploader.checks.decimal_signs import UNDECIDED
from uploader.i18n import render
from uploader.model.cancel import CancelToken
from uploader.readers import open_file, read_table
from uploader.readers.frame import list_of
from uploader.readers.table import Table
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

AMOUNT = """
title = "x"
[request]
url = "https://api.example.com/x"
[request.json]
amounts = ["{{amount}}"]
[columns.amount]
"""
NUMBER = "type = 'number'\n"


def template(said: str = NUMBER) -> Template:
    return parse(AMOUNT + said, "x.toml", "x")


def of_table(
    table: Table, said: str, before: dict[str, str] | None = None, *, may_be_numbers: bool = False
) -> CheckedList:
    shape = template(said)
    fields = matched(table, shape, {}).fields
    return checked_list(table.path, "", table, shape, fields, before, may_be_numbers=may_be_numbers)


def read(path: Path) -> Table:
    with open_file(path) as file:
        return read_table(file, wanted=("amount",))


def csv(tmp_path: Path, cells: Sequence[str]) -> Table:
    path = tmp_path / "list.csv"
    path.write_text("amount\tname\n" + "".join(f"{cell}\tx\n" for cell in cells), encoding="utf-8")
    return read(path)


def xlsx(tmp_path: Path, cells: Sequence[object]) -> Table:
    return read(write_xlsx(tmp_path / "list.xlsx", [[cell, "x"] for cell in cells], header=["amount", "name"]))


def sent(a_list: CheckedList) -> list[str | float]:
    """What is sent of each cell, as a value in JSON; the problem of those that are not sent."""
    found: list[str | float] = []
    for records in a_list.table.texts():
        rows = a_list.check(records)
        stopped = {problem.row: problem.code for problem in rows.problems if problem.stops}
        column = a_list.template.columns["amount"]
        for number, text in zip(records.numbers, rows.fields["amount"], strict=True):
            found.append(stopped.get(number) or column.typed(text))
    return found


@pytest.mark.parametrize(
    ("cells", "sign", "values"),
    [
        (["1.250", "3,5"], ",", [1250, 3.5]),
        (["1.250", "3.5"], ".", [1.25, 3.5]),
        (["1,250", "1,250.50"], ".", [1250, 1250.5]),
        (["1.250", "2.000.000"], ",", [1250, 2_000_000]),
        (["1250", "-3", "1 000"], None, [1250, -3, 1000]),
        (["1.250", "2.500"], None, ["ambiguous_number", "ambiguous_number"]),
        (["1.250", "1,5", "2.5", "7"], UNDECIDED, ["contradictory_number", 1.5, 2.5, 7]),
        (["1.250", "x.y", "1,5"], ",", [1250, "not_a_number", 1.5]),
        (["1.250", "x.y,z"], None, ["ambiguous_number", "not_a_number"]),
        (["1.250", ""], None, ["ambiguous_number", ""]),
    ],
)
def test_the_column_as_a_whole_decides(tmp_path: Path, cells: list[str], sign: str, values: list[object]) -> None:
    a_list = of_table(csv(tmp_path, cells), NUMBER)
    assert a_list.decimals.signs.get("amount") == sign
    assert sent(a_list) == values


def test_what_the_template_says_is_not_asked_of_the_cells(tmp_path: Path) -> None:
    a_list = of_table(csv(tmp_path, ["1.250", "2.5", "1.250,5"]), NUMBER + "decimal = ','")
    assert sent(a_list) == [1250, "other_decimal_sign", 1250.5]
    assert a_list.decimals.signs == {"amount": ","}


def told(a_list: CheckedList) -> list[str]:
    """Causes and fixes, as a person reads them."""
    (records,) = a_list.table.texts()
    found = a_list.check(records).problems
    return [f"{cause(problem)} / {render(problem.fix, 'en')}" for problem in found]


def test_a_cell_with_the_other_sign_than_its_column_is_told_so(tmp_path: Path) -> None:
    (said,) = told(of_table(csv(tmp_path, ["3,5", "1250.50", "4,25"]), NUMBER + "decimal = ','"))
    assert "has “.” before the decimals" in said
    assert said.endswith("uses “,” / Write it as the rest of the column, for example 1250,50.")


def test_a_contradiction_names_a_cell_of_each_kind(tmp_path: Path) -> None:
    (said,) = told(of_table(csv(tmp_path, ["1.250", "1,5", "2.5", "7", "3,5"]), NUMBER))
    assert "the column has both: 1,5 and 2.5" in said


@pytest.mark.parametrize("cell", ["1.250", "abc"])
def test_no_decimals_are_proposed_of_whole_numbers(tmp_path: Path, cell: str) -> None:
    (said,) = told(of_table(csv(tmp_path, [cell]), "type = 'integer'\n"))
    assert "1,25 " not in said
    assert "1250." in said
    assert "1250.5" not in said


def test_the_example_of_a_blank_list_does_not_decide(tmp_path: Path) -> None:
    a_list = of_table(csv(tmp_path, ["1250.50", "1.250"]), NUMBER + "example = '1250.50'")
    assert sent(a_list) == ["example_row", "ambiguous_number"]


def test_each_part_of_a_list_counts(tmp_path: Path) -> None:
    a_list = of_table(csv(tmp_path, ["1.250; 2,5", "3"]), NUMBER + "list = ';'")
    assert a_list.decimals.signs == {"amount": ","}


@pytest.mark.parametrize("said", [NUMBER, NUMBER + "decimal = ','", NUMBER + "decimal = '.'"])
def test_a_number_cell_is_never_taken_for_another_number(tmp_path: Path, said: str) -> None:
    numbers = [1250.5, 1.25, 1.125, -12.345, 1250, 0.1, 1e-7, 123456.789]
    a_list = of_table(xlsx(tmp_path, numbers), said)
    assert a_list.decimals.signs == {"amount": "."}
    assert sent(a_list) == numbers


@pytest.mark.parametrize(
    ("cells", "said", "values"),
    [
        ([1.125, "2.5"], "", [1.125, 2.5]),
        ([1.125, "1.250"], "", ["ambiguous_number", "ambiguous_number"]),
        ([1250.5, "1.250"], "", [1250.5, "ambiguous_number"]),
        ([1.125, "1.250,5"], "", ["ambiguous_number", 1250.5]),
        ([1250, "1.250,5", "1.250"], "", [1250, 1250.5, 1250]),
        ([1.125, "1.250"], "decimal = ','", ["ambiguous_number", "ambiguous_number"]),
        ([1.125, "1.250"], "decimal = '.'", [1.125, 1.25]),
        ([1250, "1.250"], "decimal = ','", [1250, 1250]),
        ([1.125, "3"], "decimal = ','", [1.125, 3]),
        ([True, None, 2.5], "", ["not_a_number", "", 2.5]),
    ],
)
def test_texts_among_number_cells_are_not_read_by_their_point(
    tmp_path: Path, cells: list[object], said: str, values: list[object]
) -> None:
    assert sent(of_table(xlsx(tmp_path, cells), NUMBER + said)) == values


def test_floats_of_a_frame_are_numbers_where_numbers_are_wanted() -> None:
    frame = pd.DataFrame({"amount": [1250.5, 1.125, None], "name": "x"})
    made = of_table(list_of(frame).table(CancelToken()), NUMBER + "decimal = ','")
    assert sent(made) == [1250.5, 1.125, ""]
    as_text = of_table(list_of(frame).table(CancelToken()), "")
    assert sent(as_text) == ["float_column", "float_column", ""]


@pytest.mark.parametrize(
    ("cells", "before", "values"),
    [
        (["1.250", "7"], ",", [1250, 7]),
        (["1.250", "3,5"], ",", [1250, 3.5]),
        (["1.250", "3.5", "4,25"], ",", ["contradictory_number", "other_decimal_sign", 4.25]),
        (["1.250", 3.125, "4,25"], ",", ["ambiguous_number", "ambiguous_number", 4.25]),
        (["1.125", "3.5", 4.125], ".", [1.125, 3.5, 4.125]),
        (["1.125", "3.5", "7"], "", ["ambiguous_number", 3.5, 7]),
    ],
)
def test_a_workbook_of_ours_is_read_as_before_and_edits_that_contradict_it_stop(
    tmp_path: Path, cells: list[object], before: str, values: list[object]
) -> None:
    a_list = of_table(xlsx(tmp_path, cells), NUMBER, {"amount": before})
    assert sent(a_list) == values
    assert a_list.decimals.signs == {"amount": before}
    of_person = of_table(xlsx(tmp_path, cells), NUMBER).read_as({"amount": before})
    assert of_person.decimals.signs == {"amount": before}
    assert all(one == other or isinstance(one, str) for one, other in zip(sent(of_person), values, strict=True))


def test_texts_that_may_have_been_number_cells_decide_nothing(tmp_path: Path) -> None:
    table = xlsx(tmp_path, ["1.125", "1250.5"])
    assert sent(of_table(table, NUMBER + "decimal = ','", may_be_numbers=True)) == ["ambiguous_number", 1250.5]


def test_a_cell_that_could_be_either_number_says_how_to_mend_it(tmp_path: Path) -> None:
    a_list = of_table(csv(tmp_path, ["1.250"]), NUMBER)
    (records,) = a_list.table.texts()
    (problem,) = a_list.check(records).problems
    assert place(problem) == "A2"
    assert cause(problem).startswith("“amount” is one number if “,” separates the decimals, and another if “.” does")


@pytest.mark.parametrize(
    ("cells", "said", "told"),
    [
        (["1.250", "3,5"], "", ["“amount” (A): its cells show that “,” separates the decimals, so 1.250 is sent as 1250."]),
        (["1,250", "3.5"], "", ["“amount” (A): its cells show that “.” separates the decimals, so 1,250 is sent as 1250."]),
        (["12", "3.5"], "", []),
        (["1.250"], "", []),
        (["1.250", "3,5", "3.5"], "", []),
        (["1.250", "3,5"], "decimal = ','", []),
    ],
)  # fmt: skip
def test_the_person_hears_where_other_cells_decided_which_number_a_cell_is(
    tmp_path: Path, cells: list[str], said: str, told: list[str]
) -> None:
    assert [render(note, "en") for note in of_table(csv(tmp_path, cells), NUMBER + said).notes] == told
