"""Rows that share a request: for the run it is one request, and each row has its own end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.clocks import Clock
from tests.waiting import HANG_SECONDS
from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.model import advice
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, RowDone
from uploader.model.http import Request, Response, SendFailure
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.resend import UNDER_WAY_ELSEWHERE, HeldBack
from uploader.model.rows import Row, Status, WaitingRow
from uploader.sending import reasons
from uploader.sending.batching import Batching
from uploader.sending.limits import SendLimits
from uploader.sending.sender import SendReport, send_rows

Rows = tuple[int, ...]
Script = Callable[[Rows, int], Sequence[Verdict]]
"""What the server says of each row of the nth request, from 1; one verdict is all rows'."""
YES, NO, UNKNOWN, SLOW = Verdict.ACCEPTED, Verdict.REJECTED, Verdict.UNKNOWN, Verdict.SLOW_DOWN
FIX_IT = Message("text", text="Fix it.")


@dataclass
class World:
    """A server that answers by script, a ledger in memory, and a clock that only waiting moves."""

    script: Script = lambda rows, nth: [YES]
    said: Mapping[int, str] = field(default_factory=dict)
    """The message of a row's answer, where it isn't `why`."""
    held_back: dict[int, list[HeldBack]] = field(default_factory=dict)
    """What the ledger says of rows, one after the other; then they may leave."""
    doubtful: bool = False
    seconds: float = 1.0
    clock: Clock = field(default_factory=Clock)
    requests: list[Rows] = field(default_factory=list)
    left_at: list[float] = field(default_factory=list)
    statuses: dict[int, Status] = field(default_factory=dict)
    told: list[Status] = field(default_factory=list)
    commits: list[list[int]] = field(default_factory=list)
    """The rows whose answers are in each."""
    under_way: int = 0
    most_under_way: int = 0
    breaks_at: int | None = None

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch], /) -> Mapping[int, HeldBack]:
        if self.breaks_at is not None and len(self.commits) >= self.breaks_at:
            self.breaks_at = None
            raise JournalError(Message("text", text="The disk is full."))
        self.commits.append([done.dispatch.row.number for done in completions])
        self.statuses |= {done.dispatch.row.number: done.status for done in completions}
        held_back = {}
        for row in [one.row.number for each in dispatches for one in each.each()]:
            if self.held_back.get(row):
                held_back[row] = self.held_back[row].pop(0)
            else:
                self.statuses[row] = Status.UNKNOWN
        return held_back

    async def send(self, request: Request) -> Response | SendFailure:
        rows = tuple(map(int, request.body.split()))
        self.requests.append(rows)
        self.left_at.append(self.clock.now)
        assert {self.statuses[row] for row in rows} == {Status.UNKNOWN}, "sent before its intent was written down"
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        nth = len(self.requests)
        await asyncio.sleep(self.seconds)
        self.under_way -= 1
        verdicts = self.script(rows, nth)
        verdicts = verdicts if len(verdicts) == len(rows) else [verdicts[0]] * len(rows)
        return Response(200, ",".join(f"{row}={word}" for row, word in zip(rows, verdicts, strict=True)).encode(), 1)

    def judged(self, answer: Response | SendFailure, count: int) -> Sequence[Outcome]:
        assert isinstance(answer, Response)
        parts = [part.split("=") for part in answer.body.decode().split(",")]
        assert len(parts) == count
        return [
            Outcome(
                Verdict(word),
                advice.REJECTED,
                message=self.said.get(int(row), "why"),
                advice_if_rejected=FIX_IT if self.doubtful and word == Verdict.PAUSE else None,
            )
            for row, word in parts
        ]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["World"]:
        async with asyncio.timeout(HANG_SECONDS * 1000):
            yield self

    def run(
        self, rows: int, size: int, *, interrupt_after: int = 0, resumes: int = 0, concurrency: int = 1, **limits: Any
    ) -> SendReport:
        cancel = CancelToken()
        guesses: list[Stop] = []

        def on_event(event: Event) -> None:
            if isinstance(event, RowDone):
                self.told.append(event.status)
                if len(self.told) == interrupt_after:
                    cancel.cancel()

        def confirm(stop: Stop) -> bool:
            guesses.append(stop)
            return len(guesses) <= resumes

        return send_rows(
            iter([WaitingRow(Row(number, ()), f"print {number}") for number in range(1, 1 + rows)]),
            self,
            build=lambda waiting: Request("POST", "https://x", {}, f"{waiting.row.number}".encode(), ""),
            judge=lambda answer: pytest.fail("judged as the answer to one row"),
            open_transport=self.opened,
            limits=SendLimits(concurrency, batch_size=size, **limits),
            on_event=on_event,
            cancel=cancel,
            confirm=confirm,
            total=rows,
            batching=Batching(combined, self.judged),
            clock=lambda: self.clock.now,
            random=lambda: 1.0,
            run=self.clock.run,
        )

    def rows_that_are(self, status: Status) -> list[int]:
        return sorted(row for row, one in self.statuses.items() if one is status)


