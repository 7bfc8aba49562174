"""One answer as it comes: where it ends, what its head says about the connection, and what is wrong with that head."""

import re
from collections.abc import Sequence

import h11

from uploader.sending.transports import MAX_ANSWER_BYTES, AnswerTooLargeError, MalformedHeadError
from uploader.sending.transports.answers.malformed_head import malformed_line
from uploader.sending.transports.answers.plain_answer import PlainAnswer, plain_answer

_MOST_BYTES = 2 * MAX_ANSWER_BYTES
"""Of an answer as it comes, with what stands around its body: heads without end, sizes of chunks, trailers."""
_MOST_PARTS = 20_000
"""Chunks and heads before the head: each takes its time to read, however small it is."""
_LONGEST_HEAD = 100 * 1024
"""As in httpcore, so that both understand the same answers."""
_KEEP_ALIVE = re.compile(rb"timeout\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)


class AwaitedAnswer:
    """The answer to one request: tells where it ends, and keeps what came behind it."""

    def __init__(self, method: bytes) -> None:
        self.status = 0
        self.headers: Sequence[tuple[bytes, bytes]] = ()
        """Their names in lower case."""
        self.body = bytearray()
        """As it came, without what chunks are wrapped in."""
        self.ended = False
        self.is_the_last = False
        """Whether the server said that it closes the connection now."""
        self.is_broken = False
        """Whether it is no answer in HTTP, or one after which something else than HTTP is spoken."""
        self.behind = b""
        self.size = 0
        self.kept_seconds: float | None = None
        """How long the server says that it keeps the connection open; None where it doesn't say."""
        self._method = method
        self._head: bytes | None = b""
        """What came of a head that is not whole yet."""
        self._parts = 0
        self._parser: h11.Connection | None = None
        """Not for an answer that comes whole and is plain."""

    def part_of(self, data: bytes) -> bytes:
        """What of `data` belongs to the answer; b"" is the end of the connection.

        Raises AnswerTooLargeError where it never seems to end, MalformedHeadError where it doesn't begin as HTTP does.
        """
        self.size += len(data)
        if self.size > _MOST_BYTES:
            raise AnswerTooLargeError
        if self._parser is None:
            plain = plain_answer(self._method, data)
            if plain is not None:
                self._take(plain)
                return data[: len(data) - len(self.behind)]
            self._parser = _parser_for(self._method)
        self._read(self._parser, data)
        return data[: len(data) - len(self.behind)]

    def _take(self, plain: PlainAnswer) -> None:
        """All of it has come at once."""
        self.status, self.headers, self.body, self.behind, self.is_the_last = plain
        self.kept_seconds = _announced(self.headers)
        self.ended = True

    def _read(self, parser: h11.Connection, data: bytes) -> None:
        if self._head is not None:
            self._head += data
        parser.receive_data(data)
        self.ended = self._reaches_its_end(parser)
        if self.ended:
            self.behind = parser.trailing_data[0]
            self.is_the_last = parser.their_state is not h11.DONE

    @property
    def opens_a_tunnel_with_more(self) -> bool:
        """Whether it agrees to a tunnel and something else came with it, which is then no tunnel."""
        parser = self._parser
        if parser is None or self.ended or parser.their_state is not h11.SWITCHED_PROTOCOL:
            return False
        return bool(parser.trailing_data[0].strip(b"\r\n"))

    def _reaches_its_end(self, parser: h11.Connection) -> bool:
        try:
            return self._reads_on(parser)
        except h11.RemoteProtocolError:
            line = malformed_line(self._head or b"")
            if line:
                raise MalformedHeadError(line) from None
            self.is_broken = True
            return False

    def _reads_on(self, parser: h11.Connection) -> bool:
        while (event := parser.next_event()) is not h11.NEED_DATA and event is not h11.PAUSED:
            match event:
                case h11.EndOfMessage():
                    return True
                case h11.InformationalResponse():
                    self._head = parser.trailing_data[0]
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


def _parser_for(method: bytes) -> h11.Connection:
    parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
    parser.send(h11.Request(method=method, target="/", headers=[("Host", "")]))
    parser.send(h11.EndOfMessage())
    return parser


def _announced(headers: Sequence[tuple[bytes, bytes]]) -> float | None:
    """What the header Keep-Alive says, in seconds."""
    said = b",".join(value for name, value in headers if name == b"keep-alive")
    found = _KEEP_ALIVE.search(said)
    return float(found[1]) if found else None
