"""What is asked before the first row keeps the API's limit, too."""

import asyncio
from collections.abc import Sequence

from tests.clocks import Clock
from tests.transports import ScriptedTransport, answer
from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.sending.limits import SendLimits
from uploader.sending.questions import Questions

REQUEST = Request("GET", "https://x", {}, b"", "")
YES = answer("yes")
GIVEN_UP, UNREACHED = (
    SendFailure(arrival, Message("failure.no_connection"), 1) for arrival in (Arrival.MAYBE, Arrival.NO)
)
MOST = SendLimits(concurrency=2, held_seconds=60.0)


def asked(
    answers: Sequence[Response | SendFailure], abandoned: Sequence[float] = (), seconds: float = 1.0
) -> tuple[list[float], list[Message], Questions]:
    """When each of so many questions left, what was told, and what is left behind."""
    clock, told, left_at = Clock(), list[Message](), list[float]()
    transport = ScriptedTransport(answers)

    async def send(request: Request) -> Response | SendFailure:
        left_at.append(clock.now)
        await asyncio.sleep(seconds)
        return await transport.send(request)

    questions = Questions(send, MOST, clock, asyncio.sleep, told.append)
    questions.keep_places(abandoned)

    async def all_of_them() -> None:
        assert [await questions.ask(REQUEST) for _ in answers] == answers

    clock.run(all_of_them, CancelToken())
    return left_at, told, questions


def test_questions_leave_one_after_the_other_and_wait_for_nobody() -> None:
    left_at, told, questions = asked([YES, UNREACHED, YES], abandoned=[5.0, 100.0])
    assert (left_at, told, questions.unanswered_at) == ([0.0, 1.0, 2.0], [], [])


def test_a_question_waits_until_what_earlier_runs_left_behind_is_over() -> None:
    left_at, told, _ = asked([YES, YES], abandoned=[30.0, 5.0])
    assert left_at == [45.0, 46.0]
    assert told == [Message("preflight.waits_for_place", count=45)]


def test_questions_without_an_answer_keep_their_places_and_are_known_to_the_rows_that_follow() -> None:
    left_at, told, questions = asked([GIVEN_UP, GIVEN_UP, YES], seconds=20.0)
    assert left_at == [0.0, 20.0, 75.0]
    assert told == [Message("preflight.waits_for_place", count=35)]
    assert questions.unanswered_at == [0.0, 20.0]
