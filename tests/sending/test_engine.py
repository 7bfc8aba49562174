"""The loop, with a scripted server, a clock that only waiting moves, and a ledger that notes the order of things."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.transports import ScriptedTransport
from tests.waiting import HANG_SECONDS
from uploader.errors import JournalError
from uploader.i18n import Message, render
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, RowDone, Waiting
from uploader.model.http import Request, Response, SendFailure
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.rows import Row, Status, WaitingRow
from uploader.sending import reasons
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.pacing import LONGEST_RETRY_AFTER_SECONDS, RETRYING_SECONDS, THROTTLED_SECONDS, TRIES
from uploader.sending.scheduling.scheduler import Scheduler
from uploader.sending.sender import send_rows

Script = Callable[[int, int], Verdict]
"""What the server says to the nth request (from 1) for a row."""
ADVICE, FIX_IT = Message("advice.rejected"), Message("text", text="Fix it.")
INTERRUPTED = Stop(Message("stop.interrupted"), None, interrupted=True)


@dataclass
class World:
    """A server that answers by script, a ledger, and a clock."""

    script: Script
    latency: float = 1.0
    now: float = 0.0
    log: list[tuple[str, int]] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    statuses: dict[int, Status] = field(default_factory=dict)
    commits: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    asked: Counter[int] = field(default_factory=Counter)
    seconds_a_request: float = 0.0
    left_at: dict[int, float] = field(default_factory=dict)
    ended_at: dict[int, float] = field(default_factory=dict)
    failures: int = 0
    idle: int = 0

    known: "dict[int, Status]" = field(default_factory=dict)
    """Rows whose same request is known, and where they stand then."""
    broken: "Callable[[World], bool]" = lambda world: False
    """Whether the ledger can't write now."""
    waits: list[tuple[Message, float]] = field(default_factory=list)
    advice_if_rejected: Message | None = None
    slows_down: bool = False
    under_way: bool = False
    retry_after: float = 0.0
    on_commit: Callable[[Sequence[Completion], Sequence[Dispatch]], None] = lambda completions, dispatches: None
    """Is given what the ledger is to write."""

    def __post_init__(self) -> None:
        self.transport = ScriptedTransport(self.answer)

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, Status]:
        if self.broken(self):
            raise JournalError(Message("text", text="The disk is full."))
        self.on_commit(completions, dispatches)
        self.commits += 1
        for completion in completions:
            self.log.append(("answer", completion.dispatch.row.number))
            self.statuses[completion.dispatch.row.number] = completion.status
        held_back = {}
        for dispatch in dispatches:
            number = dispatch.row.number
            if number in self.known:
                held_back[number] = self.statuses[number] = self.known[number]
            else:
                self.log.append(("intent", number))
        return held_back

    async def answer(self, request: Request) -> Response | SendFailure:
        number = int(request.body)
        self.log.append(("request", number))
        self.starts.append(self.now)
        self.asked[number] += 1
        nth = self.asked[number]
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.left_at[number] = self.now
        await self.takes_its_time()
        self.in_flight -= 1
        self.ended_at[number] = self.now
        return Response(200, self.script(number, nth).encode(), 1)

    async def takes_its_time(self) -> None:
        until = self.now + self.seconds_a_request
        for _ in range(3):
            await asyncio.sleep(0)
        while self.now < until:  # the last of those that wait moves the clock
            await asyncio.sleep(0)
            self.idle += 1
            if self.idle > 20:
                self.now, self.idle = self.now + self.seconds_a_request / 10, 0

    def failed(self) -> bool:
        self.failures += 1
        return self.failures > 1

    def most_in_flight_between(self, begin: float, end: float) -> int:
        spans = [(self.left_at[row], self.ended_at[row]) for row in self.left_at]
        inside = [(left, ended) for left, ended in spans if begin <= left < end]
        return max(sum(1 for left, ended in inside if left <= at < ended) for at, _ in inside)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def judge(self, answer: Response | SendFailure) -> Outcome:
        verdict = Verdict(answer.body.decode() if isinstance(answer, Response) else "")
        return Outcome(
            verdict,
            ADVICE,
            message="why",
            retry_after_seconds=self.retry_after if verdict not in (Verdict.ACCEPTED, Verdict.REJECTED) else 0.0,
            advice_if_rejected=self.advice_if_rejected if verdict is Verdict.PAUSE else None,
            slows_down=self.slows_down and verdict is Verdict.UNKNOWN,
            may_be_under_way=self.under_way and verdict is Verdict.UNKNOWN,
        )

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[ScriptedTransport]:
        async with asyncio.timeout(HANG_SECONDS), self.transport.opened() as transport:
            yield transport

    def run(
        self,
        rows: int,
        concurrency: int = 2,
        seconds_between: float = 0.0,
        interrupt_after: int = 0,
        resumes: int = 0,
        **limits: Any,
    ) -> Stop | None:
        cancel = CancelToken()
        ended: list[Status] = []
        guesses: list[Stop] = []

        def on_event(event: Event) -> None:
            if isinstance(event, Waiting):
                self.waits.append((event.reason, event.seconds))
            if isinstance(event, RowDone):
                ended.append(event.status)
                if len(ended) == interrupt_after:
                    cancel.cancel()

        def confirm(stop: Stop) -> bool:
            guesses.append(stop)
            return len(guesses) <= resumes

        before = len(self.transport.requests)
        report = send_rows(
            iter([WaitingRow(Row(number, ()), "") for number in range(2, 2 + rows)]),
            self,
            build=request_of,
            judge=self.judge,
            open_transport=self.opened,
            limits=SendLimits(concurrency, seconds_between, **limits),
            on_event=on_event,
            cancel=cancel,
            confirm=confirm,
            total=rows,
            clock=lambda: self.now,
            sleep=self.sleep,
            random=lambda: 1.0,
        )
        assert report.requests == len(self.transport.requests) - before == sum(self.asked.values()) - before
        assert len(guesses) >= resumes
        return report.stop


