"""`uploader settle` asks for exactly one answer and takes every row that it is given, whatever release of click runs."""

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import interactions, write_csv
from tests.worlds import World, sandboxed
from uploader.cli import run, settings
from uploader.cli.commands.settle import settle as command
from uploader.errors import SettingsError
from uploader.model.rows import Status


class _Unset:
    """What some releases of click pass for an option that was not given: neither None nor False, and true."""


NOT_GIVEN = (None, False, _Unset())


@pytest.fixture
def world(own_world: Path) -> World:
    return sandboxed(own_world)


@pytest.fixture
def unknown(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of which rows 2 to 7 have an unknown outcome, and the command at home where it was sent."""
    rows = interactions(6)
    for at, row in enumerate(rows):
        row[4] = f"[practice reset-after x1] {at}"
    path = write_csv(tmp_path / "list.csv", rows)
    world.person({"go_on": "yes"})
    assert world.sends(path, no_preflight=True).json["unknown"] == 6
    monkeypatch.setenv("UPLOADER_HOME", str(world.home))
    assert settings.home() == world.home
    return path


def left(world: World) -> int:
    with world.session.journal() as journal:
        return journal.job(1).counts[Status.UNKNOWN]


@pytest.mark.parametrize(
    ("rows", "still_unknown"),
    [
        (["--row", "4"], 5),
        (["--row", "2", "--row", "4", "--row", "7"], 3),
        (["--row", "2,4-6"], 2),
        (["--row", "2, 3", "--row", " 5-5 ", "--row", "2"], 3),
    ],
)
@pytest.mark.parametrize("by", ["list", "job"])
def test_every_row_that_is_given_is_settled(
    world: World, unknown: Path, rows: list[str], still_unknown: int, by: str
) -> None:
    assert run(["settle", str(unknown) if by == "list" else "1", *rows, "--arrived"]) == 0
    assert left(world) == still_unknown


@pytest.mark.parametrize("flags", [[], ["--arrived", "--not-arrived"]])
@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_without_exactly_one_answer_nothing_is_settled(
    world: World, unknown: Path, capsys: pytest.CaptureFixture[str], flags: list[str], language: str
) -> None:
    assert run(["settle", "1", "--row", "4", "--language", language, *flags]) == 2
    assert "arrived" in capsys.readouterr().err
    assert left(world) == 6


@pytest.mark.parametrize("row", ["0", "-3", "4-2", "4-", "", "four", "4;5", "²", "12345678"])
def test_what_is_not_a_row_number_is_named_and_nothing_is_settled(world: World, unknown: Path, row: str) -> None:
    assert run(["settle", "1", f"--row=3,{row}", "--arrived"]) == 2
    assert left(world) == 6


def called(rows: Sequence[str], arrived: Any, not_arrived: Any) -> None:
    """The command as click calls it, with what it passes for flags."""
    callback = command.callback
    assert callback is not None
    inspect.unwrap(callback)(
        which="1", parts=tuple(rows), arrived=arrived, not_arrived=not_arrived, sandbox=False, language="en"
    )


@pytest.mark.parametrize("nothing", NOT_GIVEN)
def test_a_flag_that_was_not_given_is_never_taken_for_one_that_was(world: World, unknown: Path, nothing: Any) -> None:
    for pair in ((nothing, nothing), (True, True), *((nothing, other) for other in NOT_GIVEN)):
        with pytest.raises(SettingsError):
            called(["4"], *pair)
    assert left(world) == 6
    called(["4"], True, nothing)
    called(["5"], nothing, True)
    assert left(world) == 4
    with world.session.journal() as journal:
        settled = {row.row.number: row.settled for row in journal.rows(1) if row.settled}
    assert settled == {4: "arrived", 5: "not arrived"}


def test_the_end_says_which_rows_and_the_next_command(unknown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["settle", str(unknown), "--row", "2-4", "--not-arrived", "--language", "es"]) == 0
    first, *_, third, command = capsys.readouterr().out.splitlines()
    assert first == "3 filas quedaron registradas como no recibidas y se pueden enviar de nuevo: filas 2, 3 y 4."
    assert third.startswith("Para enviar las ")
    assert command == "  uploader resume 1"
