"""What the answers so far mean for the run: which row is sent next and when, which one again, and when the run is over.

It has no clock and never waits: the engine does both, and asks here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from uploader.i18n import Fact, Message
from uploader.model.events import Waiting
from uploader.model.http import Request
from uploader.model.outcomes import STATUS_OF, Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.rows import Status, WaitingRow
from uploader.model.teammates import ALONE, News, NewsKind, Teammates
from uploader.sending import reasons
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.ending import Ending
from uploader.sending.scheduling.pacing import (
    LONGEST_PAUSE_SECONDS,
    LONGEST_RETRY_AFTER_SECONDS,
    OLD_NEWS_SECONDS,
    RETRYING_SECONDS,
    THROTTLED_SECONDS,
    TRIES,
    FailureStreak,
    Throttle,
    wait_before_retry,
)
from uploader.sending.scheduling.places import Places
from uploader.sending.scheduling.refusals import RefusalStreak
from uploader.sending.scheduling.row_queue import RowQueue
from uploader.sending.scheduling.rows_aside import is_halted

FIRST_ALONE = 3
"""How many rows are sent alone, one at a time, until one of them gets a usable answer."""
UNKNOWN_IN_A_ROW = 5
SUSPECTS = 3
"""How many rows in a row must get an answer that may be about the row alone, until it counts as a pause."""


@dataclass(slots=True)
class Scheduler:
    """The course of one run. `rows` come in the order in which they should leave; `build` makes a row's request."""

    limits: SendLimits
    rows: Iterator[WaitingRow]
    build: Callable[[WaitingRow], Request]
    random: Callable[[], float]
    """Gives 0 to 1."""
    teammates: Teammates = ALONE
    """The other senders with the token, who are told what this one learns."""

    _ending: Ending = field(init=False)
    _throttle: Throttle = field(init=False)
    _queue: RowQueue = field(init=False)
    _suspects: list[tuple[float, Dispatch]] = field(default_factory=list, init=False)
    """Rows that wait until it is known whether their refusal was a pause, and since when."""
    _places: Places = field(init=False)
    _not_before: float = field(default=0.0, init=False)
    _waits_for: Message | None = field(default=None, init=False)
    _slowed: FailureStreak = field(default_factory=FailureStreak, init=False)
    _unreached: FailureStreak = field(default_factory=FailureStreak, init=False)
    _paused_since: float | None = field(default=None, init=False)
    _is_usable: bool = field(default=False, init=False)
    """An answer came that says yes or no."""
    _unknown: int = field(default=0, init=False)
    _refusals: RefusalStreak = field(default_factory=RefusalStreak, init=False)

    def __post_init__(self) -> None:
        self._throttle = Throttle(self.limits.concurrency, self.limits.seconds_between)
        self._places, self._ending = Places(self.limits, self.teammates), Ending(self.teammates)
        self._queue = RowQueue(self.rows, self.build, self.limits.first)

    @property
    def stop(self) -> Stop | None:
        """Why the run ends; None as long as nothing stops it."""
        return self._ending.stop

    def keep_places(self, left_at: Iterable[float], now: float) -> None:
        """Requests of earlier runs that left then and got no answer: the API may still be working on them."""
        self._places.keep(left_at, now)

    # What the others tell

    def hear(self, now: float) -> None:
        """Heed what the other senders have learned since; that is not told again."""
        for news in self.teammates.hear():
            self._heed(news, now)

    def tell_stop(self, stop: Stop) -> None:
        """Let the other senders of the list know why it ends for good, if that holds for them, too."""
        self._ending.tell(stop)

    def _heed(self, news: News, now: float) -> None:
        match news.kind:
            case NewsKind.SLOW_DOWN:
                self._throttle.lower(now - OLD_NEWS_SECONDS, now)
                self._hold(now + news.seconds, reasons.WAIT_TO_SLOW_DOWN)
            case NewsKind.PAUSE:
                if self.limits.probe_seconds is None:
                    cause = reasons.cause_of_pause(news.reason)
                    self._ending.because(Stop(reasons.paused(cause), Verdict.PAUSE), is_heard=True)
                self._paused_since = now if self._paused_since is None else self._paused_since
                self._hold(now + news.seconds, news.reason or reasons.wait_for_pause(""))
            case NewsKind.STOP:
                self._ending.because(Stop(reasons.stopped_elsewhere(news.reason), None), is_heard=True)
            case NewsKind.ABANDONED:
                self._places.keep([now - news.seconds], now)

    # What leaves

    def next(self, now: float, in_flight: int) -> Dispatch | None:
        """What leaves now, with `in_flight` other requests under way: a row, or several together; None if none may."""
        if self.stop is not None or now < self._not_before or in_flight >= self._most(now, in_flight):
            return None
        together = self.limits.batch_size if self._is_usable else 1
        dispatch = self._queue.next(now, only_again=self._is_one_alone(), together=together)
        if dispatch is None:
            if self._suspects and not in_flight and not (self._queue.goes_again or self._queue.aside):
                self._take_for_pause(now, "", 0.0)  # no other row is left that could decide it
            return None
        self._not_before = now + self._throttle.gap
        self._waits_for = None
        return dispatch

    def due(self, now: float, in_flight: int) -> float | None:
        """When a row may leave that can't leave yet only because of the time; None if it isn't that."""
        if self.stop is not None:
            return None
        due = self._not_before
        if in_flight >= self._most(now, in_flight):
            free_at = self._places.free_at(now, in_flight)
            if free_at is None:
                return None
            due = max(due, free_at)
        row_due = self._queue.due(only_again=self._is_one_alone())
        if row_due is not None:
            return max(due, row_due)
        return due if self._suspects and not in_flight else None

    def wait(self, now: float, due: float) -> Waiting | None:
        """For whom nothing leaves until then though there are rows; None where only the pace is kept."""
        if now < self._not_before:
            return None if self._waits_for is None else Waiting(self._waits_for, due - now)
        if self._places.most(now, 0) <= 0:
            return Waiting(reasons.WAIT_FOR_PLACE, due - now)
        aside = self._queue.aside
        return Waiting(reasons.WAIT_FOR_OTHER_RUN, aside.patience(now)) if aside else None

    def is_over(self) -> bool:
        """Whether nothing will leave any more, once nothing is under way."""
        return self.stop is not None or not (self._has_more() or self._queue.aside)

    def hold_back(self, dispatch: Dispatch, rows: int = 1, *, others_leave: bool = False) -> None:
        """So many rows that were given out are not sent after all; `others_leave` in their request."""
        self._queue.hold_back(rows)
        if not others_leave:
            self._has_not_left(dispatch)

    def put_aside(self, dispatch: Dispatch, now: float, *, others_leave: bool = False) -> None:
        """Rows that were given out can't leave yet: another run is sending the same requests."""
        aside = self._queue.aside.put(dispatch, now)
        if not others_leave:
            self._has_not_left(dispatch)
        if is_halted(aside, now) and not self._has_more():
            self._stop(reasons.OTHER_RUN_HALTED, None)

    def put_back(self, dispatches: Sequence[Dispatch], now: float, seconds: float) -> None:
        """They were given out and may leave only in so many seconds: others with the token keep to the pace, too."""
        self._queue.put_back(dispatches)
        for dispatch in dispatches:
            self._has_not_left(dispatch)
        self._not_before = max(self._not_before, now + seconds)

    def renew(self, rows: Iterator[WaitingRow]) -> None:
        """Send other rows from now on, with what is known of the API; those that have not left come again with them."""
        self._ending.resume()
        self._queue = self._queue.renewed(rows, [suspect for _, suspect in self._suspects])
        self._suspects.clear()

    def interrupt(self) -> None:
        """The person wants the run to end."""
        self._ending.interrupt(reasons.INTERRUPTED)

    def give_up(self, reason: Message) -> None:
        """Something other than an answer makes it impossible to continue."""
        self._stop(reason, None)

    def resume(self) -> None:
        """The person wants the run to continue in spite of a stop that was a guess."""
        self._ending.resume()
        self._unknown = 0
        self._refusals.tolerate()

    def _has_not_left(self, dispatch: Dispatch) -> None:
        """It takes nothing of the pace from the next one."""
        self._not_before = min(self._not_before, dispatch.at)

    def _has_more(self) -> bool:
        """Whether there are rows that wait for nobody else."""
        return bool(self._queue.goes_again or self._suspects or self._queue.are_new_left)

    def _is_one_alone(self) -> bool:
        """The row that goes alone goes again before another is tried."""
        return self._queue.goes_again and not self._is_usable

    def _most(self, now: float, in_flight: int) -> int:
        """Requests that may be under way at once."""
        is_in_trouble = self._slowed.count or self._unreached.count or self._suspects or self._paused_since is not None
        is_alone = is_in_trouble or not self._is_usable
        return min(1 if is_alone else int(self._throttle.places), self._places.most(now, in_flight))

    def _hold(self, until: float, waits_for: Message) -> None:
        """Nothing leaves before."""
        if until > self._not_before:
            self._not_before, self._waits_for = until, waits_for

    # What came of it

    def complete(self, dispatch: Dispatch, outcome: Outcome, now: float) -> Completion:
        """What the answer means for its row, or for all rows of its request, and for the run: it counts once."""
        if outcome.may_be_under_way:
            self._places.keep([dispatch.at], now)
        match outcome.verdict:
            case Verdict.OUT_OF_REACH:
                return self._not_reached(dispatch, outcome, now)
            case Verdict.SLOW_DOWN:
                return self._throttled(dispatch, outcome, now)
            case Verdict.REFUSED_TOGETHER:
                return self._refused_together(dispatch, outcome, now)
            case Verdict.PAUSE:
                return self._paused(dispatch, outcome, now)
            case Verdict.STOP:
                self._stop(reasons.refused(outcome), outcome.verdict)
            case Verdict.UNKNOWN:
                if outcome.slows_down:
                    self._slow_down(dispatch, outcome, now)
                return self._no_answer(dispatch, outcome, now)
            case Verdict.ACCEPTED | Verdict.REJECTED | Verdict.UNSENDABLE:
                return self._answered(dispatch, outcome)
        return Completion(dispatch, outcome, STATUS_OF[outcome.verdict])

    def _answered(self, dispatch: Dispatch, outcome: Outcome) -> Completion:
        """The row has come to its end, and the API works."""
        if outcome.verdict is not Verdict.UNSENDABLE:
            self._is_working(dispatch)
        if outcome.verdict is Verdict.ACCEPTED:
            self._refusals.clear()
            self._clear_suspects(dispatch)
        else:
            self._refusals.add(outcome)
            if self.stop is None and self._refusals.is_suspicious(self.limits.stop_after):
                self._refusals.suspect()
                shared = self.limits.batch_size > 1
                reason = reasons.too_many_alike(self._refusals.count, outcome, shared=shared)
                self._stop(reason, outcome.verdict, is_a_guess=True)
        return Completion(dispatch, outcome, STATUS_OF[outcome.verdict])

    def _refused_together(self, dispatch: Dispatch, outcome: Outcome, now: float) -> Completion:
        """None of the rows was taken for the fault of one: each goes again, alone."""
        self._is_working(dispatch)
        if self._ending.is_sure:
            return Completion(dispatch, outcome, Status.NOT_SENT)
        for row in dispatch.each():
            self._queue.send_again(row, now)
        return Completion(dispatch, outcome, Status.NOT_SENT, goes_again=True)

    def _is_working(self, dispatch: Dispatch) -> None:
        """The API said yes or no to a row: whatever kept it from answering is over, if the row left after that."""
        self._is_usable = True
        self._unknown = 0
        if self._paused_since is not None and dispatch.at >= self._paused_since:
            self._paused_since = None
        self._slowed.clear(dispatch.at)
        self._unreached.clear(dispatch.at)
        self._throttle.grow()

    def _clear_suspects(self, accepted: Dispatch) -> None:
        """The API does take rows that left after those were refused: they are asked once more, and then it was them."""
        for since, suspect in self._suspects:
            if since < accepted.at:
                self._queue.send_again(suspect._replace(is_suspect=True), 0.0)
        self._suspects = [waiting for waiting in self._suspects if waiting[0] >= accepted.at]

    def _no_answer(self, dispatch: Dispatch, outcome: Outcome, now: float) -> Completion:
        """It may have arrived: left alone, unless the API takes a repeated request once."""
        self._unreached.clear(dispatch.at)
        wait = wait_before_retry(dispatch.nth, self.random)
        is_in_time = dispatch.nth < TRIES and now + wait <= dispatch.first_at + RETRYING_SECONDS
        if self.limits.may_repeat and is_in_time and not self._ending.is_sure:
            self._queue.send_again(dispatch, now + wait)
            return Completion(dispatch, outcome, Status.UNKNOWN, goes_again=True)
        self._unknown += 1
        if not self._is_usable and self._unknown >= FIRST_ALONE:
            self._stop(reasons.unknown_from_the_start(FIRST_ALONE), outcome.verdict, is_a_guess=True)
        elif self._unknown >= UNKNOWN_IN_A_ROW:
            reason = reasons.too_many_unknown(UNKNOWN_IN_A_ROW, shared=self.limits.batch_size > 1)
            self._stop(reason, outcome.verdict, is_a_guess=True)
        return Completion(dispatch, outcome, Status.UNKNOWN)

    def _not_reached(self, dispatch: Dispatch, outcome: Outcome, now: float) -> Completion:
        """It did not arrive: again after a wait, within bounds; until one is through, they go alone."""
        streak = self._unreached
        streak.add(dispatch.at, now)
        wait = wait_before_retry(streak.count, self.random)
        if streak.count >= TRIES or now + wait > streak.since + RETRYING_SECONDS:
            self._stop(reasons.out_of_reach(streak.count, outcome), outcome.verdict)
        return self._wait(dispatch, outcome, now + wait, reasons.WAIT_TO_REACH)

    def _throttled(self, dispatch: Dispatch, outcome: Outcome, now: float) -> Completion:
        """It was refused for the pace alone: again, as often as it takes, as long as anything is taken at all."""
        self._unreached.clear(dispatch.at)
        until = self._slow_down(dispatch, outcome, now)
        if self._slowed.count >= TRIES and until > self._slowed.since + THROTTLED_SECONDS:
            self._stop(reasons.slow_down(outcome), outcome.verdict)
        return self._wait(dispatch, outcome, until, reasons.WAIT_TO_SLOW_DOWN)

    def _slow_down(self, dispatch: Dispatch, outcome: Outcome, now: float) -> float:
        """The pace is lowered, and nothing leaves for a while, whatever became of the row; until when."""
        is_new = self._throttle.lower(dispatch.at, now)
        self._slowed.add(dispatch.at, now)
        until = now + wait_before_retry(self._slowed.count, self.random, outcome.retry_after_seconds)
        if is_new:
            self.teammates.tell(News(NewsKind.SLOW_DOWN, until - now))
        self._not_before = max(self._not_before, until)
        self._waits_for = reasons.WAIT_TO_SLOW_DOWN
        return until

    def _paused(self, dispatch: Dispatch, outcome: Outcome, now: float) -> Completion:
        """Nothing is taken now; or, where the rule isn't sure of that, perhaps only this row is not."""
        self._unreached.clear(dispatch.at)
        if outcome.advice_if_rejected and dispatch.is_suspect:
            rejected = outcome._replace(verdict=Verdict.REJECTED, advice=outcome.advice_if_rejected)
            return self._answered(dispatch, rejected)
        is_probe = self._paused_since is not None
        is_doubtful = outcome.advice_if_rejected and not is_probe and len(self._suspects) + 1 < SUSPECTS
        if is_doubtful and not self._ending.is_sure:
            self._suspects.append((now, dispatch))
            return Completion(dispatch, outcome, Status.NOT_SENT, goes_again=True)
        self._take_for_pause(now, reasons.cause_of(outcome), outcome.retry_after_seconds)
        return self._wait(dispatch, outcome, self._not_before, self._waits_for)

    def _take_for_pause(self, now: float, cause: Fact, retry_after_seconds: float) -> None:
        """The API takes nothing now: the run ends, or waits until the next row tries."""
        if self._paused_since is None:
            self._paused_since = now
        if self.limits.probe_seconds is None:
            self._stop(reasons.paused(cause), Verdict.PAUSE)
        elif now > self._paused_since + LONGEST_PAUSE_SECONDS:
            self._stop(reasons.paused_too_long(cause), Verdict.PAUSE)
        else:
            wait = max(self.limits.probe_seconds, min(retry_after_seconds, LONGEST_RETRY_AFTER_SECONDS))
            self._not_before = max(self._not_before, now + wait)
            self._waits_for = reasons.wait_for_pause(cause)
            self.teammates.tell(News(NewsKind.PAUSE, wait, self._waits_for))
            while self._suspects:
                self._queue.send_again(self._suspects.pop()[1], self._not_before)

    def _wait(self, dispatch: Dispatch, outcome: Outcome, until: float, reason: Message | None) -> Completion:
        """The row goes again at `until`, and nothing leaves before that; unless the run is at its end."""
        if self._ending.is_sure:
            return Completion(dispatch, outcome, Status.NOT_SENT)
        self._not_before = max(self._not_before, until)
        self._waits_for = reason
        self._queue.send_again(dispatch, until)
        return Completion(dispatch, outcome, Status.NOT_SENT, goes_again=True)

    def _stop(self, reason: Message, verdict: Verdict | None, *, is_a_guess: bool = False) -> None:
        self._ending.because(Stop(reason, verdict, is_a_guess))