def request_of(waiting: WaitingRow) -> Request:
    return Request("POST", "https://x", {}, str(waiting.row.number).encode(), waiting.fingerprint)


YES = Verdict.ACCEPTED


def always(verdict: Verdict) -> Script:
    return lambda row, nth: verdict


def scripted(**by_row: Verdict) -> Script:
    return lambda row, nth: by_row.get(f"row{row}", Verdict.ACCEPTED)


def test_every_row_is_sent_once_in_order_and_comes_to_its_end() -> None:
    world = World(scripted(row3=Verdict.REJECTED, row5=Verdict.UNKNOWN))
    assert world.run(rows=20) is None
    assert all(count == 1 for count in world.asked.values())
    assert [number for what, number in world.log if what == "request"] == list(range(2, 22))
    assert world.statuses == {
        **dict.fromkeys(range(2, 22), Status.ACCEPTED),
        3: Status.REJECTED,
        5: Status.UNKNOWN,
    }


def test_no_request_leaves_before_its_intent_and_no_answer_is_forgotten() -> None:
    world = World(always(Verdict.ACCEPTED))
    world.run(rows=30, concurrency=7)
    for number in range(2, 32):
        assert [what for what, row in world.log if row == number] == ["intent", "request", "answer"]


@pytest.mark.parametrize("concurrency", [1, 2, 7])
def test_never_more_at_once_than_allowed_and_no_fewer(concurrency: int) -> None:
    world = World(always(Verdict.ACCEPTED))
    world.run(rows=40, concurrency=concurrency)
    assert world.most_in_flight == concurrency


def test_intents_and_answers_share_commits() -> None:
    world = World(always(Verdict.ACCEPTED))
    world.run(rows=501, concurrency=50)
    assert world.commits < 40


def test_the_first_row_goes_alone_and_a_refused_token_costs_one_request() -> None:
    world = World(always(Verdict.STOP))
    stop = world.run(rows=10, concurrency=5)
    assert stop == Stop(Message("stop.refused", why="why"), Verdict.STOP)
    assert world.asked == {2: 1}
    assert world.statuses == {2: Status.NOT_SENT}


