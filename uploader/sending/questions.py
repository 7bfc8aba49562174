"""Requests before the first row: they take places at the API as rows do, and may stay there without an answer."""

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from uploader.i18n import Message
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.held_places import HeldPlaces


@dataclass(slots=True)
class Questions:
    """Sends one after the other, each as soon as a place is free; `tell` hears what is waited for."""

    send: Callable[[Request], Coroutine[Any, Any, Response | SendFailure]]
    limits: SendLimits
    clock: Callable[[], float]
    sleep: Callable[[float], Coroutine[Any, Any, None]]
    tell: Callable[[Message], None]
    unanswered_at: list[float] = field(default_factory=list, init=False)
    """By the clock: when those left that got no answer. They are abandoned requests for the rows that follow."""
    _held: HeldPlaces = field(init=False)

    def __post_init__(self) -> None:
        self._held = HeldPlaces(self.limits.held_seconds)

    def keep_places(self, abandoned: Iterable[float]) -> None:
        """So many seconds ago requests of earlier runs left whose answer never came."""
        now = self.clock()
        self._held.keep([now - ago for ago in abandoned], now)

    async def ask(self, request: Request) -> Response | SendFailure:
        """The answer to one question."""
        await self._place()
        left_at = self.clock()
        answer = await self.send(request)
        if isinstance(answer, SendFailure) and answer.arrival is Arrival.MAYBE:
            self.unanswered_at.append(left_at)
            self._held.keep([left_at], self.clock())
        return answer

    async def _place(self) -> None:
        now = self.clock()
        self._held.count(now)
        free_at = self._held.until_no_more_than(self.limits.concurrency - 1)
        if free_at is not None:
            self.tell(Message("preflight.waits_for_place", count=ceil(free_at - now)))
            await self.sleep(free_at - now)
