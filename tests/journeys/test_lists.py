"""Lists, checked by the real command: on a terminal, and as long as they come."""

import os
from pathlib import Path

import pytest

from tests.books import two_sheets
from tests.conftest import (
    UPLOADER,
    environment,
    interactions,
    measured,
    write_csv,
)
from tests.terminals import on_a_terminal

NONE_OF_THEM = "0 for none of these): "


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals in Python")
@pytest.mark.parametrize("answer", ["y", "n"])
def test_on_a_terminal_the_problems_workbook_is_asked_about_after_the_problems(tmp_path: Path, answer: str) -> None:
    rows = interactions(3)
    rows[1][6] = ""
    path, problems = write_csv(tmp_path / "list.csv", rows), tmp_path / "list.problems.xlsx"
    question = "[y/N]: "
    code, shown = on_a_terminal(["check", path], [(question, answer)], cwd=tmp_path, env=environment())
    before, _, after = one_line(shown).partition(question)
    assert (code, "G3" in before) == (2, True)
    assert problems.exists() is (answer == "y")
    assert (problems.name in after) is (answer == "y")
    assert ("--problems" in after) is (answer == "n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals in Python")
def test_on_a_terminal_columns_and_sheets_are_asked_for_and_the_options_are_named(tmp_path: Path) -> None:
    header = ("Email origen", "fromname", "Email cliente", "toname", "subject", "body", "rp_id")
    path = write_csv(tmp_path / "list.csv", interactions(3), header)
    code, shown = on_a_terminal(
        ["check", path], [(NONE_OF_THEM, "A"), (NONE_OF_THEM, "email cliente")], cwd=tmp_path, env=environment()
    )
    assert code == 0, shown
    assert "Which column fills from?" in shown
    assert "  C  Email cliente  (001@example.com)" in shown
    assert shown.count("“Email cliente” (C)") == 2, "as the choice, and in the table"
    options = '--map from="Email origen" --map to="Email cliente"'
    remembered = "This is remembered for lists with the same column names, as if you added: "
    assert f"{remembered}{options}" in one_line(shown)
    code, shown = on_a_terminal(["check", path], cwd=tmp_path, env=environment())
    assert (code, "Remembered from" in shown) == (0, True), shown
    path.write_bytes(path.read_bytes().replace(b"Email cliente", b"Email del cliente"))
    code, shown = on_a_terminal(
        ["check", two_sheets(tmp_path / "list.xlsx")], [(NONE_OF_THEM, "2")], cwd=tmp_path, env=environment()
    )
    assert code == 0, shown
    assert '--sheet "Febrero"' in shown
    code, shown = on_a_terminal(["check", path], [(NONE_OF_THEM, "0")], cwd=tmp_path, env=environment())
    assert code == 2
    assert "has no column for the fields from and to" in shown


def one_line(shown: str) -> str:
    """What a terminal shows, without the breaks of its lines."""
    return " ".join(shown.split())


def test_memory_stays_flat_however_long_a_csv_is(tmp_path: Path) -> None:
    def memory(count: int) -> float:
        path = write_csv(tmp_path / f"{count}.csv", interactions(count), delimiter=";")
        return measured(UPLOADER, "check", path)[2]

    assert memory(160_000) < 1.2 * memory(40_000)