def test_a_first_row_without_a_usable_answer_lets_the_next_go_alone_three_in_all() -> None:
    world = World(always(Verdict.UNKNOWN))
    stop = world.run(rows=10, concurrency=5)
    assert stop is not None
    assert stop.verdict is Verdict.UNKNOWN
    assert world.most_in_flight == 1
    assert world.asked == {2: 1, 3: 1, 4: 1}

    world = World(scripted(row2=Verdict.UNKNOWN, row3=Verdict.UNKNOWN))
    assert world.run(rows=10, concurrency=5) is None
    assert world.most_in_flight == 5


def test_five_unknown_in_a_row_stop_the_run_at_any_time() -> None:
    world = World(lambda row, nth: Verdict.UNKNOWN if row > 10 else Verdict.ACCEPTED)
    stop = world.run(rows=100, concurrency=1)
    assert stop is not None
    assert Counter(world.statuses.values()) == {Status.ACCEPTED: 9, Status.UNKNOWN: 5}

    world = World(lambda row, nth: Verdict.ACCEPTED if row == 2 or row % 5 == 0 else Verdict.UNKNOWN)
    assert world.run(rows=100, concurrency=1) is None  # four in a row are none too many


def test_a_stop_in_the_middle_sends_no_new_rows_and_waits_for_those_under_way() -> None:
    world = World(scripted(row6=Verdict.PAUSE))
    stop = world.run(rows=50, concurrency=4)
    assert stop is not None
    assert stop.verdict is Verdict.PAUSE
    assert sum(world.asked.values()) < 15
    assert world.statuses[6] is Status.NOT_SENT
    assert {what for what, _ in world.log[-1:]} == {"answer"}
    assert len([1 for what, _ in world.log if what == "request"]) == len(
        [1 for what, _ in world.log if what == "answer"]
    )


@pytest.mark.parametrize("verdict", [Verdict.SLOW_DOWN, Verdict.OUT_OF_REACH])
def test_what_was_certainly_not_taken_goes_again_after_a_wait(verdict: Verdict) -> None:
    world = World(lambda row, nth: verdict if row == 5 and nth < 4 else Verdict.ACCEPTED)
    assert world.run(rows=10) is None
    assert world.asked[5] == 4
    assert set(world.statuses.values()) == {Status.ACCEPTED}
    assert world.now >= 0.5 + 1 + 2


def test_what_never_arrives_stops_the_run_after_bounded_tries() -> None:
    world = World(always(Verdict.OUT_OF_REACH))
    stop = world.run(rows=10, concurrency=5)
    assert stop is not None
    assert stop.verdict is Verdict.OUT_OF_REACH
    assert world.asked == {2: TRIES}  # the row that goes alone goes again before another is tried
    assert world.statuses == {2: Status.NOT_SENT}
    assert world.now < RETRYING_SECONDS


def test_connections_that_take_long_to_fail_are_not_tried_for_more_than_a_minute() -> None:
    world = World(always(Verdict.OUT_OF_REACH), seconds_a_request=15)
    stop = world.run(rows=10)
    assert stop is not None
    assert stop.verdict is Verdict.OUT_OF_REACH
    assert 2 < world.asked[2] < TRIES
    assert world.now <= 60


def test_a_server_that_is_gone_in_the_middle_is_asked_by_one_row_alone_and_leaves_nothing_unknown() -> None:
    world = World(lambda row, nth: Verdict.OUT_OF_REACH if row > 30 else Verdict.ACCEPTED)
    stop = world.run(rows=200, concurrency=10)
    assert stop is not None
    assert stop.verdict is Verdict.OUT_OF_REACH
    assert Counter(world.statuses.values())[Status.UNKNOWN] == 0
    assert Counter(world.statuses.values())[Status.ACCEPTED] == 29
    assert sum(count for row, count in world.asked.items() if row > 30) < 10 + TRIES


