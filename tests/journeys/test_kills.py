"""`kill -9` at random instants, and on with the same list, until every row is accounted for by the server's own record."""

import json
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import (
    Command,
    Ended,
    PracticeProcess,
    accounts_for,
    agreed,
    interactions,
    start_practice,
    write_csv,
)
from tests.processes import started
from tests.servers import gated
from tests.waiting import until

AT_ONCE = 2
SEEDS = (20261122,)
STARTS = 0.25
"""How many of the kills come while a command starts."""
LEAVE_UNKNOWN = {"reset-before", "reset-after", "error-500", "html", "half-answer", "contradiction"}
RANDOM_FAULTS = ("slow-down:0.5%", "reset-before:0.5%", "reset-after:0.5%", "error-500:0.5%", "html:0.5%",
                 "half-answer:0.5%", "contradiction:0.5%")  # fmt: skip

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL"),
    pytest.mark.usefixtures("api_that_ends_soon"),
]


class Instant(NamedTuple):
    """When a command is killed: so many rows after it began, and so many seconds after that."""

    rows: int
    seconds: float


def until_killed(command: list[str], instant: Instant | None, practice: PracticeProcess, count: int) -> Ended | None:
    """Run a command and kill it at that instant; None if it was killed, else how it came to its end.

    Once all of the list's `count` rows have come to the server, no more are waited for.
    """
    before = len(practice.received())
    with started(*command, "--json", "--quiet") as run:
        if instant is None:
            return run.ended()
        enough = min(before + instant.rows, count)
        until(lambda: run.is_over or len(practice.received()) >= enough, "the next rows of a list")
        with suppress(subprocess.TimeoutExpired):
            run.process.wait(instant.seconds)
            return run.ended()
        run.kill()
    return None


@dataclass
class Siege:
    """Lists that are sent while the sender is killed again and again."""

    uploader: Command
    practice: PracticeProcess
    folder: Path
    chance: random.Random
    most_rows: int
    """How many rows of a command reach the server at the most before it is killed."""
    kills: int = 0
    rows: int = 0
    unknown: int = 0
    half_finished: int = 0
    """Workbooks that were written between a kill and the next run."""
    stops: int = 0
    began: float = field(default_factory=time.monotonic)

    def accounts_for_lists(self, kills: int, rows: tuple[int, int], most_kills: int) -> None:
        """Send list after list, with so many rows and so many kills at the most each, until there were `kills`.

        Every row of each is accounted for.
        """
        while self.kills < kills:
            self.accounts_for_list(f"list {self.rows}", self.chance.randint(*rows), min(most_kills, kills - self.kills))
            print(self.told(), flush=True)

    def accounts_for_list(self, name: str, count: int, most_kills: int) -> None:
        """Send one list to its end with so many kills at the most, and check that every row is accounted for."""
        rows = interactions(count, start=self.rows + 1)
        path = write_csv(self.folder / f"{name}.csv", rows)
        practice = self.practice.from_now_on()
        send = ["send", str(path), "--base-url", practice.url]
        command, kills = send, 0
        workbook = self.folder / f"{name}.results.xlsx"
        told: list[str] | None = None
        while True:
            told = told or self.whole(workbook, rows, practice)
            instant = self.instant() if kills < most_kills else None
            ended = until_killed(command, instant, practice, count)
            if ended is None:
                kills += 1
                if told is None and kills % 3 == 0:
                    self.look_at_half_finished(path, rows, practice)
            elif told is not None:  # the kill came when all was done: what is sent once more is known
                assert ended.json["requests"] == 0
                break
            elif ended.code in {0, 1}:
                told = self.whole(workbook, rows, practice)
                assert told is not None
                break
            elif ended.code == 4:  # five in a row may end unknown by chance
                self.stops += 1
            else:
                # The kill came before the first run began: there is nothing yet to go on with.
                assert (ended.code, command[0], practice.received()) == (2, "resume", []), ended.err
            command = send if ended is not None and ended.code == 2 else self.chance.choice([send, ["resume"]])

        by_faults = sum(line["fault"] in LEAVE_UNKNOWN for line in practice.received())
        assert told.count("unknown") <= kills * AT_ONCE + by_faults
        self.kills += kills
        self.rows += count
        self.unknown += told.count("unknown")

    def instant(self) -> Instant:
        """Any: while it starts and stages, between two commits, while the workbook is written."""
        if self.chance.random() < STARTS:
            return Instant(0, self.chance.uniform(0, 1))
        return Instant(
            self.chance.randint(1, self.most_rows), self.chance.choice([0, 0.02, 0.3]) * self.chance.random()
        )

    def whole(self, workbook: Path, rows: list[list[str]], practice: PracticeProcess) -> list[str] | None:
        """Where all rows stand, once the workbook is there and no row waits any more."""
        if not workbook.exists():
            return None
        told = agreed(accounts_for(workbook, rows), practice)
        return told if set(told) <= {"accepted", "unknown"} else None

    def look_at_half_finished(self, path: Path, rows: list[list[str]], practice: PracticeProcess) -> None:
        """The workbook of a job whose run was killed tells what the server knows."""
        half = self.folder / "half.xlsx"
        ended = self.uploader("results", path, "-o", half)
        if ended.code == 2:  # killed before its first run began
            assert practice.received() == []
            return
        assert ended.code == 0, ended.err
        told = agreed(accounts_for(half, rows), practice)
        assert set(told) <= {"accepted", "unknown", "not sent"}
        half.unlink()
        self.half_finished += 1

    def told(self) -> str:
        seconds = time.monotonic() - self.began
        return (
            f"{self.kills} kills, {self.rows} rows, {self.unknown} unknown, {self.stops} stops, "
            f"{self.half_finished} half-finished workbooks, {seconds:.0f} s"
        )


