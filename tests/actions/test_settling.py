"""Rows whose outcome is unknown are closed by a person who looked them up: all that were named, or none."""

from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv
from tests.worlds import World
from uploader.actions.history import history
from uploader.actions.results import results
from uploader.actions.settle import settle
from uploader.cli.report import jobs as report
from uploader.errors import SettingsError
from uploader.i18n import Message, row_numbers
from uploader.model.job import Job, RowResult
from uploader.model.rows import Status


@pytest.fixture
def path(world: World, tmp_path: Path) -> Path:
    """A list that was sent; the outcome of rows 3, 5 and 6 is unknown."""
    rows = interactions(6)
    for at in (1, 3, 4):
        rows[at][4] = f"[practice reset-after x1] {at}"
    path = write_csv(tmp_path / "list.csv", rows)
    assert world.sends(path, no_preflight=True).json["unknown"] == 3
    return path


def found(world: World, job: int = 1) -> dict[int, RowResult]:
    with world.session.journal() as journal:
        return {result.row.number: result for result in journal.rows(job)}


def counts(job: Job) -> dict[Status, int]:
    return {status: rows for status, rows in job.counts.items() if rows}


@pytest.mark.parametrize("which", ["number", "number as text", "path", "path as text", "path of a list that is gone"])
def test_several_rows_are_settled_at_once_whichever_way_their_job_is_named(
    world: World, path: Path, which: str
) -> None:
    if which == "path of a list that is gone":
        path.unlink()
    named: dict[str, int | str | Path] = {"number": 1, "number as text": "1", "path as text": str(path)}
    job = settle(named.get(which, path), [6, 3, 6], world.session, arrived=True)
    assert (job.id, counts(job)) == (1, {Status.ACCEPTED: 5, Status.UNKNOWN: 1})
    assert found(world)[5].status is Status.UNKNOWN


@pytest.mark.parametrize("wrong", [2, 99])
@pytest.mark.parametrize("arrived", [True, False])
def test_one_row_that_is_not_unknown_is_named_and_none_is_settled(
    world: World, path: Path, wrong: int, arrived: bool
) -> None:
    before = found(world)
    with pytest.raises(SettingsError) as error:
        settle(path, [3, wrong, 5], world.session, arrived=arrived)
    assert error.value.message == Message("settle.not_unknown", count=1, numbers=row_numbers([wrong]), job=1)
    assert found(world) == before


def test_without_a_row_nothing_is_settled(world: World, path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        settle(path, [], world.session, arrived=True)
    assert error.value.message.code == "settle.no_rows"


def test_rows_that_a_person_settled_are_told_from_those_that_the_api_answered(world: World, path: Path) -> None:
    settle(path, [3], world.session, arrived=True)
    job = settle(path, [5], world.session, arrived=False)
    told = {number: result.settled for number, result in found(world).items()}
    assert told == {2: None, 3: "arrived", 4: None, 5: "not arrived", 6: None, 7: None}
    assert (job.settled, [one.settled for one in history(world.session)]) == (1, [1])

    ended = world.resumes("1", no_preflight=True)  # the API answers row 5 now
    assert ended.json["accepted"] == 5
    assert {number: result.settled for number, result in found(world).items() if result.settled} == {3: "arrived"}
    world.sends(path, no_preflight=True, resend_unknown=True)
    last = history(world.session)[0]
    assert (last.id, last.settled) == (1, 1)
    again = world.sends(path, no_preflight=True)  # another sending of the list knows it, too
    assert (again.json["accepted"], again.json["requests"]) == (6, 0)
    later = history(world.session)[0]
    assert (later.id, later.settled, found(world, later.id)[3].settled) == (1, 1, "arrived")


@pytest.mark.parametrize(("arrived", "next_command"), [(True, "results"), (False, "resume")])
def test_the_next_command_is_one_that_exists(world: World, path: Path, arrived: bool, next_command: str) -> None:
    job = settle(path, [3, 5, 6], world.session, arrived=arrived)
    *_, command = report.settled(job, [3, 5, 6], "en", arrived=arrived, sandbox=False)
    assert command.strip() == f"uploader {next_command} 1"
    if arrived:
        assert results(job.id, None, world.session)[0].id == 1
    else:
        assert world.resumes("1", no_preflight=True).json["accepted"] == 6
