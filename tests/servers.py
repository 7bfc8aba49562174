"""Test servers in a thread: any that is written as a handler, and one that delays answers."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypeAlias

from tests.conftest import PracticeProcess
from tests.waiting import HANG_SECONDS

Handler: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextmanager
def serving(handler: Handler) -> Iterator[tuple[str, asyncio.AbstractEventLoop]]:
    """The address and event loop of a server that passes each connection to the handler, for the length of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="server of a test")
    thread.start()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(handler, "127.0.0.1", 0)

    async def end() -> None:
        server.close()
        quiet_turns = 0
        while quiet_turns < 3:  # a connection just accepted starts its handler in a later turn
            left = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.sleep(0)  # so that each has begun: one cancelled before would not close its connection
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            quiet_turns = 0 if left else quiet_turns + 1

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(HANG_SECONDS)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", loop
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(HANG_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(HANG_SECONDS)
        loop.close()


class Gate:
    """A proxy that lets the answers to the first rows pass and holds later ones until it is opened.

    So a run that sends two at once is brought to a place where it stays: the answers that passed are its own, two rows
    are under way, and no other leaves.
    """

    def __init__(self, url: str, passing: int) -> None:
        self._host, _, port = url.removeprefix("http://").partition(":")
        self._port = int(port)
        self._passing = passing
        self._rows = 0
        self._is_open = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Let all answers pass from now on. May be called from any thread."""
        assert self.loop is not None
        self.loop.call_soon_threadsafe(self._is_open.set)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Handle a connection, which carries one request."""
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._carried(reader, writer)
        finally:
            writer.close()

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        is_held = False
        if b"api=add_interaction" in head.partition(b"\r\n")[0]:
            self._rows += 1
            is_held = self._rows > self._passing
        from_server, to_server = await self._connected()
        rest = asyncio.create_task(_pumped(reader, to_server))
        try:
            to_server.write(head)
            answer = await from_server.read()
            if is_held:
                await self._is_open.wait()
            writer.write(answer)
            await writer.drain()
        finally:
            rest.cancel()
            to_server.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the server; one that is made while its handler is cancelled is closed, too."""
        connecting = asyncio.create_task(asyncio.open_connection(self._host, self._port))
        try:
            return await asyncio.shield(connecting)
        except asyncio.CancelledError:
            with suppress(OSError):
                (await connecting)[1].close()
            raise


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


@contextmanager
def gated(practice: PracticeProcess, passing: int) -> Iterator[tuple[PracticeProcess, Gate]]:
    """The server behind a gate that lets the answers to that many rows pass. It opens at the end of the block."""
    gate = Gate(practice.url, passing)
    with serving(gate.handle) as (url, gate.loop):
        yield replace(practice, url=url), gate
        gate.open()