def combined(requests: Sequence[Request]) -> Request:
    assert len(requests) > 1
    return Request("POST", "https://x", {}, b" ".join(one.body for one in requests), "")


def test_the_first_row_goes_alone_and_then_as_many_as_may_share_a_request() -> None:
    world = World()
    report = world.run(9, 4)
    assert world.requests == [(1,), (2, 3, 4, 5), (6, 7, 8, 9)]
    assert (report.requests, report.stop) == (3, None)
    assert world.told == [Status.ACCEPTED] * 9


def test_rows_go_one_by_one_until_one_of_them_gets_a_usable_answer() -> None:
    world = World(lambda rows, nth: [UNKNOWN if nth < 3 else YES])
    world.run(5, 10)
    assert world.requests == [(1,), (2,), (3,), (4, 5)]


def test_a_request_of_many_rows_is_one_for_the_pace_and_the_places() -> None:
    world = World(seconds=3.0)
    world.run(13, 3, concurrency=2, seconds_between=1.0)
    assert world.most_under_way == 2
    assert world.left_at == [0.0, 3.0, 4.0, 6.0, 7.0]


def test_all_answers_of_one_request_are_in_one_commit() -> None:
    world = World()
    world.run(6, 5)
    assert [2, 3, 4, 5, 6] in world.commits


def test_each_row_has_the_end_that_its_own_answer_says() -> None:
    world = World(lambda rows, nth: [YES, NO, UNKNOWN, YES] if len(rows) == 4 else [YES])
    world.run(5, 4)
    assert [world.statuses[row] for row in range(1, 6)] == [
        Status.ACCEPTED, Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN, Status.ACCEPTED,
    ]  # fmt: skip


@pytest.mark.parametrize("verdict", [SLOW, Verdict.OUT_OF_REACH])
def test_rows_that_were_certainly_not_taken_go_again_together(verdict: Verdict) -> None:
    world = World(lambda rows, nth: [verdict if nth == 2 else YES])
    world.run(7, 3)
    assert world.requests == [(1,), (2, 3, 4), (2, 3, 4), (5, 6, 7)]
    assert world.rows_that_are(Status.ACCEPTED) == list(range(1, 8))


def test_only_the_rows_that_were_not_taken_go_again() -> None:
    world = World(lambda rows, nth: [YES, SLOW, NO, SLOW] if nth == 2 else [YES])
    world.run(6, 4)
    assert world.requests == [(1,), (2, 3, 4, 5), (3, 5), (6,)]
    assert world.rows_that_are(Status.REJECTED) == [4]


def test_the_rows_of_a_refused_request_go_alone_and_only_the_wrong_one_is_rejected() -> None:
    world = World(lambda rows, nth: [(NO if len(rows) == 1 else Verdict.REFUSED_TOGETHER) if 4 in rows else YES])
    report = world.run(9, 4, stop_after=2)
    assert world.requests == [(1,), (2, 3, 4, 5), (2,), (3,), (4,), (5,), (6, 7, 8, 9)]
    assert (report.stop, report.requests) == (None, 7)
    assert world.rows_that_are(Status.REJECTED) == [4]
    assert world.rows_that_are(Status.ACCEPTED) == [1, 2, 3, 5, 6, 7, 8, 9]
    assert len(world.told) == 9  # each once


