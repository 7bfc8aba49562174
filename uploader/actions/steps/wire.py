"""What is dangerous about sending, handed in: the transport, the clock, waiting, chance."""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from uploader.sending.sender import SendReport, send_rows
from uploader.sending.transports import Transport, httpx_transport


class OpenTransport(Protocol):
    """Opens a transport to one destination (scheme and host)."""

    def __call__(
        self, destination: str, concurrency: int, timeout_seconds: float, *, keep_alive: bool
    ) -> AbstractAsyncContextManager[Transport]:
        """A transport for so many requests at once, each bounded in time."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How requests travel, and what time it is."""

    open_transport: OpenTransport = httpx_transport.opened
    clock: Callable[[], float] = time.monotonic
    """Gives seconds."""
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    """Gives 0 to 1."""
    send_rows: Callable[..., SendReport] = send_rows
    """What sends, with the arguments of `sending.sender.send_rows`."""