def assert_none_lost_and_none_twice(siege: Siege) -> None:
    """By the server's record of all lists: it took no row twice, and all but those that are unknown."""
    taken = Counter(json.loads(line["body"])["from"] for line in siege.practice.received() if line["taken"])
    assert set(taken.values()) == {1}
    assert siege.rows - siege.unknown <= len(taken) <= siege.rows


def practice_with(folder: Path, *options: str) -> Iterator[PracticeProcess]:
    yield from start_practice(folder, "--latency", "0.01", "--quota", "1000000", *options)


@pytest.mark.parametrize("seed", SEEDS)
def test_twenty_kills_lose_no_row_and_send_none_twice(uploader: Command, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for practice in practice_with(tmp_path):
        siege = Siege(uploader, practice, tmp_path, chance, 50)
        siege.accounts_for_lists(20, (100, 140), 7)
        assert_none_lost_and_none_twice(siege)
        assert (siege.kills, siege.half_finished > 0) == (20, True)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_two_hundred_kills_under_random_faults_lose_no_row_and_send_none_twice(
    uploader: Command, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    faults = [option for fault in RANDOM_FAULTS for option in ("--fault", fault)]
    for practice in practice_with(tmp_path, "--seed", str(seed), *faults):
        siege = Siege(uploader, practice, tmp_path, chance, 80)
        siege.accounts_for_lists(200, (300, 700), 25)
        assert_none_lost_and_none_twice(siege)
        assert (siege.kills, siege.half_finished > 0) == (200, True)
        assert {line["fault"] for line in practice.received()} >= {fault.partition(":")[0] for fault in RANDOM_FAULTS}


@pytest.mark.parametrize("command", ["resume", "send"])
def test_after_a_kill_at_the_last_answer_the_workbook_is_still_written(
    uploader: Command, practice: PracticeProcess, tmp_path: Path, command: str
) -> None:
    rows = interactions(4)
    path = write_csv(tmp_path / "list.csv", rows)
    with gated(practice, passing=2) as (server, gate):
        send = ["send", str(path), "--base-url", server.url]
        with started(*send, "--quiet") as run:
            until(lambda: len(practice.received()) == len(rows), "all rows, of which the last two are unanswered")
            run.kill()
        assert not (tmp_path / "list.results.xlsx").exists()
        gate.open()
        ended = uploader(*(send if command == "send" else ["resume"]), "--json")
    assert (ended.code, ended.json["job"], ended.json["requests"]) == (1, 1, 0)
    told = agreed(accounts_for(tmp_path / "list.results.xlsx", rows), practice)
    assert set(told) == {"accepted", "unknown"}
    assert told.count("unknown") == AT_ONCE
    assert "No job is unfinished" in uploader("resume").err


def test_what_a_killed_command_left_in_the_temporary_folder_is_deleted_a_day_later(
    uploader: Command, practice: PracticeProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    path = write_csv(tmp_path / "list.csv", interactions(4))
    with (
        gated(practice, passing=1) as (server, gate),
        path.open("rb") as piped,
        started("send", "-", "--base-url", server.url, "--no-preflight", stdin=piped) as run,
    ):
        until(practice.received, "a row")
        run.kill()
        gate.open()
    assert list(temporary.iterdir()) != [], "the list that was piped in"
    for left in temporary.iterdir():
        os.utime(left, (0, 0))
    assert uploader("send", path, "--base-url", practice.url).code in {0, 1}
    assert list(temporary.iterdir()) == []