def test_being_throttled_for_good_ends_the_run_after_a_while_without_hammering() -> None:
    world = World(always(Verdict.SLOW_DOWN))
    stop = world.run(rows=10, concurrency=5)
    assert stop is not None
    assert stop.verdict is Verdict.SLOW_DOWN
    assert world.statuses == {2: Status.NOT_SENT}
    assert THROTTLED_SECONDS / 2 < world.now < 2 * THROTTLED_SECONDS
    assert world.asked[2] < 20


@pytest.mark.parametrize("concurrency", [1, 2, 10])
def test_throttling_costs_time_but_no_row_and_few_requests(concurrency: int) -> None:
    requests = Counter[str]()

    def every_seventh(row: int, nth: int) -> Verdict:
        requests["all"] += 1
        return Verdict.SLOW_DOWN if requests["all"] % 7 == 0 else Verdict.ACCEPTED

    world = World(every_seventh)
    assert world.run(rows=300, concurrency=concurrency) is None
    assert Counter(world.statuses.values()) == {Status.ACCEPTED: 300}
    assert requests["all"] <= 400


def test_a_row_may_be_throttled_more_often_than_it_may_fail() -> None:
    world = World(lambda row, nth: Verdict.SLOW_DOWN if row == 5 and nth < 3 * TRIES and nth % 3 else Verdict.ACCEPTED)
    world.script = lambda row, nth: Verdict.SLOW_DOWN if nth <= TRIES + 2 and row == 5 else Verdict.ACCEPTED
    assert world.run(rows=8) is None
    assert world.asked[5] == TRIES + 3


def test_the_pace_that_the_server_takes_is_found() -> None:
    world = World(always(Verdict.ACCEPTED))
    taken: list[float] = []

    def only_two_a_second(row: int, nth: int) -> Verdict:
        if len([at for at in taken if at > world.now - 1]) >= 2:
            return Verdict.SLOW_DOWN
        taken.append(world.now)
        return Verdict.ACCEPTED

    world.script = only_two_a_second
    assert world.run(rows=200, concurrency=10) is None
    assert Counter(world.statuses.values()) == {Status.ACCEPTED: 200}
    assert sum(world.asked.values()) < 200 * 4 / 3


@pytest.mark.parametrize(("asked", "waited"), [(5.0, 5.0), (86_400.0, LONGEST_RETRY_AFTER_SECONDS)])
def test_how_long_the_server_asks_us_to_wait_is_kept_and_clamped(asked: float, waited: float) -> None:
    world = World(lambda row, nth: Verdict.SLOW_DOWN if row == 3 and nth == 1 else Verdict.ACCEPTED, retry_after=asked)
    assert world.run(rows=3) is None
    assert waited <= world.now < waited + 5


@pytest.mark.parametrize(("asked", "waited"), [(0.0, 0.25), (5.0, 5.0), (86_400.0, LONGEST_RETRY_AFTER_SECONDS)])
def test_a_row_that_may_be_taken_although_the_server_asks_to_slow_down_is_unknown_and_the_pace_is_lowered(
    asked: float, waited: float
) -> None:
    every_third = {f"row{row}": Verdict.UNKNOWN for row in range(4, 62, 3)}
    world = World(scripted(**every_third), slows_down=True, retry_after=asked)
    assert world.run(rows=60, concurrency=10) is None
    assert set(world.asked.values()) == {1}
    assert Counter(world.statuses.values()) == {Status.UNKNOWN: 20, Status.ACCEPTED: 40}
    assert world.now >= waited * 3
    assert Message("wait.slow_down") in [reason for reason, _ in world.waits]
    unslowed = World(scripted(**every_third))
    unslowed.run(rows=60, concurrency=10)
    assert unslowed.now < world.now


def test_a_server_that_only_asks_to_slow_down_and_may_take_rows_stops_the_run_and_gets_none_twice() -> None:
    world = World(lambda row, nth: Verdict.UNKNOWN if row > 10 else Verdict.ACCEPTED, slows_down=True)
    stop = world.run(rows=30, concurrency=1)
    assert stop is not None
    assert stop.reason.code == "stop.too_many_unknown"
    assert set(world.asked.values()) == {1}
    assert Counter(world.statuses.values())[Status.UNKNOWN] == 5


