"""Rows that share a request: one request is made of theirs, and its answer is told apart for each of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from uploader.model.http import Request, Response, SendFailure
from uploader.model.outcomes import STATUS_OF, Completion, Dispatch, Outcome, Verdict
from uploader.sending.scheduling.scheduler import Scheduler

_ORDER: Mapping[Verdict, int] = {
    Verdict.ACCEPTED: 0,
    Verdict.REJECTED: 0,
    Verdict.REFUSED_TOGETHER: 1,
    Verdict.UNSENDABLE: 2,
    Verdict.UNKNOWN: 3,
    Verdict.OUT_OF_REACH: 4,
    Verdict.SLOW_DOWN: 5,
    Verdict.PAUSE: 6,
    Verdict.STOP: 7,
}
"""In which order a run takes in what one answer says of several rows: first yes and no, then what holds the run up."""


@dataclass(frozen=True, slots=True)
class Batching:
    """How rows share requests."""

    combine: Callable[[Sequence[Request]], Request]
    """Makes one request of those of single rows."""
    judge: Callable[[Response | SendFailure, int], Sequence[Outcome]]
    """What the answer to a request of so many rows means for each of them, in their order."""

    def request(self, dispatch: Dispatch) -> Request:
        """What is sent of a row, and of those beside it."""
        return self.combine([one.request for one in dispatch.each()]) if dispatch.beside else dispatch.request


def completions_of_rows(
    scheduler: Scheduler, dispatch: Dispatch, outcomes: Sequence[Outcome], now: float
) -> list[Completion]:
    """What the outcomes of all rows of one request mean for each, and for the run.

    For the run, rows with outcomes of one kind are one request: it counts once. A yes to any of them says that the API
    takes rows; without one, the last no counts. Rows that go again stay together, but for those of a refused request.
    """
    kinds: dict[tuple[int, bool], list[int]] = {}
    for place, outcome in enumerate(outcomes):
        kinds.setdefault(_kind(outcome), []).append(place)
    rows, completions = dispatch.each(), []
    for _, places in sorted(kinds.items()):
        of_kind = [outcomes[place] for place in places]
        telling = next((one for one in of_kind if one.verdict is Verdict.ACCEPTED or one.slows_down), of_kind[-1])
        done = scheduler.complete(dispatch.of_only([rows[place] for place in places]), telling, now)
        completions += [_of_row(rows[place], own, done, telling) for place, own in zip(places, of_kind, strict=True)]
    return completions


def _kind(outcome: Outcome) -> tuple[int, bool]:
    """What says the same of the run; a pause that may be about the row alone is another than one that is sure."""
    return _ORDER[outcome.verdict], outcome.advice_if_rejected is None and outcome.verdict is Verdict.PAUSE


def _of_row(row: Dispatch, own: Outcome, done: Completion, telling: Outcome) -> Completion:
    """One row's part of what became of its request; the scheduler may take an answer for another one than it seemed."""
    if done.outcome is not telling:
        own = own._replace(verdict=done.outcome.verdict, advice=done.outcome.advice)
    return Completion(row, own, STATUS_OF[own.verdict], done.goes_again)
