"""A run that refusals stopped continues as the person said: the answer that was asked about is counted no more."""

import pytest

from uploader.i18n import Message
from uploader.model.http import Request
from uploader.model.outcomes import Outcome, Verdict
from uploader.model.rows import Row, WaitingRow
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.scheduler import FIRST_ALONE, Scheduler

NO_AGENT, NO_QUEUE = "agent 7 is away", "queue 8 is closed"


class Course:
    """A run whose answers come in the order in which the test gives them."""

    def __init__(self, stop_after: int) -> None:
        self.scheduler = Scheduler(
            SendLimits(3, stop_after=stop_after),
            rows=iter([WaitingRow(Row(number, ()), "") for number in range(2, 60)]),
            build=lambda waiting: Request("POST", "https://x", {}, b"", str(waiting.row.number)),
            random=lambda: 1.0,
        )
        self.now = 0.0

    def answers(self, *messages: str, verdict: Verdict = Verdict.REJECTED) -> bool:
        """So many rows leave together and are answered so; whether the run stops then."""
        going = [self.scheduler.next(self.now, nth) for nth in range(len(messages))]
        for dispatch, message in zip(going, messages, strict=True):
            assert dispatch is not None
            self.now += 1
            self.scheduler.complete(dispatch, Outcome(verdict, Message("advice.rejected"), message=message), self.now)
        return self.scheduler.stop is not None


@pytest.fixture
def course() -> Course:
    """One that three refusals in a row stop, and that is under way."""
    course = Course(stop_after=3)
    course.answers("", verdict=Verdict.ACCEPTED)
    return course


def test_the_answer_that_stopped_the_run_is_tolerated_and_not_one_that_came_after_it(course: Course) -> None:
    course.answers(NO_AGENT)
    course.answers(NO_AGENT)
    assert course.answers(NO_AGENT, NO_QUEUE)  # the other was under way
    course.scheduler.resume()
    assert [course.answers(NO_AGENT) for _ in range(9)] == [False] * 9
    assert [course.answers(NO_QUEUE) for _ in range(3)] == [False, False, True]


def test_what_differs_in_a_number_alone_is_the_tolerated_answer(course: Course) -> None:
    assert [course.answers(f"agent {nth} is away") for nth in range(3)] == [False, False, True]
    course.scheduler.resume()
    assert not any(course.answers(f"agent {nth} is away") for nth in range(20, 40))


def test_who_continues_after_rows_without_an_answer_has_tolerated_no_refusal() -> None:
    course = Course(stop_after=3)
    course.answers(NO_AGENT)
    while not course.answers("", verdict=Verdict.UNKNOWN):
        assert course.now < 50
    course.scheduler.resume()
    assert [course.answers(NO_AGENT) for _ in range(FIRST_ALONE)] == [False, False, True]
