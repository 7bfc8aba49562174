"""What the answers so far mean for the run: which row leaves next and when, which goes again, and when it is over.

It keeps no time of its own and waits for nothing: the pipeline does both, and asks here.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from uploader.model.http import Request
from uploader.model.outcomes import STATUS_OF, Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.rows import Row, Status
from uploader.sending.pacing import (
    LONGEST_PAUSE_SECONDS,
    LONGEST_RETRY_AFTER_SECONDS,
    RETRYING_SECONDS,
    THROTTLED_SECONDS,
    TRIES,
    FailureStreak,
    Throttle,
    wait_before_retry,
)

FIRST_ALONE = 3
"""How many rows may go alone, one after the other, until one of them gets an answer that can be used."""
UNKNOWN_IN_A_ROW = 5
SUSPECTS = 3
"""How many rows in a row must draw an answer that may be about the row alone, until it is taken for a pause."""
STOP_AFTER = 25

_REFUSED = "the API refused the request: {why}"
_PAUSED = "the API takes no more requests now: {why}"
_PAUSED_TOO_LONG = f"the API has taken no requests for {LONGEST_PAUSE_SECONDS / 3600:g} hours: {{why}}"
_THROTTLED = f"the API has asked to slow down, and taken nothing, for {THROTTLED_SECONDS:g} s: {{why}}"
_UNREACHED = "the API could not be reached in {tries} attempts: {why}"
_UNKNOWN_FROM_THE_START = f"the first {FIRST_ALONE} rows got no usable answer"
_TOO_MANY_UNKNOWN = f"{UNKNOWN_IN_A_ROW} rows one after the other got no usable answer"
_TOO_MANY_ALIKE = "{count:,} rows one after the other were refused alike, so the list or the API seems wrong: {why}"
_INTERRUPTED = "interrupted"

_WAITS_FOR_PLACE = "a request without an answer may still hold a place at the API"
_WAITS_TO_SLOW_DOWN = "the API asked to slow down"
_WAITS_TO_REACH = "the API could not be reached"
_WAITS_FOR_PAUSE = "the API takes no requests now: {why}"


@dataclass(frozen=True, slots=True)
class SendLimits:
    """What holds for a run: the API's limits, and what the person said."""

    concurrency: int
    """Requests at once."""
    seconds_between: float = 0.0
    """From one start to the next."""
    held_seconds: float = 0.0
    """How long after its start a request that we gave up may hold its place at the API."""
    stop_after: int = STOP_AFTER
    """Refusals in a row with the same answer."""
    probe_seconds: float | None = None
    """How long to wait before a row tries whether a pause is over; None: a pause ends the run."""
    may_repeat: bool = False
    """A row that may have arrived may be sent again: the API takes it once."""
    first: int | None = None
    """How many rows are sent at the most."""


