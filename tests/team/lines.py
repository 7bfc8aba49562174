"""The line between a computer and the database, which can be cut at any moment."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.servers import serving


class Cut(NamedTuple):
    """When a line is cut: as these words are sent to the database for the nth time."""

    words: bytes
    """Empty: whatever is sent."""
    nth: int
    is_heard: bool
    """Whether the database gets them and answers, and only its answer is lost."""


@dataclass
class Line:
    """A way to the database. All that goes through it is cut together; whoever comes later gets through."""

    port: int
    """Of the database."""
    begins: int = 0
    """The port where it begins."""
    cuts: int = 0
    """How often it was cut where it should be."""
    _cut: Cut | None = None
    _seen: int = 0
    _is_down: bool = False
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None

    def address(self, conninfo: str) -> str:
        """The address of a database at its end, through it."""
        straight = f"port='{self.port}'"
        assert straight in conninfo
        return conninfo.replace(straight, f"port='{self.begins}'")

    def cut_at(self, cut: Cut) -> None:
        """Cut it there, counted from now, and once."""
        self._seen, self._cut = 0, cut

    def cut_now(self) -> None:
        """Nothing gets through any more, until it is mended."""
        assert self._loop is not None
        self._is_down = True
        self._loop.call_soon_threadsafe(self._break)

    def mend(self) -> None:
        """Whoever comes from now on gets through."""
        self._is_down = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        try:
            if not self._is_down:
                with suppress(OSError):
                    await self._carried(reader, writer)
        finally:
            writer.close()

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, database = await asyncio.open_connection("127.0.0.1", self.port)
        ends = {writer, database}
        self._ends |= ends
        deaf, heard = asyncio.Event(), asyncio.Event()
        ways = [
            asyncio.create_task(self._asked(reader, database, deaf, heard)),
            asyncio.create_task(_answered(answers, writer, deaf, heard)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._ends -= ends
            database.close()

    async def _asked(
        self, reader: asyncio.StreamReader, database: asyncio.StreamWriter, deaf: asyncio.Event, heard: asyncio.Event
    ) -> None:
        while words := await reader.read(65536):
            if self._is_cut_at(words):
                if self._cut is not None and self._cut.is_heard:
                    deaf.set()
                    database.write(words)
                    await heard.wait()
                self.cuts += 1
                self._cut = None
                self._break()
                return
            database.write(words)
            await database.drain()

    def _is_cut_at(self, words: bytes) -> bool:
        if self._cut is None or self._cut.words not in words:
            return False
        self._seen += 1
        return self._seen == self._cut.nth

    def _break(self) -> None:
        for end in self._ends:
            end.transport.abort()


async def _answered(
    answers: asyncio.StreamReader, writer: asyncio.StreamWriter, deaf: asyncio.Event, heard: asyncio.Event
) -> None:
    while words := await answers.read(65536):
        if deaf.is_set():
            heard.set()
        else:
            writer.write(words)
            await writer.drain()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line to the database at that port, for the length of the block."""
    line = Line(port)
    with serving(line.carry) as (url, line._loop):
        line.begins = int(url.rpartition(":")[2])
        yield line
