"""Rows that a computer sent before it joined a team are known to the whole team once its history is copied."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv
from tests.worlds import World
from uploader.actions.journal.copy import copy
from uploader.i18n import Message
from uploader.journal import Server
from uploader.model.http import Arrival, SendFailure
from uploader.model.rows import Status


@pytest.fixture
def computer(tmp_path: Path) -> World:
    """With a journal of its own."""
    return World(tmp_path / "a")


def of_team(computer: World, database: Server, name: str) -> World:
    """The same API and person, with the team's journal; `a` is the computer itself."""
    environment = {**computer.environment, "UPLOADER_JOURNAL": database.conninfo}
    return replace(computer.another_computer(name), environment=environment)


def test_another_computer_does_not_send_the_same_list_again(computer: World, database: Server, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(6))
    computer.sent(path, first=4)
    (copied,) = copy("sqlite", of_team(computer, database, "a").session, lambda one: None)
    (tmp_path / "elsewhere").mkdir()
    elsewhere = write_csv(tmp_path / "elsewhere" / "copy of list.csv", interactions(6))
    ended = of_team(computer, database, "b").sends(elsewhere, no_preflight=True)
    assert (ended.code, len(ended.came)) == (0, 2)
    assert ended.json["job"] == copied.number
    assert (ended.json["accepted"], ended.json["skipped"]) == (6, 0)


def test_nor_the_same_rows_of_another_list(computer: World, database: Server, tmp_path: Path) -> None:
    computer.sent(write_csv(tmp_path / "list.csv", interactions(4)))
    copy("sqlite", of_team(computer, database, "a").session, lambda one: None)
    longer = write_csv(tmp_path / "longer.csv", interactions(6))
    ended = of_team(computer, database, "b").sends(longer, no_preflight=True)
    assert (ended.json["accepted"], ended.json["skipped"], len(ended.came)) == (2, 4, 2)


@pytest.mark.parametrize("everything", [False, True])
def test_what_was_forgotten_is_still_known_unless_all_of_it_was(
    computer: World, database: Server, tmp_path: Path, everything: bool
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(3))
    results = computer.sent(path)
    with computer.session.journal() as journal:
        journal.forget([1], everything=everything)
    results.unlink()
    copy("sqlite", of_team(computer, database, "a").session, lambda one: None)
    longer = write_csv(tmp_path / "longer.csv", interactions(5))
    ended = of_team(computer, database, "b").sends(longer, no_preflight=True)
    assert len(ended.came) == (5 if everything else 2)


def test_what_may_have_arrived_stays_unknown_until_somebody_looks(
    computer: World, database: Server, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(3))
    silence = SendFailure(Arrival.MAYBE, Message("text", text="silence"), 5)
    computer.api.says = lambda row: silence if row["fromname"] == "Name 2" else None
    ended = computer.sends(path, no_preflight=True)
    assert ended.json["unknown"] == 1
    copy("sqlite", of_team(computer, database, "a").session, lambda one: None)
    ended = of_team(computer, database, "b").sends(path, no_preflight=True)
    assert (ended.json["unknown"], ended.came) == (1, [])
    with of_team(computer, database, "c").session.journal() as journal:
        assert journal.job(ended.json["job"]).counts[Status.UNKNOWN] == 1