def test_a_request_that_we_gave_up_holds_its_place_until_the_api_gives_it_up() -> None:
    world = World(scripted(row5=Verdict.UNKNOWN), under_way=True, seconds_a_request=1)
    world.run(rows=20, concurrency=2, held_seconds=60)
    gave_up = world.ended_at[5]
    left = world.left_at[5]
    during = [at for row, at in world.left_at.items() if gave_up <= at < left + 60]
    assert during
    assert world.most_in_flight_between(gave_up, left + 60) == 1
    world = World(scripted(row5=Verdict.UNKNOWN, row6=Verdict.UNKNOWN), under_way=True, seconds_a_request=1)
    world.run(rows=20, concurrency=2, held_seconds=60)
    assert not [at for at in world.left_at.values() if world.ended_at[6] <= at < world.left_at[5] + 60]
    assert Message("wait.for_place") in [reason for reason, _ in world.waits]
    assert len(world.statuses) == 20


def test_the_time_for_trying_again_stands_still_while_no_place_is_free() -> None:
    world = World(
        lambda row, nth: Verdict.UNKNOWN if row == 3 and nth < 4 else YES, under_way=True, seconds_a_request=1
    )
    assert world.run(rows=4, concurrency=1, may_repeat=True, held_seconds=60.0) is None
    assert (world.asked[3], world.statuses[3]) == (4, Status.ACCEPTED)
    assert world.now > 180.0


def test_an_idempotent_request_goes_again_and_is_unknown_meanwhile() -> None:
    world = World(lambda row, nth: Verdict.UNKNOWN if row == 4 and nth < 3 else Verdict.ACCEPTED)
    seen: list[Status] = []
    world.on_commit = lambda completions, _: seen.extend(
        done.status for done in completions if done.dispatch.row.number == 4
    )
    assert world.run(rows=10, may_repeat=True) is None
    assert seen == [Status.UNKNOWN, Status.UNKNOWN, Status.ACCEPTED]
    assert set(world.statuses.values()) == {Status.ACCEPTED}

    world = World(lambda row, nth: Verdict.UNKNOWN if row == 4 else Verdict.ACCEPTED)
    assert world.run(rows=10, may_repeat=True) is None
    assert (world.statuses[4], world.asked[4]) == (Status.UNKNOWN, TRIES)
    assert world.now < 60


def test_too_many_alike_refusals_in_a_row_stop_the_run_and_a_person_may_go_on() -> None:
    world = World(always(Verdict.REJECTED))
    stop = world.run(rows=100, concurrency=1)
    assert stop is not None
    assert stop.is_a_guess
    assert stop.reason == Message("stop.too_many_alike", count=25, why="why")
    assert "25 rows in a row were rejected for the same reason" in render(stop.reason, "en")
    assert Counter(world.statuses.values()) == {Status.REJECTED: 25}
    world = World(always(Verdict.REJECTED))
    assert world.run(rows=100, concurrency=1, stop_after=3, resumes=1) is None
    assert Counter(world.statuses.values()) == {Status.REJECTED: 100}
    world = World(lambda row, nth: Verdict.ACCEPTED if row % 10 == 0 else Verdict.REJECTED)
    assert world.run(rows=100, concurrency=1, stop_after=10) is None


def test_only_so_many_rows_of_a_pilot_leave_and_those_held_back_do_not_count() -> None:
    world = World(always(Verdict.ACCEPTED), known={3: Status.SKIPPED, 4: Status.UNKNOWN})
    assert world.run(rows=50, concurrency=4, first=5) is None
    assert set(world.asked) == {2, 5, 6, 7, 8}
    assert (world.statuses[3], world.statuses[4]) == (Status.SKIPPED, Status.UNKNOWN)


def test_a_list_whose_every_row_is_known_sends_nothing_and_ends() -> None:
    world = World(always(Verdict.ACCEPTED), known=dict.fromkeys(range(2, 60), Status.SKIPPED))
    assert world.run(rows=58) is None
    assert world.asked == {}
    assert len(world.statuses) == 58


