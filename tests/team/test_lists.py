"""Lists on several computers at once: the same one, ones that overlap, and one that several send together."""

import signal
from contextlib import ExitStack

from tests.conftest import interactions
from tests.team.computers import Team, each_once
from tests.waiting import until


def test_the_same_list_at_once_on_three_computers_sends_each_row_once(team: Team) -> None:
    rows = interactions(30)
    with ExitStack() as stack:
        runs = [stack.enter_context(computer.sends(computer.has("list.csv", rows))) for computer in team.computers()]
        ended = [run.ended() for run in runs]
    assert {one.code for one in ended} <= {0, 4}
    assert all("list.csv" in one.err for one in ended if one.code == 4)
    assert sum(one.json["requests"] for one in ended) == len(rows)
    assert team.taken() == each_once(rows)


def test_a_list_that_a_colleague_has_sent_sends_nothing(team: Team) -> None:
    rows = interactions(12)
    ana, beto, _ = team.computers()
    with ana.sends(ana.has("list.csv", rows)) as first:
        assert first.ended().json["accepted"] == len(rows)
    with beto.sends(beto.has("list.csv", rows)) as second:
        again = second.ended()
    assert (again.code, again.json["requests"], again.json["accepted"]) == (0, 0, len(rows))
    assert team.taken() == each_once(rows)


def test_lists_that_overlap_send_each_row_once(team: Team) -> None:
    lists = [interactions(20, start=start) for start in (1, 11, 21)]
    computers = team.computers()
    with ExitStack() as stack:
        runs = [
            stack.enter_context(computer.sends(computer.has(f"{nth}.csv", rows)))
            for nth, (computer, rows) in enumerate(zip(computers, lists, strict=True))
        ]
        ended = [run.ended() for run in runs]
    assert {one.code for one in ended} <= {0, 1}, [one.err for one in ended]
    assert team.taken() == each_once(*lists)
    assert team.most_at_once() <= team.at_once
    for nth, (computer, rows) in enumerate(zip(computers, lists, strict=True)):
        assert set(computer.statuses(computer.folder / f"{nth}.csv", rows)) <= {"accepted", "skipped"}


def test_three_computers_that_send_one_list_together_send_each_row_once(busy_team: Team) -> None:
    rows = interactions(120)
    ana, beto, carla = busy_team.computers()
    with ExitStack() as stack:
        first = stack.enter_context(ana.sends(ana.has("list.csv", rows)))
        busy_team.until_received(3)
        joined = stack.enter_context(beto.sends(beto.has("list.csv", rows), "--join"))
        works = stack.enter_context(carla.starts("work", "1", "--json"))
        ended = [run.ended() for run in (first, joined, works)]
    assert [one.code for one in ended] == [0, 0, 0], [one.err for one in ended]
    requests = [one.json["requests"] for one in ended]
    assert sum(requests) == len(rows)
    assert min(requests) > 0
    assert busy_team.taken() == each_once(rows)
    assert set(ana.statuses(ana.folder / "list.csv", rows)) == {"accepted"}


def test_who_would_help_with_a_trial_sends_nothing_of_what_it_leaves(team: Team) -> None:
    rows = interactions(12)
    ana, beto, _ = team.computers()
    with ana.sends(ana.has("list.csv", rows), "--first", "5") as first:
        assert first.ended().code == 1
    ended = [beto.runs("work", "--yes"), beto.runs("work", "1", "--yes")]
    assert [one.code for one in ended] == [2, 2], [one.err for one in ended]
    assert "uploader resume 1" in ended[1].err
    assert team.taken().total() == 5


def test_what_others_have_under_way_is_told_as_that_to_who_stops(busy_team: Team) -> None:
    rows = interactions(150)
    ana, beto, _ = busy_team.computers()
    with ExitStack() as stack:
        first = stack.enter_context(ana.sends(ana.has("list.csv", rows)))
        busy_team.until_received(3)
        works = stack.enter_context(beto.starts("work", "--json"))
        until(lambda: len(ana.senders()) == 2, "both send")
        first.process.send_signal(signal.SIGINT)
        stopped, rest = first.ended(), works.ended()
    assert (stopped.code, rest.code) in {(130, 0), (130, 1)}, (stopped.err, rest.err)
    assert stopped.json["under_way"] <= stopped.json["unknown"]
    assert "1 other computer is still sending this list." in stopped.err
    assert "To send the remaining" not in stopped.err
    assert "nobody is sending it any more" in rest.err
    assert set(busy_team.taken().values()) == {1}
