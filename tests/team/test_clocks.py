"""Computers whose clocks are hours apart."""

from contextlib import ExitStack

import pytest

from tests.conftest import interactions
from tests.team.computers import Computer, Team, each_once, shifted

HOUR = 3600


def with_clock(team: Team, name: str, ahead: int) -> Computer:
    """A computer whose clock is so many seconds ahead."""
    return team.computer(name, **shifted(ahead))


@pytest.mark.long
def test_lists_that_overlap_send_each_row_once_whatever_the_clocks_say(team: Team) -> None:
    lists = [interactions(16, start=start) for start in (1, 9, 17)]
    computers = [with_clock(team, name, ahead) for name, ahead in (("slow", -HOUR), ("true", 0), ("fast", HOUR))]
    with ExitStack() as stack:
        runs = [
            stack.enter_context(computer.sends(computer.has(f"{nth}.csv", rows)))
            for nth, (computer, rows) in enumerate(zip(computers, lists, strict=True))
        ]
        assert {run.ended().code for run in runs} <= {0, 1}
    assert team.taken() == each_once(*lists)
    assert team.most_at_once() <= team.at_once


def test_a_sender_that_died_keeps_its_places_as_long_by_every_clock(team: Team) -> None:
    slow, fast = with_clock(team, "slow", -HOUR), with_clock(team, "fast", HOUR)
    lists = [interactions(20), interactions(20, start=101)]
    with slow.sends(slow.has("one.csv", lists[0])) as first:
        team.until_received(4)
        first.kill()
    with fast.sends(fast.has("two.csv", lists[1])) as second:
        assert second.ended().code == 0
    assert team.most_at_once() <= team.at_once
    with slow.sends(slow.folder / "one.csv") as again:
        assert again.ended().code in {0, 1}
    told = slow.statuses(slow.folder / "one.csv", lists[0])
    assert (set(told) <= {"accepted", "unknown"}, told.count("unknown") <= team.at_once) == (True, True)
