"""What is dangerous about sending, handed in: the transport, the clock, waiting, chance, the event loop."""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from uploader.model.cancel import CancelToken
from uploader.sending import own_loop
from uploader.sending.transports import Transport, opening

_Result = TypeVar("_Result")


class OpenTransport(Protocol):
    """Opens a transport to one destination (scheme and host)."""

    def __call__(
        self, destination: str, concurrency: int, timeout_seconds: float, *, keep_alive: bool
    ) -> AbstractAsyncContextManager[Transport]:
        """A transport for so many requests at once, each bounded in time."""


class RunInLoop(Protocol):
    """Runs in an event loop what is begun there."""

    def __call__(self, begin: Callable[[], Coroutine[Any, Any, _Result]], cancel: CancelToken, /) -> _Result:
        """The result of what `begin` begins."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How requests travel, and what time it is."""

    open_transport: OpenTransport = opening.opened
    clock: Callable[[], float] = time.monotonic
    """Gives seconds."""
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    """Gives 0 to 1."""
    run: RunInLoop = own_loop.run
