"""How far it is, said honestly: by a clock of the test."""

import pytest

from tests.clocks import Clock
from uploader.i18n import Message, render
from uploader.model.events import Advanced, Interrupting, Phase, PhaseEnded, RestOfJob, RowDone, Waited, Waiting
from uploader.model.rows import Status
from uploader.web.desk.progress import Progress, roughly

ACCEPTED = RowDone(Status.ACCEPTED)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def progress(clock: Clock) -> Progress:
    return Progress(clock)


def sent(progress: Progress, clock: Clock, rows: int, seconds_each: float) -> None:
    for _ in range(rows):
        clock.now += seconds_each
        progress.on_event(ACCEPTED)


def left(progress: Progress) -> str:
    return "" if progress.time_left is None else render(progress.time_left, "en")


def test_nothing_is_said_before_anything_is_known(progress: Progress) -> None:
    assert (progress.percent, progress.how_far, progress.time_left, progress.waits_for) == (None, None, None, None)
    assert progress.what.code == "web.progress.preparing"
    progress.on_event(Phase("reading", 0, "list.xlsx"))
    assert (progress.percent, progress.how_far) == (None, None)
    assert progress.what.code == "web.progress.reading"


def test_it_is_a_hundred_percent_only_when_every_row_is_done(progress: Progress, clock: Clock) -> None:
    progress.on_event(Phase("sending", 1001))
    seen = [progress.percent]
    for _ in range(1001):
        sent(progress, clock, 1, 0.1)
        seen.append(progress.percent)
    assert seen == sorted(seen, key=lambda percent: percent or 0)
    assert (seen[0], seen[10], seen[1000], seen[1001]) == (0, 0, 99, 100)
    progress.on_event(PhaseEnded("sending"))
    assert progress.percent is None


def test_rows_that_others_send_are_done_and_the_number_to_reach_stays(progress: Progress, clock: Clock) -> None:
    progress.on_event(Phase("sending", 100))
    sent(progress, clock, 10, 1.0)
    progress.on_event(RestOfJob(10))
    assert (progress.total, progress.percent) == (100, 90)
    progress.on_event(RestOfJob(0))
    sent(progress, clock, 1, 1.0)
    assert (progress.done, progress.percent) == (100, 100)


def test_more_rows_than_were_announced_are_no_more_than_all(progress: Progress) -> None:
    progress.on_event(Phase("checking", 10))
    progress.on_event(Advanced(15))
    assert progress.percent == 100


def test_it_says_how_many_rows_and_what_became_of_them(progress: Progress) -> None:
    progress.on_event(Phase("checking", 12))
    progress.on_event(Advanced(5))
    assert progress.how_far == Message("web.progress.rows", done=5, count=12)
    progress.on_event(PhaseEnded("checking"))
    progress.on_event(Phase("sending", 4))
    assert progress.how_far == Message("web.progress.rows", done=0, count=4)
    for status in (Status.ACCEPTED, Status.REJECTED, Status.ACCEPTED):
        progress.on_event(RowDone(status))
    assert progress.how_far.code == "web.progress.rows_sent"
    assert render(progress.how_far, "en") == "3 of 4 rows: 2 accepted, 1 rejected"


def test_how_long_it_takes_is_said_only_after_some_rows_and_seconds(progress: Progress, clock: Clock) -> None:
    progress.on_event(Phase("sending", 1000))
    sent(progress, clock, 2, 10)
    assert left(progress) == ""  # two rows are no pace
    sent(progress, clock, 1, 10)
    assert left(progress) == "About 3 hours left"
    progress.on_event(Phase("sending", 1000))
    sent(progress, clock, 20, 0.1)
    assert left(progress) == ""  # two seconds are none, either
    sent(progress, clock, 20, 0.1)
    assert left(progress) == "About 2 minutes left"


def test_a_pace_that_changes_is_that_of_the_last_minutes(progress: Progress, clock: Clock) -> None:
    progress.on_event(Phase("sending", 10_000))
    sent(progress, clock, 1000, 0.1)
    assert left(progress) == "About 15 minutes left"
    sent(progress, clock, 100, 5)
    assert left(progress) == render(Message("web.progress.left", left=roughly(8900 * 5)), "en")


def test_time_in_which_nothing_was_sent_is_no_part_of_the_pace(progress: Progress, clock: Clock) -> None:
    progress.on_event(Phase("sending", 1000))
    sent(progress, clock, 100, 1)
    before = left(progress)
    assert before == "About 15 minutes left"
    clock.now += 3600  # a person was asked
    progress.on_event(Waited(3600))
    sent(progress, clock, 2, 1)
    assert left(progress) == before


def test_a_wait_says_why_and_how_long_and_is_over_with_the_next_row(progress: Progress, clock: Clock) -> None:
    progress.on_event(Phase("sending", 100))
    sent(progress, clock, 10, 1)
    reason = Message("web.lost")
    progress.on_event(Waiting(reason, 2))
    assert progress.waits_for is None  # not worth a word
    progress.on_event(Waiting(reason, 90))
    clock.now += 30
    assert progress.waits_for == Message("web.progress.waits", why=reason, left=roughly(60))
    assert progress.time_left is None
    progress.on_event(ACCEPTED)
    assert progress.waits_for is None
    progress.on_event(Waiting(reason, 90))
    clock.now += 91
    assert progress.waits_for is None


def test_who_stops_hears_no_time_any_more(progress: Progress, clock: Clock) -> None:
    progress.on_event(Phase("sending", 100))
    sent(progress, clock, 10, 1)
    assert progress.time_left is not None
    progress.on_event(Interrupting())
    assert progress.is_stopping
    assert progress.time_left is None


def test_each_phase_begins_anew(progress: Progress, clock: Clock) -> None:
    progress.on_event(Phase("sending", 10))
    sent(progress, clock, 10, 1)
    progress.on_event(PhaseEnded("sending"))
    progress.on_event(Phase("writing", 10))
    assert (progress.percent, progress.time_left) == (0, None)
    assert progress.how_far == Message("web.progress.rows", done=0, count=10)


@pytest.mark.parametrize(
    ("seconds", "english"),
    [
        (0, "10 seconds"),
        (14, "10 seconds"),
        (44, "40 seconds"),
        (59.9, "60 seconds"),
        (60, "1 minute"),
        (95, "2 minutes"),
        (3599, "60 minutes"),
        (3600, "1 hour"),
        (5400, "1½ hours"),
        (36_000, "10 hours"),
    ],
)
def test_a_time_is_said_as_well_as_it_is_known(seconds: float, english: str) -> None:
    assert render(roughly(seconds), "en") == english