def test_rows_that_would_go_alone_are_not_sent_if_the_run_ends_first() -> None:
    stopped = World(lambda rows, nth: [Verdict.STOP if nth > 2 else YES if nth == 1 else Verdict.REFUSED_TOGETHER])
    stopped.run(5, 4)
    assert stopped.requests == [(1,), (2, 3, 4, 5), (2,)]
    assert stopped.rows_that_are(Status.NOT_SENT) == [2, 3, 4, 5]


def test_rows_that_go_alone_keep_pace_and_places() -> None:
    world = World(lambda rows, nth: [YES if len(rows) == 1 else Verdict.REFUSED_TOGETHER], seconds=3.0)
    world.run(5, 4, concurrency=2, seconds_between=1.0)
    assert world.most_under_way == 2
    assert world.left_at == [0.0, 3.0, 6.0, 7.0, 9.0, 10.0]


def test_five_unknown_requests_in_a_row_stop_the_run_however_many_rows_they_have() -> None:
    world = World(lambda rows, nth: [YES if nth == 1 else UNKNOWN])
    report = world.run(40, 4)
    assert report.stop is not None
    assert report.stop.reason == reasons.too_many_unknown(5, shared=True)
    assert (report.requests, len(world.rows_that_are(Status.UNKNOWN))) == (6, 20)


def test_a_yes_to_one_row_of_a_request_says_that_the_api_works() -> None:
    world = World(lambda rows, nth: [UNKNOWN] * (len(rows) - 1) + [YES])
    assert world.run(60, 3, stop_after=2).stop is None


def test_refusals_alike_count_once_a_request() -> None:
    world = World(lambda rows, nth: [YES if nth == 1 else NO])
    report = world.run(40, 4, stop_after=3)
    assert report.stop is not None
    assert (report.stop.is_a_guess, report.requests) == (True, 4)
    assert len(world.rows_that_are(Status.REJECTED)) == 12


def test_refusals_of_rows_beside_rows_that_are_accepted_are_no_reason_to_stop() -> None:
    world = World(lambda rows, nth: [YES] + [NO] * (len(rows) - 1))
    assert world.run(40, 4, stop_after=3).stop is None


def test_rows_whose_request_is_known_drop_out_before_theirs_leaves() -> None:
    world = World(held_back={3: [Status.SKIPPED], 5: [Status.UNKNOWN]})
    report = world.run(7, 4)
    assert world.requests == [(1,), (2, 4), (6, 7)]
    assert report.requests == 3
    assert sorted(world.told) == sorted([Status.ACCEPTED] * 5 + [Status.SKIPPED, Status.UNKNOWN])


def test_a_request_whose_rows_are_all_known_takes_nothing_of_the_pace() -> None:
    world = World(held_back={row: [Status.SKIPPED] for row in (2, 3)}, seconds=0.1)
    world.run(4, 2, seconds_between=5.0)
    assert world.requests == [(1,), (4,)]
    assert world.left_at == [0.0, 5.0]


def test_a_request_some_of_whose_rows_are_known_keeps_the_pace() -> None:
    world = World(held_back={2: [Status.SKIPPED]}, seconds=0.1)
    world.run(5, 2, seconds_between=5.0)
    assert world.requests == [(1,), (3,), (4, 5)]
    assert world.left_at == [0.0, 5.0, 10.0]


def test_rows_that_another_run_has_under_way_wait_together_while_those_beside_them_leave() -> None:
    world = World(held_back={row: [UNDER_WAY_ELSEWHERE] * 2 for row in (2, 4)})
    world.run(7, 3)
    assert world.requests == [(1,), (3,), (5, 6, 7), (2, 4)]
    assert world.rows_that_are(Status.ACCEPTED) == list(range(1, 8))


def test_rows_that_waited_for_another_run_end_as_theirs_did() -> None:
    world = World(held_back={2: [UNDER_WAY_ELSEWHERE, Status.SKIPPED], 3: [UNDER_WAY_ELSEWHERE]})
    world.run(4, 3)
    assert world.requests == [(1,), (4,), (3,)]
    assert world.told.count(Status.SKIPPED) == 1


