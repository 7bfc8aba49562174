"""The line to the database is cut at every moment: nothing is sent twice, nothing is lost, and the sender comes back."""

import random
import signal
from collections.abc import Iterator

import pytest

from tests.conftest import interactions
from tests.postgres.cluster import Cluster
from tests.team.computers import Computer, Team, each_once
from tests.team.lines import Cut, Line, line_to
from tests.waiting import until

SHORT = [Cut(b"", nth, is_heard) for nth in (1, 4, 9, 16, 25, 40) for is_heard in (False, True)]
"""While it connects, stages, plans, and between the phases of a commit: some moments of each."""
COMMITS = [Cut(b"COMMIT", nth, is_heard) for nth in (1, 3) for is_heard in (False, True)]


@pytest.fixture
def line(cluster: Cluster) -> Iterator[Line]:
    with line_to(cluster.port) as line:
        yield line


@pytest.fixture
def ana(team: Team, line: Line) -> Computer:
    """Her line can be cut."""
    return team.computer("ana", journal=line.address(team.journal))


def sends_all_in_the_end(team: Team, ana: Computer, count: int) -> None:
    """Whatever became of the first command, with the next ones every row is accounted for."""
    rows = interactions(count)
    path = ana.has("list.csv", rows)
    with ana.sends(path) as first:
        ended = first.ended()
    assert ended.code in {0, 1, 3, 4}, ended.err
    for _ in range(3):
        with ana.sends(path) as again:
            ended = again.ended()
        if ended.code in {0, 1}:
            break
    assert ended.code in {0, 1}, ended.err
    told = ana.statuses(path, rows)
    assert set(told) <= {"accepted", "unknown"}
    assert told.count("unknown") <= team.at_once * 2
    assert set(team.taken().values()) == {1}


@pytest.mark.parametrize("cut", [*SHORT, *COMMITS], ids=str)
def test_a_line_that_is_cut_once_loses_nothing_and_sends_nothing_twice(
    team: Team, ana: Computer, line: Line, cut: Cut
) -> None:
    line.cut_at(cut)
    sends_all_in_the_end(team, ana, 12)


@pytest.mark.long
@pytest.mark.parametrize("is_heard", [False, True])
@pytest.mark.parametrize("nth", range(1, 160))
def test_wherever_a_line_is_cut_nothing_is_lost_or_sent_twice(
    team: Team, ana: Computer, line: Line, nth: int, *, is_heard: bool
) -> None:
    line.cut_at(Cut(b"", nth, is_heard))
    sends_all_in_the_end(team, ana, random.Random(nth).randint(5, 20))


def test_what_came_while_the_line_was_cut_is_kept_and_written_when_it_is_mended(
    team: Team, ana: Computer, line: Line
) -> None:
    rows = interactions(40)
    path = ana.has("list.csv", rows)
    with ana.sends(path) as first:
        team.until_received(6)
        line.cut_now()
        came = _when_nothing_leaves_any_more(team)
        line.mend()
        ended = first.ended()
    assert (ended.code, ended.json["accepted"]) == (0, len(rows)), ended.err
    assert came < len(rows)
    assert team.taken() == each_once(rows)
    assert set(ana.statuses(path, rows)) == {"accepted"}


def test_what_a_sender_kept_that_ended_without_its_line_is_written_later(team: Team, ana: Computer, line: Line) -> None:
    rows = interactions(40)
    path = ana.has("list.csv", rows)
    with ana.sends(path) as first:
        team.until_received(6)
        line.cut_now()
        _when_nothing_leaves_any_more(team)
        first.process.send_signal(signal.SIGINT)
        ended = first.ended()
    assert (ended.code, ended.json["job"]) == (130, 1), ended.err
    assert ended.json["run"]["accepted"] >= 4
    assert "Interrupted." in ended.err
    assert "uploader resume 1" in ended.err
    line.mend()
    recovered = ana.runs("journal", "recover")
    assert recovered.code == 0, recovered.err
    assert not list((ana.folder / "home" / "unwritten").glob("*"))
    with ana.sends(path) as again:
        assert again.ended().code == 0
    assert team.taken() == each_once(rows)
    assert set(ana.statuses(path, rows)) == {"accepted"}


def _when_nothing_leaves_any_more(team: Team) -> int:
    """How many rows have left by then."""
    seen: list[int] = []

    def is_still() -> bool:
        seen.append(len(team.practice.received()))
        return len(seen) > 100 and seen[-1] == seen[-100]  # half a second

    until(is_still, "nothing leaves without the journal")
    return seen[-1]