def test_a_row_that_alone_draws_a_doubtful_pause_is_rejected_and_does_not_block_the_list() -> None:
    world = World(
        lambda row, nth: Verdict.PAUSE if row in (2, 7, 8, 15) else Verdict.ACCEPTED,
        advice_if_rejected=FIX_IT,
        seconds_a_request=1,
    )
    assert world.run(rows=30) is None
    assert {row for row, status in world.statuses.items() if status is Status.REJECTED} == {2, 7, 8, 15}
    assert Counter(world.statuses.values()) == {Status.ACCEPTED: 26, Status.REJECTED: 4}
    assert all(world.asked[row] == 2 for row in (2, 7, 8, 15))


def test_a_doubtful_pause_of_all_rows_is_one_and_costs_three_requests() -> None:
    world = World(always(Verdict.PAUSE), advice_if_rejected=FIX_IT)
    stop = world.run(rows=30, concurrency=5)
    assert stop is not None
    assert stop.verdict is Verdict.PAUSE
    assert sum(world.asked.values()) == 3
    assert set(world.statuses.values()) == {Status.NOT_SENT}


def test_a_last_row_that_draws_a_doubtful_pause_stops_the_run() -> None:
    world = World(scripted(row11=Verdict.PAUSE), advice_if_rejected=FIX_IT)
    stop = world.run(rows=10)
    assert stop is not None
    assert stop.verdict is Verdict.PAUSE
    assert world.statuses[11] is Status.NOT_SENT


@pytest.mark.parametrize("advice", [None, FIX_IT])
def test_a_pause_is_waited_for_by_one_probe_at_a_time(advice: Message | None) -> None:
    world = World(always(Verdict.PAUSE), advice_if_rejected=advice)
    world.script = lambda row, nth: (
        Verdict.PAUSE if row >= 8 and world.now + 1000 > 1000 and world.now < 5000 else Verdict.ACCEPTED
    )
    assert world.run(rows=30, concurrency=2, probe_seconds=600, seconds_between=1.0) is None
    assert Counter(world.statuses.values()) == {Status.ACCEPTED: 30}
    during = [at for at in world.starts if 10 < at < 5000]
    assert 6 <= len(during) <= 12
    countdown = [seconds for reason, seconds in world.waits if reason == Message("wait.paused", why="why")]
    assert max(countdown) <= 600
    assert len(countdown) > 1000  # told each second


def test_a_pause_is_not_waited_for_for_ever() -> None:
    world = World(always(Verdict.PAUSE))
    stop = world.run(rows=3, probe_seconds=3600 * 5)
    assert stop is not None
    assert stop.reason == Message("stop.paused_too_long", hours=48, why="why")
    assert "48 hours" in render(stop.reason, "en")
    assert world.asked[2] + world.asked[3] + world.asked[4] < 15


def test_an_interruption_ends_a_wait() -> None:
    world = World(lambda row, nth: Verdict.PAUSE if row == 7 else Verdict.ACCEPTED)
    stop = world.run(rows=30, probe_seconds=600, interrupt_after=5)
    assert stop is not None
    assert stop.interrupted
    assert world.now < 700


def test_a_row_that_can_not_be_written_as_http_is_invalid_and_the_others_go() -> None:
    world = World(scripted(row4=Verdict.UNSENDABLE))
    assert world.run(rows=10) is None
    assert Counter(world.statuses.values()) == {Status.ACCEPTED: 9, Status.INVALID: 1}
    assert world.asked[4] == 1


def test_a_ledger_that_fails_stops_the_run_and_gets_the_answers_once_more() -> None:
    world = World(always(Verdict.ACCEPTED), broken=lambda world: world.commits == 8 and not world.failed())
    stop = world.run(rows=50, concurrency=3)
    assert stop is not None
    assert stop == Stop(reasons.journal_failed(JournalError(Message("text", text="The disk is full."))), None)
    requests = {row for what, row in world.log if what == "request"}
    assert requests == {row for what, row in world.log if what == "answer"}
    assert len(requests) < 40


