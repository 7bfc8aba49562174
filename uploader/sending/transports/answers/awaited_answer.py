"""One answer as it comes: where it ends, what its head says about the connection, and what is wrong with that head."""

import re
from collections.abc import Sequence

import h11

from uploader.sending.transports import MAX_ANSWER_BYTES, AnswerTooLargeError, MalformedHeadError
from uploader.sending.transports.answers.malformed_head import malformed_line

_MOST_BYTES = 2 * MAX_ANSWER_BYTES
"""Of an answer as it comes, with what stands around its body: heads without end, sizes of chunks, trailers."""
_MOST_PARTS = 20_000
"""Chunks and heads before the head: each takes its time to read, however small it is."""
_LONGEST_HEAD = 100 * 1024
"""As in httpcore, so that both understand the same answers."""
_KEEP_ALIVE = re.compile(rb"timeout\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)


class AwaitedAnswer:
    """The answer to one request: tells where it ends, and keeps what came behind it.

    Raises h11.LocalProtocolError where the request can't be written as HTTP.
    """

    def __init__(self, request: h11.Request, body: bytes = b"") -> None:
        self.status = 0
        self.headers: Sequence[tuple[bytes, bytes]] = ()
        self.body = bytearray()
        """As it came, without what chunks are wrapped in."""
        self.ended = False
        self.is_broken = False
        """Whether it is no answer in HTTP, or one after which something else than HTTP is spoken."""
        self.behind = b""
        self.size = 0
        self.kept_seconds: float | None = None
        """How long the server says that it keeps the connection open; None where it doesn't say."""
        self._head: bytes | None = b""
        """What came of a head that is not whole yet."""
        self._parts = 0
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        events = (request, h11.Data(data=body), h11.EndOfMessage())
        self.request = b"".join(self._parser.send(event) or b"" for event in events)
        """The whole request, as it has to be written."""

    @classmethod
    def to(cls, method: bytes) -> "AwaitedAnswer":
        """The answer to a request that somebody else writes."""
        return cls(h11.Request(method=method, target="/", headers=[("Host", "")]))

    @property
    def is_the_last(self) -> bool:
        """Whether the server said that it closes the connection now."""
        return self._parser.their_state is not h11.DONE

    def part_of(self, data: bytes) -> bytes:
        """What of `data` belongs to the answer; b"" is the end of the connection.

        Raises AnswerTooLargeError where it never seems to end, MalformedHeadError where it doesn't begin as HTTP does.
        """
        self.size += len(data)
        if self.size > _MOST_BYTES:
            raise AnswerTooLargeError
        if self._head is not None:
            self._head += data
        self._parser.receive_data(data)
        self.ended = self._reaches_its_end()
        if self.ended:
            self.behind = self._parser.trailing_data[0]
        return data[: len(data) - len(self.behind)]

    @property
    def opens_a_tunnel_with_more(self) -> bool:
        """Whether it agrees to a tunnel and something else came with it, which is then no tunnel."""
        return not self.ended and self._parser.their_state is h11.SWITCHED_PROTOCOL and self._has_more()

    def _has_more(self) -> bool:
        return bool(self._parser.trailing_data[0].strip(b"\r\n"))

    def _reaches_its_end(self) -> bool:
        try:
            return self._reads_on()
        except h11.RemoteProtocolError:
            line = malformed_line(self._head or b"")
            if line:
                raise MalformedHeadError(line) from None
            self.is_broken = True
            return False

    def _reads_on(self) -> bool:
        while (event := self._parser.next_event()) is not h11.NEED_DATA and event is not h11.PAUSED:
            match event:
                case h11.EndOfMessage():
                    return True
                case h11.InformationalResponse():
                    self._head = self._parser.trailing_data[0]
                case h11.Data():
                    self.body += event.data
                case h11.Response():
                    self._head = None
                    self.status, self.headers = event.status_code, list(event.headers)
                    self.kept_seconds = _announced(self.headers)
            self._parts += 1
            if self._parts > _MOST_PARTS:
                raise AnswerTooLargeError
        self.is_broken = event is h11.PAUSED
        return False


def _announced(headers: Sequence[tuple[bytes, bytes]]) -> float | None:
    """What the header Keep-Alive says, in seconds."""
    said = b",".join(value for name, value in headers if name == b"keep-alive")
    found = _KEEP_ALIVE.search(said)
    return float(found[1]) if found else None
