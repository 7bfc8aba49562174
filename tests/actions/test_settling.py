"""Rows whose outcome is unknown are closed by a person who looked them up: all that were named, or none."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.books import mend, page
from tests.conftest import interactions, sheet_rows, write_csv
from tests.worlds import World
from uploader.actions.history import history
from uploader.actions.results import results
from uploader.actions.settle import settle
from uploader.cli.report import jobs as report
from uploader.errors import SettingsError
from uploader.i18n import Message, row_numbers
from uploader.model.http import Arrival, SendFailure
from uploader.model.job import Job, RowResult, Settlement
from uploader.model.rows import Status

CUT = SendFailure(Arrival.MAYBE, Message("failure.cut_while_reading"), 7_001)


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


# On another computer


def passed_on(world: World, path: Path, *, arrived: bool, language: str = "en") -> World:
    """Another computer that settles row 3, which is unknown here, and whose workbook is here now."""
    there = replace(world.another_computer(), language=language)
    there.sends(path, no_preflight=True, first=1)
    settle(path, [3], there.session, arrived=arrived)
    results(path, None, there.session)
    return there


def lines(world: World, path: Path, sheet: str = "Results") -> list[dict[str, Any]]:
    return [line for line in sheet_rows(results(path, None, world.session)[1], sheet) if line["Row"] == 3]


def meanings(world: World, path: Path) -> list[str]:
    """In no order: the test settles within the second in which the row was sent."""
    return sorted(line["Meaning"] for line in lines(world, path, "Attempts"))


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_that_a_row_arrived_as_another_computer_found_is_known_here(world: World, path: Path, language: str) -> None:
    there = passed_on(world, path, arrived=True, language=language)
    ended = world.sends(path, no_preflight=True)
    assert (ended.json["accepted"], ended.json["accepted_by_a_person"], ended.json["unknown"]) == (4, 1, 2)
    assert ended.came == []
    assert [line["Status"] for line in lines(world, path)] == ["accepted"]
    assert meanings(world, path) == ["arrived", "unknown"]
    assert settlements(world) == settlements(there)
    world.sends(path, no_preflight=True)
    assert meanings(world, path) == ["arrived", "unknown"]


def test_that_a_row_did_not_arrive_as_another_computer_found_lets_it_be_sent_here(world: World, path: Path) -> None:
    passed_on(world, path, arrived=False)
    ended = world.sends(path, no_preflight=True)
    assert (ended.json["accepted"], ended.json["unknown"], len(ended.came)) == (4, 2, 1)
    assert meanings(world, path) == ["accepted", "not arrived", "unknown"]
    assert ended.json["accepted_by_a_person"] == 0


def test_that_a_row_did_not_arrive_lets_it_be_resumed_here(world: World, path: Path) -> None:
    passed_on(world, path, arrived=False)
    assert len(world.resumes(path, no_preflight=True).came) == 1
    assert found(world)[3].status is Status.ACCEPTED


@pytest.mark.parametrize("arrived", [True, False])
def test_an_answer_that_the_api_gave_here_counts_more(world: World, path: Path, arrived: bool) -> None:
    passed_on(world, path, arrived=arrived)
    book = path.with_name("list.results.xlsx")
    theirs = book.read_bytes()
    book.unlink()
    assert len(world.resumes(path, no_preflight=True, resend_unknown=True).came) == 3
    before = found(world)[3]
    assert (before.status, before.settled) == (Status.ACCEPTED, None)
    book.write_bytes(theirs)
    ended = world.sends(path, no_preflight=True)
    assert (ended.came, found(world)[3]) == ([], before)
    assert ("arrived" if arrived else "not arrived") in meanings(world, path)


def test_nobody_found_out_there_what_became_of_a_request_that_left_here_since(world: World, path: Path) -> None:
    passed_on(world, path, arrived=False)
    book = path.with_name("list.results.xlsx")
    theirs = book.read_bytes()
    book.unlink()
    api, world.api = world.api, lambda _: CUT
    world.resumes(path, no_preflight=True, resend_unknown=True)
    world.api = api
    book.write_bytes(theirs)
    ended = world.sends(path, no_preflight=True)
    assert (ended.came, found(world)[3].status) == ([], Status.UNKNOWN)


def test_a_third_computer_knows_by_whose_word_a_row_is_accepted(world: World, path: Path) -> None:
    settle(path, [3], world.session, arrived=True)
    settle(path, [5], world.session, arrived=False)
    results(path, None, world.session)
    third = world.another_computer("third")
    ended = third.sends(path, no_preflight=True)
    assert (ended.json["accepted"], ended.json["accepted_by_a_person"], len(ended.came)) == (5, 1, 1)
    assert settlements(third) == settlements(world)
    told = {(one["Row"], one["Meaning"]) for one in sheet_rows(path.with_name("list.results.xlsx"), "Attempts")}
    assert {(3, "arrived"), (5, "not arrived")} <= told
    assert {number: one.settled for number, one in found(third).items() if one.settled} == {3: "arrived"}


def test_a_settlement_whose_sentence_was_edited_is_known_without_a_name(world: World, path: Path) -> None:
    settle(path, [3], world.session, arrived=True)
    book = results(path, None, world.session)[1]
    with page(book, "Attempts") as sheet:
        column = next(cell.column for cell in sheet[1] if cell.value == "Detail")
        (line,) = [cell.row for cell in sheet["H"] if cell.value == "arrived"]
        sheet.cell(line, column).value = "Ana looked."
    third = world.another_computer("third")
    ended = third.sends(path, no_preflight=True)
    assert ended.json["accepted_by_a_person"] == 1
    assert [(one.row, one.found, one.user) for one in settlements(third)] == [(3, "arrived", "?")]


def test_a_status_that_somebody_typed_is_no_settlement(world: World, path: Path) -> None:
    there = world.another_computer()
    there.sends(path, no_preflight=True)
    settle(path, [5], there.session, arrived=True)
    book = results(path, None, there.session)[1]
    mend(book, {(5, "Advice"): "", (3, "Status"): "accepted"})
    ended = world.sends(path, no_preflight=True)
    assert (ended.json["accepted_by_a_person"], ended.json["unknown"]) == (0, 3)


def settlements(world: World) -> list[Settlement]:
    with world.session.journal() as journal:
        return [replace(one, at=one.at[:19]) for one in journal.settlements(1)]