def test_answers_that_can_not_be_written_down_are_told() -> None:
    world = World(always(Verdict.ACCEPTED), broken=lambda world: world.commits >= 8)
    stop = world.run(rows=50, concurrency=3)
    assert stop is not None
    assert (stop.reason.code, stop.verdict, stop.is_a_guess) == ("stop.journal", None, False)
    assert re.search(r"could not be recorded.*: rows \d+, \d+, \d+ \(accepted\)$", render(stop.reason, "en"))
    assert re.search(r"filas \d+, \d+, \d+ \(aceptadas\)$", render(stop.reason, "es"))


def test_a_rate_spaces_the_starts() -> None:
    world = World(always(Verdict.ACCEPTED))
    world.run(rows=10, concurrency=5, seconds_between=2.0)
    gaps = [later - earlier for earlier, later in zip(world.starts, world.starts[1:], strict=False)]
    assert min(gaps) >= 2.0


def test_an_interruption_sends_no_new_rows_and_waits_for_the_answers() -> None:
    world = World(always(Verdict.ACCEPTED))
    stop = world.run(rows=100, concurrency=3, interrupt_after=5)
    assert stop == INTERRUPTED
    assert 5 <= len(world.statuses) <= 5 + 2 + 3  # those that ended in the same turn, and those under way
    assert sum(world.asked.values()) == len(world.statuses)


def test_a_list_without_rows_ends_at_once() -> None:
    world = World(always(Verdict.ACCEPTED))
    assert world.run(rows=0) is None
    assert world.log == []


@pytest.mark.parametrize("verdict", [Verdict.SLOW_DOWN, Verdict.OUT_OF_REACH, Verdict.PAUSE])
def test_a_row_under_way_at_a_stop_that_is_a_guess_goes_again_where_the_person_goes_on(verdict: Verdict) -> None:
    world = World(lambda row, nth: verdict if row == 4 and nth == 1 else Verdict.REJECTED if row == 3 else YES)
    assert world.run(rows=8, concurrency=2, stop_after=1, resumes=1, probe_seconds=60.0) is None
    assert Counter(world.statuses.values()) == {Status.ACCEPTED: 7, Status.REJECTED: 1}
    assert world.asked[4] == 2


def test_a_sure_reason_to_stop_takes_the_place_of_a_guess() -> None:
    world = World(scripted(row3=Verdict.REJECTED, row4=Verdict.STOP))
    stop = world.run(rows=8, concurrency=2, stop_after=1)
    assert stop == Stop(Message("stop.refused", why="why"), Verdict.STOP)


def test_an_interruption_while_the_last_answers_come_after_a_guess_is_no_question() -> None:
    scheduler = Scheduler(
        SendLimits(2, stop_after=1),
        rows=iter([WaitingRow(Row(2, ()), ""), WaitingRow(Row(3, ()), "")]),
        build=request_of,
        random=lambda: 1.0,
    )
    first = scheduler.next(0.0, 0)
    assert first is not None
    scheduler.complete(first, Outcome(Verdict.REJECTED, ADVICE), 1.0)
    assert scheduler.stop is not None
    assert scheduler.stop.is_a_guess
    scheduler.interrupt()
    assert scheduler.stop == INTERRUPTED


def complete(
    scheduler: Scheduler,
    dispatch: Dispatch | None,
    verdict: Verdict,
    now: float,
    advice_if_rejected: Message | None = None,
) -> Status:
    assert dispatch is not None
    outcome = Outcome(verdict, ADVICE, advice_if_rejected=advice_if_rejected)
    return scheduler.complete(dispatch, outcome, now).status


def scheduled(**limits: Any) -> Scheduler:
    """A course with rows from 2 on of which the first was accepted at 1.0."""
    scheduler = Scheduler(
        SendLimits(2, **limits),
        rows=iter([WaitingRow(Row(number, ()), "") for number in range(2, 20)]),
        build=request_of,
        random=lambda: 1.0,
    )
    complete(scheduler, scheduler.next(0.0, 0), Verdict.ACCEPTED, 1.0)
    return scheduler


