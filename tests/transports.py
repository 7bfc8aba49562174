"""A scripted transport: it answers as told, remembers the requests, and opens no connection."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from uploader.i18n import Message
from uploader.model.http import Arrival, Request, Response, SendFailure

Answer: TypeAlias = Response | SendFailure
Script: TypeAlias = Callable[[Request], Answer | Awaitable[Answer]] | Iterable[Answer]
"""The answers: a function of the request, or a sequence."""

SCRIPT_IS_OVER = SendFailure(Arrival.NEVER, Message("text", text="the script has no answer to this request"), 0)


def answer(body: Any, http_status: int = 200) -> Response:
    """An answer whose body is JSON."""
    return Response(http_status, json.dumps(body).encode(), 1)


class ScriptedTransport:
    """Answers by its script. After `hold()`, requests get no answer until `release()`. Both may be called from any thread.

    Give `transport.opened` for `open_transport`. It raises nothing of its own: a list that is over is a SendFailure.
    """

    def __init__(self, script: Script) -> None:
        self._answer_to = script if callable(script) else _one_after_the_other(script)
        self._is_open = threading.Event()
        self._is_open.set()
        self.requests: list[Request] = []
        """In order of arrival."""
        self.times_opened = 0
        self.in_flight = 0
        self.most_in_flight = 0

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["ScriptedTransport"]:
        """This transport as a context manager."""
        self.times_opened += 1
        yield self

    async def send(self, request: Request) -> Answer:
        self.requests.append(request)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            while not self._is_open.is_set():  # noqa: ASYNC110  # it may be set in any thread
                await asyncio.sleep(0.001)
            given = self._answer_to(request)
            return await given if isinstance(given, Awaitable) else given
        finally:
            self.in_flight -= 1

    def hold(self) -> None:
        """Let requests hang from now on."""
        self._is_open.clear()

    def release(self) -> None:
        """Answer hanging and later requests."""
        self._is_open.set()


def _one_after_the_other(answers: Iterable[Answer]) -> Callable[[Request], Answer]:
    left = iter(answers)
    return lambda _: next(left, SCRIPT_IS_OVER)
