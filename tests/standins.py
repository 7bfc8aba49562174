"""Stand-ins for APIs: servers on loopback that answer each whole request by a function, and remember it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from tests.servers import serving

_PART = "content-disposition"


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    target: str
    """The path with its query, as it was written."""
    headers: Mapping[str, str]
    """Their names in lower case."""
    body: bytes

    @property
    def path(self) -> str:
        """Without the query."""
        return urlsplit(self.target).path

    @property
    def json(self) -> Any:
        """The body's JSON; None where there is no body."""
        return json.loads(self.body) if self.body else None

    @property
    def form(self) -> list[tuple[str, str]]:
        """The body's form, in order."""
        return parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True)

    @property
    def parts(self) -> list[tuple[str, bytes]]:
        """Name and content of each part of a multipart body, as the email package reads them."""
        whole = message_from_bytes(f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode() + self.body)
        read = ((part, part.get_payload(decode=True)) for part in whole.walk())
        return [
            (str(part.get_param("name", header=_PART)), content) for part, content in read if type(content) is bytes
        ]


class Said(NamedTuple):
    """One answer; `body` is JSON unless it is text or bytes."""

    status: int
    body: Any = b""
    headers: Mapping[str, str] = {}

    def written(self) -> bytes:
        """As it goes over the wire."""
        is_json = not isinstance(self.body, str | bytes)
        text = json.dumps(self.body) if is_json else self.body
        body = text.encode() if isinstance(text, str) else text
        kind = {"Content-Type": "application/json"} if is_json else {}
        lines = {**kind, **self.headers, "Content-Length": str(len(body)), "Connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"HTTP/1.1 {self.status} X\r\n{head}\r\n".encode() + body


Answering: TypeAlias = Callable[[Asked], Said | Awaitable[Said | None] | None]
"""None cuts the connection without an answer."""


@dataclass
class Standin:
    """A server under `url`, and what it was asked, in order of arrival."""

    answer: Answering
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            asked = await _read(reader)
            self.asked.append(asked)
            said = self.answer(asked)
            said = await said if isinstance(said, Awaitable) else said
            if said is not None:
                writer.write(said.written())
                await writer.drain()
        writer.close()


@contextmanager
def standing_in(answer: Answering) -> Iterator[Standin]:
    """A stand-in that answers by this function, for the length of the block."""
    standin = Standin(answer)
    with serving(standin.handle) as (standin.url, _):
        yield standin


def in_turn(*said: Said) -> Callable[[Asked], Said]:
    """One answer after the other, and the last one for ever."""
    left = list(said)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


async def _read(reader: asyncio.StreamReader) -> Asked:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)