def test_a_row_that_left_before_the_doubtful_pause_does_not_say_that_it_was_the_row() -> None:
    scheduler = scheduled()
    third, fourth = scheduler.next(1.0, 0), scheduler.next(1.0, 1)
    complete(scheduler, third, Verdict.PAUSE, 2.0, FIX_IT)
    complete(scheduler, fourth, Verdict.ACCEPTED, 2.1)  # it was taken just before the maintenance began
    fifth = scheduler.next(2.1, 0)
    assert fifth is not None
    assert fifth.row.number == 5
    complete(scheduler, fifth, Verdict.PAUSE, 3.0, FIX_IT)
    assert complete(scheduler, scheduler.next(3.0, 0), Verdict.PAUSE, 4.0, FIX_IT) is Status.NOT_SENT
    assert scheduler.stop is not None
    assert scheduler.stop.verdict is Verdict.PAUSE


def test_a_row_that_left_in_the_same_tick_as_the_doubtful_pause_says_nothing_either() -> None:
    """Some clocks tick 64 times a second: what left before and what left after then have one time."""
    scheduler = scheduled()
    third, fourth = scheduler.next(1.0, 0), scheduler.next(1.0, 1)
    complete(scheduler, third, Verdict.PAUSE, 1.0, FIX_IT)
    complete(scheduler, fourth, Verdict.ACCEPTED, 1.0)
    fifth = scheduler.next(1.0, 0)
    assert fifth is not None
    assert (fifth.row.number, fifth.is_suspect) == (5, False)
    complete(scheduler, fifth, Verdict.ACCEPTED, 2.0)
    again = scheduler.next(2.0, 0)
    assert again is not None
    assert (again.row.number, again.is_suspect) == (6, False)
    complete(scheduler, again, Verdict.ACCEPTED, 3.0)  # it left later than the refusal was known
    suspect = scheduler.next(3.0, 0)
    assert suspect is not None
    assert (suspect.row.number, suspect.is_suspect) == (3, True)


def test_a_row_that_left_before_a_pause_does_not_end_it_so_one_row_alone_tries() -> None:
    scheduler = scheduled(probe_seconds=600.0)
    third, fourth = scheduler.next(1.0, 0), scheduler.next(1.0, 1)
    complete(scheduler, third, Verdict.PAUSE, 2.0)
    complete(scheduler, fourth, Verdict.ACCEPTED, 2.1)
    assert scheduler.next(700.0, 0) is not None
    assert scheduler.next(700.0, 1) is None


def test_rows_that_are_held_back_do_not_keep_others_from_leaving_or_their_answers_from_being_recorded() -> None:
    world = World(always(Verdict.ACCEPTED), known=dict.fromkeys(range(4, 500), Status.SKIPPED))
    turns: list[str] = []

    async def answering(request: Request) -> Response | SendFailure:
        turns.append(f"row {int(request.body)} leaves")
        return await world.answer(request)

    world.on_commit = lambda _, dispatches: turns.append(
        "intent" if 3 in [dispatch.row.number for dispatch in dispatches] else "turn"
    )
    world.transport = ScriptedTransport(answering)
    assert world.run(rows=500) is None
    assert turns.index("row 3 leaves") - turns.index("intent") <= 2


@pytest.mark.parametrize(("commit_seconds", "share"), [(0.0, False), (10.0, True)])
def test_answers_that_come_one_after_the_other_share_a_commit_where_one_takes_its_time(
    commit_seconds: float, share: bool
) -> None:
    """The server answers one request in each turn of the loop."""
    world = World(lambda number, nth: Verdict.ACCEPTED)
    waiting: list[asyncio.Event] = []

    async def one_a_turn() -> None:
        mine = asyncio.Event()
        waiting.append(mine)
        for _ in range(len(waiting)):
            await asyncio.sleep(0)
        waiting.remove(mine)

    def take(completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> None:
        world.now += commit_seconds

    world.takes_its_time, world.on_commit = one_a_turn, take  # type: ignore[method-assign]  # what is slow here
    assert world.run(200, concurrency=20) is None
    assert set(world.statuses.values()) == {Status.ACCEPTED}
    assert (world.commits < 60) is share
