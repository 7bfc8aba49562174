"""`kill -9` of senders and of the database, while three computers send one list and others."""

import random
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from tests.conftest import interactions, start_practice
from tests.postgres.cluster import Cluster, PostgresMissingError, clusters
from tests.postgres.databases import fresh, prepare
from tests.processes import Running
from tests.team.computers import Team

SEED = 20261127


@pytest.fixture
def mortal() -> Iterator[Cluster]:
    """A server whose commits are on disk."""
    try:
        with clusters({}) as server:
            prepare(server)
            yield server
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def team_on_it(tmp_path: Path, mortal: Cluster) -> Iterator[Team]:
    """Three computers whose journal is there."""
    with fresh(mortal) as database:
        for practice in start_practice(tmp_path, "--latency", "0.02", "--quota", "1000000", "--at-once", "6"):
            yield Team(tmp_path, database.conninfo, practice, 6)


class Siege:
    """One list after the other, sent by three computers of which one is killed again and again."""

    def __init__(self, team: Team, chance: random.Random) -> None:
        self.team, self.chance = team, chance
        self.computers = team.computers()
        self.kills = self.rows = self.unknown = 0

    def goes_on_until(self, kills: int, rows: int, kills_of_a_list: int) -> None:
        """Send lists of so many rows, until so many senders were killed."""
        while self.kills < kills:
            self._sends(rows, min(kills_of_a_list, kills - self.kills))
            print(f"{self.kills} kills, {self.rows} rows, {self.unknown} unknown", flush=True)
        assert self.team.most_at_once() <= self.team.at_once

    def _sends(self, count: int, kills: int) -> None:
        rows = interactions(count, start=self.rows + 1)
        paths = [computer.has(f"list {self.rows}.csv", rows) for computer in self.computers]
        before = len(self.team.practice.received())
        with ExitStack() as stack:
            senders = [stack.enter_context(self._sender(nth, paths[nth])) for nth in range(3)]
            for _ in range(kills):
                seen = len(self.team.practice.received())
                self.team.until_received(min(seen + self.chance.randint(0, 12), before + count))
                time.sleep(self.chance.choice([0, 0.02, 0.3]) * self.chance.random())
                victim = self.chance.randrange(3)
                senders[victim].kill()
                self.kills += 1
                senders[victim] = stack.enter_context(self._sender(victim, paths[victim]))
            for sender in senders:
                assert sender.ended().code in {0, 1, 2, 4}, sender.ended().err
        self._is_sent_to_its_end(paths[0], rows, kills)

    def _sender(self, nth: int, path: Path) -> AbstractContextManager[Running]:
        return self.computers[nth].sends(path, "--join")

    def _is_sent_to_its_end(self, path: Path, rows: list[list[str]], kills: int) -> None:
        with self.computers[0].sends(path) as last:
            ended = last.ended()
        assert ended.code in {0, 1}, ended.err
        told = self.computers[0].statuses(path, rows)
        assert set(told) <= {"accepted", "unknown"}
        assert told.count("unknown") <= kills * self.team.at_once
        self.rows += len(rows)
        self.unknown += told.count("unknown")
        taken = self.team.taken()
        assert set(taken.values()) == {1}
        assert self.rows - self.unknown <= len(taken) <= self.rows


def test_eight_kills_of_one_of_three_senders_lose_no_row_and_send_none_twice(busy_team: Team) -> None:
    siege = Siege(busy_team, random.Random(SEED))
    siege.goes_on_until(8, rows=120, kills_of_a_list=8)
    assert siege.kills == 8


@pytest.mark.long
def test_two_hundred_kills_of_one_of_three_senders_lose_no_row_and_send_none_twice(busy_team: Team) -> None:
    siege = Siege(busy_team, random.Random(SEED + 1))
    siege.goes_on_until(200, rows=400, kills_of_a_list=20)
    assert siege.kills == 200


@pytest.mark.parametrize("kills", [2, pytest.param(40, marks=pytest.mark.long)])
def test_a_database_that_is_killed_while_three_senders_send_loses_nothing(
    mortal: Cluster, team_on_it: Team, kills: int
) -> None:
    team, chance = team_on_it, random.Random(SEED + 2)
    rows = interactions(60 + 30 * kills)
    ana, *others = team.computers()
    path = ana.has("list.csv", rows)
    with ExitStack() as stack:
        senders = [stack.enter_context(ana.sends(path))]
        team.until_received(3)
        senders += [stack.enter_context(other.sends(other.has("list.csv", rows), "--join")) for other in others]
        for nth in range(1, kills + 1):
            team.until_received(20 * nth)
            time.sleep(0.1 * chance.random())
            mortal.kill()
            mortal.start()
        ended = [sender.ended() for sender in senders]
    assert {one.code for one in ended} <= {0, 1, 4}, [one.err for one in ended]
    with ana.sends(path) as last:
        assert last.ended().code in {0, 1}
    assert set(ana.statuses(path, rows)) <= {"accepted", "unknown"}
    assert set(team.taken().values()) == {1}
    assert team.most_at_once() <= team.at_once
