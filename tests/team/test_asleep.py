"""A computer that sleeps past its lease sends nothing of what others have taken over meanwhile, when it wakes."""

import signal

from tests.conftest import Ended, interactions
from tests.team.computers import Team
from tests.waiting import until


def test_a_sender_that_is_stopped_past_its_lease_and_woken_sends_no_row_again(team: Team) -> None:
    rows = interactions(40)
    ana, beto, _ = team.computers()
    with ana.sends(ana.has("list.csv", rows)) as first:
        team.until_received(6)
        first.process.send_signal(signal.SIGSTOP)
        path = beto.has("list.csv", rows)
        until(lambda: _has_sent(beto.runs("send", path, "--base-url", team.practice.url, "--json")), "the lease ends")
        first.process.send_signal(signal.SIGCONT)
        woken = first.ended()
    assert woken.code in {0, 1, 4}, woken.err
    assert set(team.taken().values()) == {1}
    told = beto.statuses(path, rows)
    assert set(told) <= {"accepted", "unknown"}
    assert told.count("unknown") <= team.at_once


def _has_sent(ended: Ended) -> bool:
    """Whether nobody else held the list any more."""
    return ended.code != 4