@pytest.mark.parametrize(("first", "sent"), [(1, [(1,)]), (4, [(1,), (2, 3, 4)]), (6, [(1,), (2, 3, 4), (5, 6)])])
def test_only_so_many_rows_of_a_pilot_leave(first: int, sent: list[Rows]) -> None:
    world = World()
    world.run(9, 3, first=first)
    assert world.requests == sent


def test_others_leave_in_a_pilot_for_those_that_are_held_back() -> None:
    world = World(held_back={2: [Status.SKIPPED], 3: [Status.SKIPPED]})
    world.run(9, 3, first=4)
    assert world.requests == [(1,), (4,), (5, 6)]


def test_an_interruption_waits_for_the_answers_of_all_rows_that_left() -> None:
    world = World()
    report = world.run(9, 3, interrupt_after=2)
    assert report.stop is not None
    assert report.stop.interrupted
    assert world.rows_that_are(Status.ACCEPTED) == list(world.statuses) == list(range(1, 8))


@pytest.mark.parametrize("verdict", [Verdict.STOP, Verdict.PAUSE])
def test_what_stops_the_run_leaves_all_rows_of_its_request_not_sent(verdict: Verdict) -> None:
    world = World(lambda rows, nth: [YES if nth == 1 else verdict])
    report = world.run(9, 3)
    assert (report.stop is not None, report.requests) == (True, 2)
    assert world.rows_that_are(Status.NOT_SENT) == [2, 3, 4]


def test_a_row_that_says_stop_ends_the_run_and_those_beside_it_keep_their_answers() -> None:
    world = World(lambda rows, nth: [YES, Verdict.STOP, NO] if nth == 2 else [YES])
    report = world.run(9, 3)
    assert (report.stop is not None, report.requests) == (True, 2)
    assert [world.statuses[row] for row in (2, 3, 4)] == [Status.ACCEPTED, Status.NOT_SENT, Status.REJECTED]


def test_a_request_that_can_not_be_written_is_invalid_for_all_its_rows() -> None:
    world = World(lambda rows, nth: [Verdict.UNSENDABLE if nth == 2 else YES])
    world.run(7, 3)
    assert world.rows_that_are(Status.INVALID) == [2, 3, 4]


def test_rows_that_together_draw_a_doubtful_pause_are_rejected_once_others_are_accepted() -> None:
    world = World(lambda rows, nth: [Verdict.PAUSE if 2 in rows else YES], doubtful=True)
    report = world.run(10, 3)
    assert world.requests == [(1,), (2, 3, 4), (5, 6, 7), (8, 9, 10), (2, 3, 4)]
    assert (report.stop, world.rows_that_are(Status.REJECTED)) == (None, [2, 3, 4])


def test_a_pause_that_is_sure_is_none_because_of_a_doubtful_one_beside_it() -> None:
    world = World(lambda rows, nth: [Verdict.PAUSE if nth == 2 else YES], doubtful=True)
    sure = Outcome(Verdict.PAUSE, advice.REJECTED, message="closed")
    judged = world.judged
    world.judged = lambda answer, count: [*judged(answer, count)[:-1], sure] if count > 1 else judged(answer, count)  # type: ignore[method-assign]
    report = world.run(4, 3)
    assert report.stop == Stop(reasons.paused("closed"), Verdict.PAUSE)


def test_an_idempotent_request_goes_again_with_the_rows_that_got_no_answer() -> None:
    world = World(lambda rows, nth: [YES, UNKNOWN, UNKNOWN] if nth == 2 else [YES])
    world.run(4, 3, may_repeat=True)
    assert world.requests == [(1,), (2, 3, 4), (3, 4)]
    assert world.rows_that_are(Status.ACCEPTED) == [1, 2, 3, 4]


def test_a_person_may_go_on_after_a_guess() -> None:
    world = World(lambda rows, nth: [YES if nth == 1 else NO])
    report = world.run(10, 3, stop_after=2, resumes=1)
    assert report.stop is None
    assert world.rows_that_are(Status.REJECTED) == list(range(2, 11))


def test_answers_of_a_request_are_written_down_after_all_where_the_journal_failed_once() -> None:
    world = World(breaks_at=2)
    report = world.run(7, 3)
    assert (report.stop is not None, report.requests) == (True, 2)
    assert world.rows_that_are(Status.ACCEPTED) == [1, 2, 3, 4]
