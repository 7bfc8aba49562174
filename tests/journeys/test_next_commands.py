"""The command that is told at an end, typed exactly as it was told."""

import shlex
from pathlib import Path

import pytest

from tests.books import GOOD, copied_template, mend
from tests.conftest import Command, interactions, write_csv
from uploader.sandbox import UNKNOWN_ROUTING_POINT


def told_command(out: str, begin: str) -> list[str]:
    (line,) = (line.strip() for line in out.splitlines() if line.strip().startswith(begin))
    return shlex.split(line)[1:]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """One that is given by its path."""
    return copied_template(tmp_path / "my templates", "inv.toml")


def test_a_result_workbook_is_sent_by_the_command_that_is_told(
    tmp_path: Path, template: Path, uploader: Command
) -> None:
    rows = interactions(3)
    rows[1][-1] = UNKNOWN_ROUTING_POINT
    write_csv(tmp_path / "inv.csv", rows)
    sent = uploader("send", "inv.csv", "-t", "my templates/inv.toml", "--files", ".", "--sandbox", "--yes")
    assert sent.code == 1, sent.err
    command = told_command(sent.out, "uploader send")
    assert command[2:] == ["--template", "my templates/inv.toml", "--files", ".", "--sandbox"]
    mend(tmp_path / "inv.results.xlsx", {(3, "rp_id"): GOOD})
    assert uploader(*command, "--yes").code == 0


def test_a_workbook_of_ours_is_sent_with_its_jobs_own_copy_of_a_template_that_has_no_name(
    tmp_path: Path, template: Path, uploader: Command
) -> None:
    rows = interactions(3)
    rows[1][-1] = UNKNOWN_ROUTING_POINT
    write_csv(tmp_path / "inv.csv", rows)
    uploader("send", "inv.csv", "-t", "my templates/inv.toml", "--sandbox", "--yes")
    template.unlink()
    mend(tmp_path / "inv.results.xlsx", {(3, "rp_id"): GOOD})
    sent = uploader("send", "inv.results.xlsx", "--sandbox", "--yes")
    assert sent.code == 0, sent.err


def test_a_check_tells_the_options_with_which_it_was_made(tmp_path: Path, template: Path, uploader: Command) -> None:
    header = ("from", "fromname", "to", "toname", "subject", "body", "Which one")
    write_csv(tmp_path / "l.csv", interactions(2), header, delimiter=";")
    options = ["-t", "my templates/inv.toml", "--map", "rp_id=Which one", "--delimiter", ";", "--files", "."]
    command = told_command(uploader("check", "l.csv", *options).out, "uploader send")
    assert command[2:] == ["--template", "my templates/inv.toml", *options[2:]]
    assert uploader(*command, "--sandbox", "--yes").code == 0


def test_a_problems_workbook_of_a_check_is_sent_by_the_command_that_is_told(
    tmp_path: Path, template: Path, uploader: Command
) -> None:
    rows = interactions(2)
    rows[1][-1] = ""
    write_csv(tmp_path / "l.csv", rows)
    command = told_command(uploader("check", "l.csv", "-t", str(template), "--problems").out, "uploader send")
    assert command[1].endswith("l.problems.xlsx")
    mend(tmp_path / "l.problems.xlsx", {(3, "rp_id"): GOOD}, "Problems")
    sent = uploader(*command, "--sandbox", "--yes")
    assert sent.code == 0, sent.err