@dataclass(slots=True)
class Scheduler:
    """The course of one run. `rows` come in the order in which they should leave; `build` makes a row's request."""

    terms: SendLimits
    rows: Iterator[Row]
    build: Callable[[Row], Request]
    random: Callable[[], float]
    """Gives 0 to 1."""

    stop: Stop | None = field(default=None, init=False)
    _throttle: Throttle = field(init=False)
    _again: "list[tuple[float, int, int, Dispatch]]" = field(default_factory=list, init=False)
    """A heap of rows that go again: when at the earliest, attempts, row number, their last start."""
    _suspects: list[tuple[float, Dispatch]] = field(default_factory=list, init=False)
    """Rows that wait until it is known whether their refusal was a pause, and since when."""
    _held_until: list[float] = field(default_factory=list, init=False)
    """Places at the API that requests hold which we gave up."""
    _not_before: float = field(default=0.0, init=False)
    _waits_for: str = field(default="", init=False)
    _slowed: FailureStreak = field(default_factory=FailureStreak, init=False)
    _unreached: FailureStreak = field(default_factory=FailureStreak, init=False)
    _paused_since: float | None = field(default=None, init=False)
    _is_usable: bool = field(default=False, init=False)
    """An answer came that says yes or no."""
    _unknown: int = field(default=0, init=False)
    _alike: int = field(default=0, init=False)
    _refusal: tuple[str, str] = field(default=("", ""), init=False)
    _tolerated: "set[tuple[str, str]]" = field(default_factory=set, init=False)
    _given_out: int = field(default=0, init=False)
    _are_rows_left: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        self._throttle = Throttle(self.terms.concurrency, self.terms.seconds_between)

    # What leaves

    def next(self, now: float, flying: int) -> Dispatch | None:
        """The row that leaves now, with `flying` others under way; None if none may."""
        if self.stop is not None or now < self._not_before or flying >= self._places(now):
            return None
        start = self._next_again(now) or (None if self._blocks_others() else self._next_new(now))
        if start is None:
            if self._suspects and not flying and not self._again:
                self._take_for_pause(now, "", 0.0)  # no other row is left that could tell
            return None
        self._not_before = now + self._throttle.gap
        self._waits_for = ""
        return start

    def due(self, now: float, flying: int) -> float | None:
        """When a row may leave that can't leave yet only because of the time; None if it isn't that."""
        if self.stop is not None:
            return None
        due = self._not_before
        if flying >= self._places(now):
            if not self._held_until:
                return None
            due = max(due, min(self._held_until))
        if self._are_rows_left and not self._blocks_others():
            return due
        if self._again:
            return max(due, self._again[0][0])
        return due if self._suspects and not flying else None

    def waits_for(self, now: float) -> str:
        """Why nothing leaves now though there are rows, in words; "" where only the pace is kept."""
        return self._waits_for if now < self._not_before else _WAITS_FOR_PLACE if self._places(now) <= 0 else ""

    def is_over(self) -> bool:
        """Whether nothing will leave any more, once nothing is under way."""
        return self.stop is not None or not (self._again or self._suspects or self._are_rows_left)

    def held_back(self) -> None:
        """A row that was given out is not sent after all."""
        self._given_out -= 1
        self._are_rows_left = True

    def interrupt(self) -> None:
        """The person wants the run to end."""
        self._stop(_INTERRUPTED, None, interrupted=True)

    def give_up(self, reason: str) -> None:
        """Something other than an answer makes it impossible to go on."""
        self._stop(reason, None)

    def go_on(self) -> None:
        """The person wants the run to go on in spite of a stop that was a guess."""
        self.stop = None
        self._unknown = self._alike = 0
        self._tolerated.add(self._refusal)

    def _next_again(self, now: float) -> Dispatch | None:
        if not self._again or self._again[0][0] > now:
            return None
        last = heapq.heappop(self._again)[-1]
        return replace(last, nth=last.nth + 1, at=now)

    def _next_new(self, now: float) -> Dispatch | None:
        row = None if self._given_out == self.terms.first else next(self.rows, None)
        if row is None:
            self._are_rows_left = False
            return None
        self._given_out += 1
        return Dispatch(row, self.build(row), at=now, first_at=now)

    def _blocks_others(self) -> bool:
        """The row that goes alone goes again before another is tried."""
        return bool(self._again) and not self._is_usable

    def _places(self, now: float) -> int:
        """Requests that may be under way at once."""
        self._held_until = [until for until in self._held_until if until > now]
        is_in_trouble = self._slowed.count or self._unreached.count or self._suspects or self._paused_since is not None
        is_alone = is_in_trouble or not self._is_usable
        return min(1 if is_alone else int(self._throttle.places), self.terms.concurrency - len(self._held_until))

    # What came of it

    def ended(self, start: Dispatch, outcome: Outcome, now: float) -> Completion:
        """What the answer means for its row and for the run."""
        if outcome.timed_out and start.at + self.terms.held_seconds > now:
            self._held_until.append(start.at + self.terms.held_seconds)
        match outcome.meaning:
            case Verdict.OUT_OF_REACH:
                return self._not_reached(start, outcome, now)
            case Verdict.SLOW_DOWN:
                return self._throttled(start, outcome, now)
            case Verdict.PAUSE:
                return self._paused(start, outcome, now)
            case Verdict.STOP:
                self._stop(_REFUSED.format(why=_why(outcome)), outcome.meaning)
            case Verdict.UNKNOWN:
                return self._no_answer(start, outcome, now)
            case Verdict.ACCEPTED | Verdict.REJECTED | Verdict.UNSENDABLE:
                return self._answered(start, outcome)
        return Completion(start, outcome, STATUS_OF[outcome.meaning])

    def _answered(self, start: Dispatch, outcome: Outcome) -> Completion:
        """The row has come to its end, and the API works."""
        end = Completion(start, outcome, STATUS_OF[outcome.meaning])
        if outcome.meaning is not Verdict.UNSENDABLE:
            self._is_usable = True
            self._unknown = 0
            if self._paused_since is not None and start.at >= self._paused_since:
                self._paused_since = None
            self._slowed.clear(start.at)
            self._unreached.clear(start.at)
            self._throttle.grow()
        if outcome.meaning is Verdict.ACCEPTED:
            self._alike = 0
            # The API does take rows that left after those were refused: they are asked once more, and then it was them.
            for since, suspect in self._suspects:
                if since <= start.at:
                    self._goes_again(replace(suspect, is_suspect=True), 0.0)
            self._suspects = [waiting for waiting in self._suspects if waiting[0] > start.at]
            return end
        answer = (outcome.code, "".join("#" if sign.isdigit() else sign for sign in outcome.message or outcome.detail))
        self._alike = self._alike + 1 if answer == self._refusal else 1
        self._refusal = answer
        if self._alike >= self.terms.stop_after and answer not in self._tolerated:
            reason = _TOO_MANY_ALIKE.format(count=self._alike, why=_why(outcome))
            self._stop(reason, outcome.meaning, is_a_guess=True)
        return end

    def _no_answer(self, start: Dispatch, outcome: Outcome, now: float) -> Completion:
        """It may have arrived: left alone, unless the API takes a repeated request once."""
        self._unreached.clear(start.at)
        wait = wait_before_retry(start.nth, self.random)
        is_in_time = start.nth < TRIES and now + wait <= start.first_at + RETRYING_SECONDS
        if self.terms.may_repeat and is_in_time and not self._is_ending():
            self._goes_again(start, now + wait)
            return Completion(start, outcome, Status.UNKNOWN, goes_again=True)
        self._unknown += 1
        if not self._is_usable and self._unknown >= FIRST_ALONE:
            self._stop(_UNKNOWN_FROM_THE_START, outcome.meaning, is_a_guess=True)
        elif self._unknown >= UNKNOWN_IN_A_ROW:
            self._stop(_TOO_MANY_UNKNOWN, outcome.meaning, is_a_guess=True)
        return Completion(start, outcome, Status.UNKNOWN)

    def _not_reached(self, start: Dispatch, outcome: Outcome, now: float) -> Completion:
        """It did not arrive: again after a wait, within bounds; until one is through, they go alone."""
        series = self._unreached
        series.add(start.at, now)
        wait = wait_before_retry(series.count, self.random)
        if series.count >= TRIES or now + wait > series.since + RETRYING_SECONDS:
            self._stop(_UNREACHED.format(tries=series.count, why=_why(outcome)), outcome.meaning)
        return self._waits(start, outcome, now + wait, _WAITS_TO_REACH)

    def _throttled(self, start: Dispatch, outcome: Outcome, now: float) -> Completion:
        """It was refused for the pace alone: again, as often as it takes, as long as anything is taken at all."""
        self._unreached.clear(start.at)
        self._throttle.lower(start.at, now)
        self._slowed.add(start.at, now)
        wait = wait_before_retry(self._slowed.count, self.random, outcome.retry_after_seconds)
        if self._slowed.count >= TRIES and now + wait > self._slowed.since + THROTTLED_SECONDS:
            self._stop(_THROTTLED.format(why=_why(outcome)), outcome.meaning)
        return self._waits(start, outcome, now + wait, _WAITS_TO_SLOW_DOWN)

    def _paused(self, start: Dispatch, outcome: Outcome, now: float) -> Completion:
        """Nothing is taken now; or, where the rule isn't sure of that, perhaps only this row is not."""
        self._unreached.clear(start.at)
        if outcome.advice_if_rejected and start.is_suspect:
            rejected = replace(outcome, meaning=Verdict.REJECTED, advice=outcome.advice_if_rejected)
            return self._answered(start, rejected)
        is_probe = self._paused_since is not None
        is_doubtful = outcome.advice_if_rejected and not is_probe and len(self._suspects) + 1 < SUSPECTS
        if is_doubtful and not self._is_ending():
            self._suspects.append((now, start))
            return Completion(start, outcome, Status.NOT_SENT, goes_again=True)
        self._take_for_pause(now, _why(outcome), outcome.retry_after_seconds)
        return self._waits(start, outcome, self._not_before, self._waits_for)

    def _take_for_pause(self, now: float, why: str, retry_after_seconds: float) -> None:
        """The API takes nothing now: the run ends, or waits until the next row tries."""
        if self._paused_since is None:
            self._paused_since = now
        if self.terms.probe_seconds is None:
            self._stop(_PAUSED.format(why=why or "it refused the last rows"), Verdict.PAUSE)
        elif now > self._paused_since + LONGEST_PAUSE_SECONDS:
            self._stop(_PAUSED_TOO_LONG.format(why=why), Verdict.PAUSE)
        else:
            wait = max(self.terms.probe_seconds, min(retry_after_seconds, LONGEST_RETRY_AFTER_SECONDS))
            self._not_before = max(self._not_before, now + wait)
            self._waits_for = _WAITS_FOR_PAUSE.format(why=why)
            while self._suspects:
                self._goes_again(self._suspects.pop()[1], self._not_before)

    def _waits(self, start: Dispatch, outcome: Outcome, until: float, why: str) -> Completion:
        """The row goes again at `until`, and nothing leaves before that; unless the run is at its end."""
        if self._is_ending():
            return Completion(start, outcome, Status.NOT_SENT)
        self._not_before = max(self._not_before, until)
        self._waits_for = why
        self._goes_again(start, until)
        return Completion(start, outcome, Status.NOT_SENT, goes_again=True)

    def _goes_again(self, start: Dispatch, due: float) -> None:
        heapq.heappush(self._again, (due, start.nth, start.row.number, start))

    def _is_ending(self) -> bool:
        """Whether the run stops for good: at a guess, the person may say that it goes on."""
        return self.stop is not None and not self.stop.is_a_guess

    def _stop(
        self, reason: str, meaning: Verdict | None, *, is_a_guess: bool = False, interrupted: bool = False
    ) -> None:
        if self.stop is None or (self.stop.is_a_guess and not is_a_guess):
            self.stop = Stop(reason, meaning, is_a_guess, interrupted)


def _why(outcome: Outcome) -> str:
    """What the API said, or how the request failed."""
    return outcome.message.strip() or (f"HTTP {outcome.http_status}" if outcome.http_status else outcome.detail)
