"""The loop, with a scripted server, a clock that only waiting moves, and a ledger that notes the order of things."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from uploader.model import Failure, Meaning, Outcome, Reply, Request, Row, Status, Stop
from uploader.pacing import TRIES
from uploader.pipeline import End, Pace, Pipeline, Start

Script = Callable[[int, int], Meaning]
"""What the server says to the nth request (from 1) for a row."""


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

    def turn(self, ended: Sequence[End], starting: Sequence[Start]) -> None:
        self.commits += 1
        for end in ended:
            self.log.append(("answer", end.start.row.number))
            self.statuses[end.start.row.number] = end.status or Status.NOT_SENT
        for start in starting:
            self.log.append(("intent", start.row.number))

    async def send(self, request: Request) -> Reply | Failure:
        number = int(request.body)
        self.log.append(("request", number))
        self.starts.append(self.now)
        self.asked[number] += 1
        nth = self.asked[number]
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        for _ in range(3):
            await asyncio.sleep(0)
        self.in_flight -= 1
        return Reply(200, self.script(number, nth).encode(), 1)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def run(
        self, rows: int, concurrency: int = 2, seconds_between: float = 0.0, interrupt_after: int = 0
    ) -> Stop | None:
        async def go() -> Stop | None:
            interrupted = asyncio.Event()
            ended: list[Status] = []

            def watch(status: Status) -> None:
                ended.append(status)
                if len(ended) == interrupt_after:
                    interrupted.set()

            pipeline = Pipeline(
                rows=iter([Row(number, ()) for number in range(2, 2 + rows)]),
                ledger=self,
                pace=Pace(concurrency, seconds_between),
                build=lambda row: Request("POST", "https://x", {}, str(row.number).encode(), ""),
                send=self.send,
                judge=lambda answer: Outcome(
                    Meaning(answer.body.decode() if isinstance(answer, Reply) else ""), "advice", message="why"
                ),
                clock=lambda: self.now,
                sleep=self.sleep,
                random=lambda: 1.0,
                interrupted=interrupted,
                watch=watch,
            )
            stop = await pipeline.run()
            assert pipeline.requests == sum(self.asked.values())
            return stop

        return asyncio.run(asyncio.wait_for(go(), 20))


def always(meaning: Meaning) -> Script:
    return lambda row, nth: meaning


def scripted(**by_row: Meaning) -> Script:
    return lambda row, nth: by_row.get(f"row{row}", Meaning.ACCEPTED)


def test_every_row_is_sent_once_in_order_and_comes_to_its_end() -> None:
    world = World(scripted(row3=Meaning.REJECTED, row5=Meaning.UNKNOWN))
    assert world.run(rows=20) is None
    assert all(count == 1 for count in world.asked.values())
    assert [number for what, number in world.log if what == "request"] == list(range(2, 22))
    assert world.statuses == {
        **dict.fromkeys(range(2, 22), Status.ACCEPTED),
        3: Status.REJECTED,
        5: Status.UNKNOWN,
    }


def test_no_request_leaves_before_its_intent_and_no_answer_is_forgotten() -> None:
    world = World(always(Meaning.ACCEPTED))
    world.run(rows=30, concurrency=7)
    for number in range(2, 32):
        assert [what for what, row in world.log if row == number] == ["intent", "request", "answer"]


@pytest.mark.parametrize("concurrency", [1, 2, 7])
def test_never_more_at_once_than_allowed_and_no_fewer(concurrency: int) -> None:
    world = World(always(Meaning.ACCEPTED))
    world.run(rows=40, concurrency=concurrency)
    assert world.most_in_flight == concurrency


def test_intents_and_answers_share_commits() -> None:
    world = World(always(Meaning.ACCEPTED))
    world.run(rows=501, concurrency=50)
    assert world.commits < 40


def test_the_first_row_goes_alone_and_a_refused_token_costs_one_request() -> None:
    world = World(always(Meaning.STOP))
    stop = world.run(rows=10, concurrency=5)
    assert stop == Stop("the API refused the request: why", Meaning.STOP)
    assert world.asked == {2: 1}
    assert world.statuses == {2: Status.NOT_SENT}


def test_a_first_row_without_a_usable_answer_lets_the_next_go_alone_three_in_all() -> None:
    world = World(always(Meaning.UNKNOWN))
    stop = world.run(rows=10, concurrency=5)
    assert stop is not None
    assert stop.meaning is Meaning.UNKNOWN
    assert world.most_in_flight == 1
    assert world.asked == {2: 1, 3: 1, 4: 1}

    world = World(scripted(row2=Meaning.UNKNOWN, row3=Meaning.UNKNOWN))
    assert world.run(rows=10, concurrency=5) is None
    assert world.most_in_flight == 5


def test_five_unknown_in_a_row_stop_the_run_at_any_time() -> None:
    world = World(lambda row, nth: Meaning.UNKNOWN if row > 10 else Meaning.ACCEPTED)
    stop = world.run(rows=100, concurrency=1)
    assert stop is not None
    assert Counter(world.statuses.values()) == {Status.ACCEPTED: 9, Status.UNKNOWN: 5}

    world = World(lambda row, nth: Meaning.ACCEPTED if row == 2 or row % 5 == 0 else Meaning.UNKNOWN)
    assert world.run(rows=100, concurrency=1) is None  # four in a row are none too many


def test_a_stop_in_the_middle_sends_no_new_rows_and_waits_for_those_under_way() -> None:
    world = World(scripted(row6=Meaning.PAUSE))
    stop = world.run(rows=50, concurrency=4)
    assert stop is not None
    assert stop.meaning is Meaning.PAUSE
    assert sum(world.asked.values()) < 15
    assert world.statuses[6] is Status.NOT_SENT
    assert {what for what, _ in world.log[-1:]} == {"answer"}
    assert len([1 for what, _ in world.log if what == "request"]) == len(
        [1 for what, _ in world.log if what == "answer"]
    )


@pytest.mark.parametrize("meaning", [Meaning.SLOW_DOWN, Meaning.OUT_OF_REACH])
def test_what_was_certainly_not_taken_goes_again_after_a_wait(meaning: Meaning) -> None:
    world = World(lambda row, nth: meaning if row == 5 and nth < 4 else Meaning.ACCEPTED)
    assert world.run(rows=10) is None
    assert world.asked[5] == 4
    assert set(world.statuses.values()) == {Status.ACCEPTED}
    assert world.now >= 0.5 + 1 + 2


@pytest.mark.parametrize("meaning", [Meaning.SLOW_DOWN, Meaning.OUT_OF_REACH])
def test_what_is_never_taken_stops_the_run_after_bounded_tries(meaning: Meaning) -> None:
    world = World(always(meaning))
    stop = world.run(rows=10, concurrency=5)
    assert stop is not None
    assert stop.meaning is meaning
    assert world.asked == {2: TRIES}  # the row that goes alone goes again before another is tried
    assert world.statuses == {2: Status.NOT_SENT}
    assert world.now < 60


def test_a_rate_spaces_the_starts() -> None:
    world = World(always(Meaning.ACCEPTED))
    world.run(rows=10, concurrency=5, seconds_between=2.0)
    gaps = [later - earlier for earlier, later in zip(world.starts, world.starts[1:], strict=False)]
    assert min(gaps) >= 2.0


def test_an_interruption_sends_no_new_rows_and_waits_for_the_answers() -> None:
    world = World(always(Meaning.ACCEPTED))
    stop = world.run(rows=100, concurrency=3, interrupt_after=5)
    assert stop == Stop("interrupted", None)
    assert 5 <= len(world.statuses) <= 5 + 2 + 3  # those that ended in the same turn, and those under way
    assert sum(world.asked.values()) == len(world.statuses)


def test_a_list_without_rows_ends_at_once() -> None:
    world = World(always(Meaning.ACCEPTED))
    assert world.run(rows=0) is None
    assert world.log == []
