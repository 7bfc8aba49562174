"""A token has two places at the API, however many computers send with it, and however they end."""

from contextlib import ExitStack

from tests.conftest import interactions
from tests.team.computers import Team, each_once


def test_never_more_than_two_requests_are_under_way(team: Team) -> None:
    lists = [interactions(15, start=start) for start in (1, 101, 201)]
    with ExitStack() as stack:
        runs = [
            stack.enter_context(computer.sends(computer.has(f"{nth}.csv", rows)))
            for nth, (computer, rows) in enumerate(zip(team.computers(), lists, strict=True))
        ]
        assert [run.ended().code for run in runs] == [0, 0, 0]
    assert team.most_at_once() == team.at_once
    assert team.taken() == each_once(*lists)


def test_a_sender_that_dies_gives_its_places_to_who_waits(team: Team) -> None:
    lists = [interactions(30, start=start) for start in (1, 101)]
    ana, beto, _ = team.computers()
    with ana.sends(ana.has("one.csv", lists[0])) as first:
        team.until_received(4)
        with beto.sends(beto.has("two.csv", lists[1])) as second:
            team.until_received(10)
            first.kill()
            assert second.ended().code == 0
    assert team.most_at_once() <= team.at_once
    assert ana.runs("resume", "--json", "--base-url", team.practice.url).code in {0, 1}
    told = ana.statuses(ana.folder / "one.csv", lists[0])
    assert set(told) <= {"accepted", "unknown"}
    assert told.count("unknown") <= team.at_once
    assert team.most_at_once() <= team.at_once
